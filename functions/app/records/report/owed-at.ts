import { type Money, negate, subtract, sum } from "../../../domain/money.ts";
import { isOurs } from "../../../domain/run-id.ts";
import type { AdjustmentRecord, BilledInvoice } from "../ports.ts";
import { before, creditMovedWithin } from "./moves.ts";

/**
 * What was owed on a negative invoice at an instant (epoch milliseconds): its amount less what had been transferred by
 * then. Where adjustments of credit alone do not lead from its amount to its balance, somebody adjusted it in some other
 * way, of which no date is known here. It was before the instant where the invoice has not changed since. And it was
 * before the first transfer of ours since, which took all that was open: so that transfer tells what was owed.
 *
 * @param own all credit balance adjustments of the invoice
 */
export const owedAt = (invoice: BilledInvoice, own: readonly AdjustmentRecord[], instant: number): Money => {
  const { amount, balance, updatedAt } = invoice;
  const billed = negate(amount);
  const movedByCredit = creditMovedWithin(own, before(Number.POSITIVE_INFINITY));
  const byThen = subtract(billed, creditMovedWithin(own, before(instant)));
  if (billed.minus(movedByCredit).eq(negate(balance))) return byThen;
  if (updatedAt !== undefined && updatedAt < instant) return negate(balance);
  const first = own
    .filter(({ type, reference, createdAt }) => type === "Increase" && isOurs(reference) && createdAt >= instant)
    .toSorted((a, b) => a.createdAt - b.createdAt)[0];
  if (first === undefined) return byThen;
  return sum([first.amount, creditMovedWithin(own, { since: instant, until: first.createdAt })]);
};
