import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { amount, contractProblem, id, instant } from "../query/fields.ts";
import { objectQueryAll } from "../query/object-query.ts";
import { dateTime } from "../query/zoql.ts";

const applicationRecord = z.object({
  id,
  accountId: id,
  creditMemoId: id,
  invoiceId: id.nullish(),
  amount,
  createdById: z.string().min(1),
  createdDate: instant,
  creditMemo: z.object({ memoNumber: z.string().min(1), postedOn: z.string().nullish() }).nullish(),
});

/** An application of a credit memo to an invoice, as Object Query tells of it. */
export type ApplicationRecord = z.output<typeof applicationRecord> & { readonly invoiceId: string };

/**
 * Applications that one user made at or after an instant (epoch milliseconds). They carry no mark: a user is all that
 * tells them apart. What somebody took back is among them; the taking back is not.
 *
 * @param user an id without hyphens
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export async function* applicationsBy(
  client: ZuoraClient,
  user: string,
  since: number,
): AsyncGenerator<ApplicationRecord> {
  const query = { filters: [`updateddate.GE:${dateTime(since)}`], expand: ["creditmemo"] };
  for await (const raw of objectQueryAll(client, "credit-memo-applications", query)) {
    const parsed = applicationRecord.safeParse(raw);
    if (!parsed.success) {
      const text = `an application of a credit memo: ${contractProblem(parsed.error)}`;
      throw new ZuoraContractError(text, { scope: "envelope" });
    }
    const { createdById, createdDate, invoiceId, amount: applied } = parsed.data;
    if (createdById.replaceAll("-", "") !== user || createdDate < since) continue;
    if (typeof invoiceId === "string" && applied.gt(0)) yield { ...parsed.data, invoiceId };
  }
}
