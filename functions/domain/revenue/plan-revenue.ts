import type { LocalDate } from "../account.ts";
import type { Money } from "../money.ts";
import { type BilledInvoice, holdOf, type MirroredPair } from "./mirrored-pair.ts";
import { type ChargeNet, netPerCharge, sumsOf } from "./netting.ts";
import type { ChargeSum, RevenueHold, RevenueHoldReason } from "./revenue-hold.ts";
import type { AccountingPeriod, PeriodRef, RevenueSchedule } from "./schedule.ts";

/** All that is undistributed of one schedule goes to one day. */
export type RevenueStep = {
  readonly schedule: Pick<RevenueSchedule, "number" | "chargeId">;
  readonly period: PeriodRef;
  /** The day that Zuora is told: it lies in the period. */
  readonly distributeOn: LocalDate;
  /** What was undistributed when it was planned; Zuora is told to move all of it, whatever it is by then. */
  readonly amount: Money;
};

/** What to do about the revenue of one pair now, and what is left to people or to time. */
export type RevenuePlan = { readonly steps: readonly RevenueStep[]; readonly holds: readonly RevenueHold[] };

/** One side's items that must have a schedule: not tax, and not of zero. Absent where Zuora has none yet. */
export type ItemSchedules = ReadonlyMap<string, RevenueSchedule | undefined>;

/** The schedules of both sides of a pair, by invoice item. */
export type PairSchedules = { readonly original: ItemSchedules; readonly mirror: ItemSchedules };

/** What decides where revenue may go. */
export type Calendar = {
  readonly periods: readonly AccountingPeriod[];
  /** The tenant's day. */
  readonly today: LocalDate;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Zuora makes schedules seconds to minutes after posting; one that takes a day will not come by itself. */
const scheduleAwaitedMs = 24 * 60 * 60_000;

/**
 * Decides how the open-ended revenue of a pair becomes earned with a net of zero. Pure: same facts, same plan.
 *
 * Steps are planned for all of the pair or for nothing of it, and only where afterwards every period of every charge
 * sums to zero. A side that somebody moved already decides the period, so a pass that died is finished where it began,
 * even in the next month: all originals go first, so that for as long as anything is left to do some charge is moved on
 * one side alone. Only where the items of every such charge cancel out on one side is there no trace of it; then the
 * rest nets all the same, in the period of that day.
 *
 * @param rules the recognition rules that may be touched; absent: any
 */
export const planRevenue = (
  pair: MirroredPair,
  items: PairSchedules,
  calendar: Calendar,
  rules: readonly string[] | undefined,
): RevenuePlan => {
  const hold = (reason: RevenueHoldReason, sums: readonly ChargeSum[] = []): RevenuePlan => ({
    steps: [],
    holds: [holdOf(pair, reason, sums)],
  });
  const missing = reasonOfMissing(pair, items, calendar.now);
  if (missing !== undefined) return hold(missing);

  const all = [...schedulesOf(items.original), ...schedulesOf(items.mirror)];
  const due = all.filter(({ undistributed }) => !undistributed.eq(0));
  if (due.length === 0) return nothing;
  if (due.some(({ isCustom, ruleName }) => isCustom || (rules !== undefined && !rules.includes(ruleName))))
    return hold("revenue-rule-not-enabled");

  const nets = netPerCharge(all);
  if (due.some(({ isTakenBack }) => isTakenBack)) return hold("revenue-taken-back", sumsOf(nets));
  const isOneCurrency = all.every(({ currency }) => currency === pair.original.currency);
  if (!isOneCurrency || !nets.every(netsOnceMoved)) return hold("revenue-not-mirrored", sumsOf(nets));

  const targetOf = targets(nets, calendar);
  const moves = due.map((schedule) => ({ schedule, period: targetOf(schedule.chargeId) }));
  const steps = moves.flatMap(({ schedule, period }) =>
    period?.status === "Open" ? [toStep(schedule, period, calendar.today)] : [],
  );
  return steps.length === moves.length ? { steps, holds: [] } : hold("accounting-period-not-open", sumsOf(nets));
};

const nothing: RevenuePlan = { steps: [], holds: [] };

const reasonOfMissing = (
  { original, mirror }: MirroredPair,
  items: PairSchedules,
  now: number,
): RevenueHoldReason | undefined => {
  const lacks = (side: ItemSchedules) => [...side.values()].includes(undefined);
  const isLate = ({ postedAt }: BilledInvoice) => postedAt === undefined || now - postedAt >= scheduleAwaitedMs;
  const lacking = [...(lacks(items.original) ? [original] : []), ...(lacks(items.mirror) ? [mirror] : [])];
  if (lacking.length === 0) return undefined;
  return lacking.some(isLate) ? "revenue-schedule-missing" : "revenue-schedule-awaited";
};

const schedulesOf = (side: ItemSchedules): readonly RevenueSchedule[] =>
  [...side.values()].flatMap((schedule) => schedule ?? []).toSorted((a, b) => (a.number < b.number ? -1 : 1));

/**
 * With all of Open-Ended in one period every period is at zero: the one that is off is made up for, if there is one.
 */
const netsOnceMoved = ({ undistributed, off: [first, ...others] }: ChargeNet): boolean =>
  others.length === 0 && undistributed.plus(first?.sum ?? 0).eq(0);

/** The period of each charge: where one side of it sits; else where the pair's other charges sit; else today's. */
const targets = (nets: readonly ChargeNet[], { periods, today }: Calendar) => {
  const begun = new Map(nets.flatMap(({ chargeId, off: [first] }) => (first ? [[chargeId, first.period]] : [])));
  const [elsewhere, ...others] = new Set([...begun.values()].map(({ startDate }) => startDate));
  const byStart = (startDate: LocalDate) => periods.find((period) => period.startDate === startDate);
  const current = periods.find(({ startDate, endDate }) => startDate <= today && today <= endDate);
  const common = elsewhere !== undefined && others.length === 0 ? byStart(elsewhere) : current;
  return (chargeId: string): AccountingPeriod | undefined => {
    const own = begun.get(chargeId);
    return own === undefined ? common : byStart(own.startDate);
  };
};

const toStep = (
  { number, chargeId, undistributed: amount }: RevenueSchedule,
  { name, startDate, endDate }: AccountingPeriod,
  today: LocalDate,
): RevenueStep => ({
  schedule: { number, chargeId },
  period: { name, startDate },
  distributeOn: startDate <= today && today <= endDate ? today : startDate,
  amount,
});
