import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDecimal, type Money, sum, toDecimal } from "../../../../functions/domain/money.ts";
import { leftOpen, netPerCharge } from "../../../../functions/domain/revenue/netting.ts";
import { type Calendar, type PairSchedules, planRevenue } from "../../../../functions/domain/revenue/plan-revenue.ts";
import type { AccountingPeriod, RevenueSchedule } from "../../../../functions/domain/revenue/schedule.ts";
import { forAll } from "../arbitraries.ts";
import { calendarOn, carriedOut, month, pairOf, schedule, schedulesIn, side } from "./fixtures.ts";

const amounts = fc.integer({ min: 1, max: 99_999 }).map((cents) => (cents / 100).toFixed(2));
const statuses = fc.constantFrom<AccountingPeriod["status"]>("Open", "Open", "PendingClose", "Closed");

/** August to November, each with a status of its own, in any order. */
const calendars: fc.Arbitrary<Calendar> = fc
  .record({
    periods: fc.tuple(statuses, statuses, statuses, statuses),
    day: fc.constantFrom("2026-08-31", "2026-09-01", "2026-10-20", "2026-10-31", "2026-12-01"),
    isReversed: fc.boolean(),
  })
  .map(({ periods, day, isReversed }) => {
    const all = periods.map((status, index) => month(8 + index, status));
    return calendarOn(day, isReversed ? all.toReversed() : all);
  });

/**
 * How an item's revenue lies at first: a part of it in each of some months, never more than all of it, the rest in
 * Open-Ended.
 */
type Spread = readonly (readonly [number, number])[];
const spreads: fc.Arbitrary<Spread> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Spread>([]) },
  {
    weight: 2,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(8, 9, 10), fc.constantFrom(25, 50)), { maxLength: 2 }),
  },
);

type Item = { readonly amount: string; readonly charge: number; readonly spread: Spread };
const items: fc.Arbitrary<Item> = fc.record({
  amount: amounts,
  charge: fc.integer({ min: 1, max: 3 }),
  spread: spreads,
});

const toSchedule = ({ amount, charge, spread }: Item, index: number, sign: 1 | -1): RevenueSchedule => {
  const signed = fromDecimal(amount).times(sign) as Money;
  const parts = spread.map(([number, percent]) => {
    // Rounded half up, two halves of a cent would be more than it.
    const part = signed.times(percent).div(100).round(2, 0) as Money;
    return [month(number), toDecimal(part)] as const;
  });
  const name = `RS-${sign === 1 ? "P" : "N"}${index}`;
  return schedule(name, toDecimal(signed), parts, { chargeId: `charge-${charge}` });
};

const both = (originals: readonly Item[], mirrors: readonly Item[]): PairSchedules => ({
  original: side(...originals.map((item, index) => toSchedule(item, index, 1))),
  mirror: side(...mirrors.map((item, index) => toSchedule(item, index, -1))),
});

/** Equal sides, as a cancellation makes them. */
const mirrored: fc.Arbitrary<PairSchedules> = fc
  .array(items, { minLength: 1, maxLength: 4 })
  .map((each) => both(each, each.toReversed()));

/** Sides that differ in anything. */
const unlike: fc.Arbitrary<PairSchedules> = fc
  .tuple(fc.array(items, { minLength: 1, maxLength: 3 }), fc.array(items, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([originals, mirrors, isAlike]) =>
    both(
      originals,
      isAlike ? originals.map((item, index) => ({ ...item, spread: mirrors[index]?.spread ?? [] })) : mirrors,
    ),
  );

const anyPair = fc.oneof(mirrored, unlike);

const pair = pairOf("25");
const plan = (state: PairSchedules, calendar: Calendar) => planRevenue(pair, state, calendar, undefined);
const run = (state: PairSchedules, calendar: Calendar, stopAfter = Number.POSITIVE_INFINITY): PairSchedules =>
  plan(state, calendar).steps.slice(0, stopAfter).reduce(carriedOut, state);

describe("moving the revenue of any pair", () => {
  it("leaves every period of every charge at zero and nothing in Open-Ended, or writes nothing", () => {
    forAll([anyPair, calendars], (state, calendar) => {
      const { steps, holds } = plan(state, calendar);
      if (steps.length > 0) expect(leftOpen(schedulesIn(run(state, calendar)))).toEqual([]);
      expect(steps.length > 0 && holds.length > 0).toBe(false);
    });
  });

  it("finds nothing to do when it has been carried out", () => {
    forAll([anyPair, calendars], (state, calendar) => {
      if (plan(state, calendar).steps.length === 0) return;
      expect(plan(run(state, calendar), calendar)).toEqual({ steps: [], holds: [] });
    });
  });

  it("changes no schedule's amount", () => {
    forAll([anyPair, calendars], (state, calendar) => {
      for (const { amount, undistributed, distributed } of schedulesIn(run(state, calendar))) {
        expect(toDecimal(sum([undistributed, ...distributed.map((part) => part.amount)]))).toBe(toDecimal(amount));
      }
    });
  });

  it("writes only into open periods, on a day that lies in them", () => {
    forAll([anyPair, calendars], (state, calendar) => {
      for (const { period, distributeOn } of plan(state, calendar).steps) {
        const target = calendar.periods.find(({ startDate }) => startDate === period.startDate);
        expect(target?.status).toBe("Open");
        expect((target?.startDate ?? "") <= distributeOn && distributeOn <= (target?.endDate ?? "")).toBe(true);
      }
    });
  });

  it("does not depend on the order in which anything was read", () => {
    forAll([anyPair, calendars], (state, { periods, ...calendar }) => {
      const turned = {
        original: new Map([...state.original].toReversed()),
        mirror: new Map([...state.mirror].toReversed()),
      };
      expect(plan(turned, { ...calendar, periods: periods.toReversed() })).toEqual(
        plan(state, { ...calendar, periods }),
      );
    });
  });
});

describe("whatever interrupts", () => {
  it("a stop after any write, and a new month, ends in the one period in which it began", () => {
    forAll([mirrored], (state) => {
      const [before, after] = [calendarOn("2026-10-31"), calendarOn("2026-11-01")];
      const straight = run(state, before);
      const planned = plan(state, before).steps;
      for (let done = 1; done < planned.length; done += 1) {
        const resumed = plan(run(state, before, done), after);
        expect(new Set(resumed.steps.map(({ period }) => period.startDate))).toEqual(new Set(["2026-10-01"]));
        expect(told(run(run(state, before, done), after))).toEqual(told(straight));
      }
    });
  });

  it("a period that closes in between holds the rest, with what is off, and loses nothing once it is open again", () => {
    forAll([mirrored], (state) => {
      const before = calendarOn("2026-10-20");
      const closed = { ...before, periods: before.periods.map((each) => ({ ...each, status: "Closed" as const })) };
      const planned = plan(state, before).steps;
      for (let done = 1; done < planned.length; done += 1) {
        const stopped = run(state, before, done);
        const { steps, holds } = plan(stopped, closed);
        expect(steps).toEqual([]);
        expect(holds.map(({ reason }) => reason)).toEqual(["accounting-period-not-open"]);
        expect(holds[0]?.sums.length).toBeGreaterThan(0);
        expect(leftOpen(schedulesIn(run(stopped, before)))).toEqual([]);
      }
    });
  });

  it("a repetition of any step moves nothing more", () => {
    forAll([mirrored, calendars], (state, calendar) => {
      const { steps } = plan(state, calendar);
      const once = run(state, calendar);
      expect(told(steps.reduce(carriedOut, once))).toEqual(told(once));
    });
  });
});

/** What each period of each schedule holds, whatever it was written in. */
const told = (state: PairSchedules) =>
  schedulesIn(state).map((each) => {
    const [net] = netPerCharge([each]);
    return [
      each.number,
      toDecimal(each.undistributed),
      net?.off.map(({ period, sum: held }) => [period.startDate, toDecimal(held)]),
    ];
  });
