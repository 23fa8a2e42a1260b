import { type Money, negate, subtract, sum } from "../../../domain/money.ts";
import { isOurs } from "../../../domain/run-id.ts";
import type { AdjustmentRecord, BilledInvoice } from "../ports.ts";
import { before, creditMovedWithin } from "./moves.ts";

/** Whether an invoice's adjustments lead from its amount to its balance, as they do unless something else moved it. */
export const isExplainedBy = ({ amount, balance }: BilledInvoice, own: readonly AdjustmentRecord[]): boolean =>
  negate(amount)
    .minus(creditMovedWithin(own, before(Number.POSITIVE_INFINITY)))
    .eq(negate(balance));

/**
 * What was owed on a negative invoice at an instant (epoch milliseconds): its amount less what had been transferred by
 * then. Where adjustments do not lead from its amount to its balance, something else moved it, of which no date is
 * known here. It was before the instant where the invoice has not changed since. And it was before the first transfer
 * of ours since, which took all that was open: so that transfer tells what was owed.
 *
 * @param own all adjustments of the invoice, of credit or of the invoice alone
 */
export const owedAt = (invoice: BilledInvoice, own: readonly AdjustmentRecord[], instant: number): Money => {
  const { amount, balance, updatedAt } = invoice;
  const billed = negate(amount);
  const byThen = subtract(billed, creditMovedWithin(own, before(instant)));
  if (isExplainedBy(invoice, own)) return byThen;
  if (updatedAt !== undefined && updatedAt < instant) return negate(balance);
  const first = own
    .filter(({ type, reference, createdAt }) => type === "Increase" && isOurs(reference) && createdAt >= instant)
    .toSorted((a, b) => a.createdAt - b.createdAt)[0];
  if (first === undefined) return byThen;
  return sum([first.amount, creditMovedWithin(own, { since: instant, until: first.createdAt })]);
};
