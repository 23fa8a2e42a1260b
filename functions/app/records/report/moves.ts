import { type Money, negate, subtract, sum, zero } from "../../../domain/money.ts";
import type { AdjustmentRecord } from "../ports.ts";

/** A stretch of time in epoch milliseconds: from its first instant, and up to its end, which is not in it. */
export type Period = {
  readonly since: number;
  /** Absent: it ends with the reading. */
  readonly until?: number | undefined;
};

export const isWithin = (instant: number, { since, until = Number.POSITIVE_INFINITY }: Period): boolean =>
  instant >= since && instant < until;

/** What an adjustment did and when: it moved its amount, and moved it back where it was canceled. */
export const movesOf = ({
  createdAt,
  updatedAt,
  status,
  amount,
}: AdjustmentRecord): readonly { readonly at: number; readonly amount: Money }[] =>
  status === "Processed"
    ? [{ at: createdAt, amount }]
    : [
        { at: createdAt, amount },
        { at: updatedAt, amount: negate(amount) },
      ];

/** What an adjustment moved within a period: nothing where it was made and canceled in it. */
export const movedWithin = (adjustment: AdjustmentRecord, period: Period): Money =>
  sum(
    movesOf(adjustment)
      .filter(({ at }) => isWithin(at, period))
      .map(({ amount }) => amount),
  );

/** The same of several, as a change of the credit: Increases less Decreases. */
export const creditMovedWithin = (adjustments: readonly AdjustmentRecord[], period: Period): Money =>
  adjustments.reduce(
    (total, each) =>
      each.type === "Increase"
        ? (total.plus(movedWithin(each, period)) as Money)
        : subtract(total, movedWithin(each, period)),
    zero,
  );

/** Everything before an instant. */
export const before = (instant: number): Period => ({ since: Number.NEGATIVE_INFINITY, until: instant });
