import { add, type Money, negate, subtract, zero } from "../money.ts";
import { isOfRun, undoneNotesOf } from "./notes.ts";
import type { AccountingPeriod, PeriodRef, RevenueEvent, RevenueSchedule } from "./schedule.ts";

/** A schedule that we moved, with everything that happened to it, in the order in which it did. */
export type MovedSchedule = { readonly schedule: RevenueSchedule; readonly events: readonly RevenueEvent[] };

/** What a move of ours put into a period goes back into Open-Ended. Amounts are what each holds afterwards. */
export type PutBackStep = {
  readonly schedule: Pick<RevenueSchedule, "number" | "chargeId" | "currency">;
  readonly period: PeriodRef;
  /** What goes back. */
  readonly amount: Money;
  readonly periodAfter: Money;
  readonly openEndedAfter: Money;
};

/**
 * What is to be done about one pair of a run. `by-hand`: nothing of it is touched, since one side alone would not net.
 */
export type UndoPlan =
  | { readonly kind: "undone" }
  | { readonly kind: "due"; readonly steps: readonly PutBackStep[] }
  | { readonly kind: "by-hand"; readonly why: string };

/**
 * Decides how the moves of one pair are put back: all of them or none. Only where our move is the last thing that
 * happened to a schedule and its period is still open does it lie as we left it. Pure.
 *
 * @param moved the schedules of which an event carries the pair's notes
 */
export const planRevenueUndo = (
  moved: readonly MovedSchedule[],
  notes: string,
  periods: readonly AccountingPeriod[],
): UndoPlan => {
  const steps: PutBackStep[] = [];
  for (const each of moved) {
    const one = putBackOf(each, notes, periods);
    if (typeof one === "string") return { kind: "by-hand", why: `${each.schedule.number}: ${one}` };
    if (one !== undefined) steps.push(one);
  }
  return steps.length === 0 ? { kind: "undone" } : { kind: "due", steps };
};

/** The run's pairs, each with the schedules that carry its notes. */
export const movedOfRun = (
  all: readonly MovedSchedule[],
  runId: string,
): ReadonlyMap<string, readonly MovedSchedule[]> => {
  const byNotes = new Map<string, MovedSchedule[]>();
  for (const each of all) {
    for (const notes of new Set(each.events.map((event) => event.notes))) {
      if (isOfRun(notes, runId)) byNotes.set(notes, [...(byNotes.get(notes) ?? []), each]);
    }
  }
  return byNotes;
};

/** @returns why it is for people; undefined where nothing is left to put back */
const putBackOf = (
  { schedule, events }: MovedSchedule,
  notes: string,
  periods: readonly AccountingPeriod[],
): PutBackStep | string | undefined => {
  const last = events.findLast(({ gained }) => gained.length > 0);
  if (last === undefined || last.notes === undoneNotesOf(notes)) return undefined;
  if (last.notes !== notes) return `somebody distributed it after us (${last.number})`;
  const [gain, ...others] = last.gained;
  if (gain === undefined || others.length > 0 || !last.gainedOpenEnded.eq(negate(gain.amount))) {
    return `Zuora tells our move otherwise than it was made (${last.number})`;
  }
  const period = periods.find(({ startDate }) => startDate === gain.period.startDate);
  if (period?.status !== "Open") return `its period ${gain.period.name} is not open`;
  const held = schedule.distributed.find((part) => part.period.startDate === period.startDate)?.amount ?? zero;
  const { number, chargeId, currency, undistributed } = schedule;
  return {
    schedule: { number, chargeId, currency },
    period: { name: period.name, startDate: period.startDate },
    amount: gain.amount,
    periodAfter: subtract(held, gain.amount),
    openEndedAfter: add(undistributed, gain.amount),
  };
};
