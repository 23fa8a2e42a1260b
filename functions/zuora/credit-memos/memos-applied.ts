import type { AppliedMemo } from "../../app/scan/ports.ts";
import type { ZuoraClient } from "../http/client.ts";
import type { Connection } from "../http/connection.ts";
import { instantOf } from "../query/fields.ts";
import { applicationsSince, isAppliedBy } from "./application-records.ts";

/**
 * What our own user applied since an instant, in epoch milliseconds: an order or a payment run that applies memos does
 * so before it charges.
 */
export const memosAppliedSince = async (
  { tokens }: Pick<Connection, "tokens">,
  client: ZuoraClient,
  since: number,
): Promise<readonly AppliedMemo[]> => {
  const ourUser = await tokens.userId();
  if (ourUser === undefined) return [];
  const applied: AppliedMemo[] = [];
  for await (const record of applicationsSince(client, since, ["creditMemo"])) {
    const { accountId, createdDate: at, postedOn } = record;
    if (isAppliedBy(record, ourUser)) applied.push({ accountId, at, postedAt: instantOf(postedOn) });
  }
  return applied;
};
