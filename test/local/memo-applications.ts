import { payerOf } from "../../functions/domain/credit/apply-credit-memos.ts";
import { type Money, toDecimal } from "../../functions/domain/money.ts";
import { runStartedAt } from "../../functions/domain/run-id.ts";
import {
  applicationsSince,
  type InvoiceApplication,
  isMadeBy,
} from "../../functions/zuora/credit-memos/application-records.ts";
import type { ZuoraClient } from "../../functions/zuora/http/client.ts";
import type { Connection } from "../../functions/zuora/http/connection.ts";
import type { ConfirmedAdjustment } from "./run-adjustments.ts";

/** Clocks that are further apart are nobody's: so far back is asked, before any answer has told Zuora's clock. */
const clockSkewMaxMs = 60 * 60_000;

/**
 * What Zuora itself recorded of credit memos, and of payments where there are any to apply, that were applied in a run.
 * An application names no run: it is known by who made it, and by when.
 */
export const memoApplicationsOf = async (
  client: ZuoraClient,
  { tokens, zuoraClock }: Pick<Connection, "tokens" | "zuoraClock">,
  runId: string,
  appliesPayments: boolean,
): Promise<readonly ConfirmedAdjustment[]> => {
  const startedAt = runStartedAt(runId) ?? 0;
  const user = await tokens.userId();
  if (user === undefined) return [];
  // Paging is live, and may bring a record twice.
  const found = new Map<string, InvoiceApplication>();
  const kinds = appliesPayments ? (["creditMemo", "payment"] as const) : (["creditMemo"] as const);
  for await (const record of applicationsSince(client, startedAt - clockSkewMaxMs, kinds)) found.set(record.id, record);
  // This machine's clock began the run, and Zuora's dates what it did.
  const since = Math.min(startedAt, zuoraClock.at(startedAt));
  return [...found.values()]
    .filter((record) => isMadeBy(record, user) && record.createdDate >= since)
    .map(({ from, accountId, amount }) => appliedFrom(payerOf(from).id, accountId, amount));
};

/** An application of a memo or a payment. Zuora's answer to one names that and no application: so does this. */
export const appliedFrom = (payerId: string, accountId: string, amount: Money): ConfirmedAdjustment => ({
  id: `${payerId} ${toDecimal(amount)}`,
  accountId,
  type: "Decrease",
  amount,
});
