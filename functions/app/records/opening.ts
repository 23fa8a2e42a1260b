import { type Money, negate, subtract, sum } from "../../domain/money.ts";
import { isOurs } from "../../domain/run-id.ts";
import type { AdjustmentRecord, BilledInvoice } from "./ports.ts";

/**
 * What was owed on a negative invoice when a period began (epoch milliseconds): its amount less what had been transferred
 * by then. Where adjustments of credit alone do not lead from its amount to its balance, somebody adjusted it in some other
 * way, of which no date is known here. It was before the period where the invoice has not changed since. And it was before
 * the first transfer of ours in the period, which took all that was open: so that transfer tells the opening.
 *
 * @param own all credit balance adjustments of the invoice
 */
export const openingOf = (invoice: BilledInvoice, own: readonly AdjustmentRecord[], since: number): Money => {
  const { amount, balance, updatedAt } = invoice;
  const billed = negate(amount);
  const movedByCredit = sum(own.filter(({ status }) => status === "Processed").map(towardsCredit));
  if (billed.minus(movedByCredit).eq(negate(balance))) return subtract(billed, movedBefore(own, since));
  if (updatedAt !== undefined && updatedAt < since) return negate(balance);
  const first = own
    .filter(({ type, reference, createdAt }) => type === "Increase" && isOurs(reference) && createdAt >= since)
    .toSorted((a, b) => a.createdAt - b.createdAt)[0];
  if (first === undefined) return subtract(billed, movedBefore(own, since));
  const meanwhile = subtract(movedBefore(own, first.createdAt), movedBefore(own, since));
  return sum([first.amount, meanwhile]);
};

/** What adjustments had moved off an invoice at an instant. */
const movedBefore = (own: readonly AdjustmentRecord[], instant: number): Money =>
  sum(
    own
      .filter(
        ({ createdAt, status, updatedAt }) => createdAt < instant && (status === "Processed" || updatedAt >= instant),
      )
      .map(towardsCredit),
  );

const towardsCredit = ({ type, amount }: AdjustmentRecord): Money => (type === "Increase" ? amount : negate(amount));
