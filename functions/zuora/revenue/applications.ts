import type { Condition } from "../query/zoql.ts";
import { dateTime } from "../query/zoql.ts";

/** Our own processed Decreases since an instant (epoch milliseconds): the invoices that our credit paid. */
export const applicationConditions = (since: number): readonly Condition[] => [
  "Type = 'Decrease'",
  "Status = 'Processed'",
  "ReferenceId like 'zcs-%'",
  `CreatedDate >= ${dateTime(since)}`,
];

/**
 * A coarse filter, never the authority: where a rank was recorded and it is not the first, no negative invoice had the
 * paid one's subscription and amount. Where every order would have paid the same, none was recorded.
 */
export const mayBeOfPair = ({ Comment = "" }: { readonly Comment?: string | undefined }): boolean =>
  !/\(rank [234]:/.test(Comment);
