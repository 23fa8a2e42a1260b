import type { LocalDate } from "../account.ts";
import { add, type Money, zero } from "../money.ts";
import type { ChargeSum } from "./revenue-hold.ts";
import { openEnded, type PeriodRef, type RevenueSchedule } from "./schedule.ts";

/** What the schedules of one charge hold together: nothing anywhere, once a pair nets. */
export type ChargeNet = {
  readonly chargeId: string;
  readonly undistributed: Money;
  /** The named periods that do not sum to zero, oldest first. */
  readonly off: readonly { readonly period: PeriodRef; readonly sum: Money }[];
};

/** Sums the schedules of both sides per charge and period. */
export const netPerCharge = (schedules: readonly RevenueSchedule[]): readonly ChargeNet[] =>
  [...Map.groupBy(schedules, ({ chargeId }) => chargeId)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([chargeId, own]) => {
      const sums = new Map<LocalDate, { period: PeriodRef; sum: Money }>();
      for (const { period, amount } of own.flatMap(({ distributed }) => distributed)) {
        const before = sums.get(period.startDate)?.sum ?? zero;
        sums.set(period.startDate, { period, sum: add(before, amount) });
      }
      return {
        chargeId,
        undistributed: own.reduce((total, { undistributed }) => add(total, undistributed), zero),
        off: [...sums.values()]
          .filter(({ sum }) => !sum.eq(0))
          .toSorted((a, b) => (a.period.startDate < b.period.startDate ? -1 : 1)),
      };
    });

/** The sums that are not zero, for people. */
export const sumsOf = (nets: readonly ChargeNet[]): readonly ChargeSum[] =>
  nets.flatMap(({ chargeId, undistributed, off }) => [
    ...off.map(({ period, sum }) => ({ chargeId, period: period.name, sum })),
    ...(undistributed.eq(0) ? [] : [{ chargeId, period: openEnded, sum: undistributed }]),
  ]);

/**
 * What is still wrong with a pair that was moved: whatever does not sum to zero, and whatever is left in Open-Ended
 * even where the other side cancels it out. Nothing, where the pair nets.
 */
export const leftOpen = (schedules: readonly RevenueSchedule[]): readonly ChargeSum[] => {
  const sums = sumsOf(netPerCharge(schedules));
  const told = new Set(sums.filter(({ period }) => period === openEnded).map(({ chargeId }) => chargeId));
  const stuck = schedules.filter(({ chargeId, undistributed }) => !undistributed.eq(0) && !told.has(chargeId));
  return [...sums, ...stuck.map(({ chargeId, undistributed: sum }) => ({ chargeId, period: openEnded, sum }))];
};
