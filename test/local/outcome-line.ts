import type { RevenueMoveLine, RevenueOutcomeLine } from "../../functions/app/revenue/tell-revenue.ts";
import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import type { LogEvent } from "../../functions/app/telemetry-ports.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import { appliedFrom } from "./memo-applications.ts";
import type { ConfirmedAdjustment } from "./run-adjustments.ts";

/** The account outcome that a log line tells of, if it does. */
export const outcomeIn = (line: string): AccountOutcomeLine | undefined =>
  entryOf<AccountOutcomeLine>(line, "account outcome");

/** An adjustment, or an application of a memo or a payment, that Zuora confirmed, if a log line tells of one. */
export const confirmedIn = (line: string): ConfirmedAdjustment | undefined => {
  const applied = entryOf<Record<"creditMemoId" | "accountId" | "amount", string>>(line, "credit memo applied");
  if (applied !== undefined) return appliedFrom(applied.creditMemoId, applied.accountId, fromDecimal(applied.amount));
  const paid = entryOf<Record<"paymentId" | "accountId" | "amount", string>>(line, "payment applied");
  if (paid !== undefined) return appliedFrom(paid.paymentId, paid.accountId, fromDecimal(paid.amount));
  const entry = entryOf<ConfirmedLine>(line, "adjustment created");
  if (entry === undefined) return undefined;
  const { adjustmentId: id, accountId, step, amount } = entry;
  return {
    id,
    accountId,
    type: step === "TransferToCreditBalance" ? "Increase" : "Decrease",
    amount: fromDecimal(amount),
  };
};

type ConfirmedLine = Record<"adjustmentId" | "accountId" | "step" | "amount", string>;

/** What Zuora said to a read that is tried again, if a log line tells of one. */
export const troubleIn = (line: string): string | undefined => {
  const entry = entryOf<{ readonly code: string; readonly errorMessage: string }>(line, "read tried again");
  return entry === undefined ? undefined : `${entry.code}: ${entry.errorMessage}`;
};

/** How the revenue of an account was left, if a log line tells of it. */
export const revenueIn = (line: string): RevenueOutcomeLine | undefined =>
  entryOf<RevenueOutcomeLine>(line, "revenue outcome");

/** One schedule's move, if a log line tells of one. */
export const moveIn = (line: string): RevenueMoveLine | undefined => entryOf<RevenueMoveLine>(line, "revenue moved");

const entryOf = <Entry>(line: string, event: LogEvent): Entry | undefined => {
  if (!line.includes(event)) return undefined;
  try {
    const entry = JSON.parse(line) as Entry & { message?: unknown };
    return entry.message === event ? entry : undefined;
  } catch {
    return undefined;
  }
};
