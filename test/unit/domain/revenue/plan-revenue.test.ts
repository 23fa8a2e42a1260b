import { describe, expect, it } from "vitest";
import { leftOpen } from "../../../../functions/domain/revenue/netting.ts";
import { isMove, isOfRun, notesOf, undoneNotesOf } from "../../../../functions/domain/revenue/notes.ts";
import { type Calendar, type PairSchedules, planRevenue } from "../../../../functions/domain/revenue/plan-revenue.ts";
import {
  august,
  calendarOn,
  carriedOut,
  month,
  november,
  october,
  pairOf,
  schedule,
  schedulesIn,
  september,
  side,
} from "./fixtures.ts";

const pair = pairOf("25");
const today = calendarOn("2026-10-20");
const untouched: PairSchedules = { original: side(schedule("RS1", "25")), mirror: side(schedule("RS2", "-25")) };

const plan = (items: PairSchedules, calendar: Calendar = today, rules?: readonly string[]) =>
  planRevenue(pair, items, calendar, rules);

/** Schedule, day and amount of each step, in order. */
const movesOf = ({ steps }: ReturnType<typeof plan>) =>
  steps.map((step) => [step.schedule.number, step.distributeOn, step.amount.toFixed()]);

const heldWith = ({ steps, holds }: ReturnType<typeof plan>) => {
  expect(steps).toEqual([]);
  return holds.map(({ reason, sums }) => [reason, sums.map(({ period, sum }) => `${period} ${sum.toFixed()}`)]);
};

describe("a pair whose revenue is all open-ended", () => {
  it("moves both sides to today, the original first", () => {
    expect(movesOf(plan(untouched))).toEqual([
      ["RS1", "2026-10-20", "25"],
      ["RS2", "2026-10-20", "-25"],
    ]);
  });

  it("moves originals of every charge before any mirror", () => {
    const second = { chargeId: "charge-2" };
    const items = {
      original: side(schedule("RS3", "10", [], second), schedule("RS1", "15")),
      mirror: side(schedule("RS2", "-10", [], second), schedule("RS4", "-15")),
    };
    expect(movesOf(plan(items)).map(([number]) => number)).toEqual(["RS1", "RS3", "RS2", "RS4"]);
  });

  it("is held while today's period is not open, or there is none", () => {
    const pending = [september, month(10, "PendingClose"), november];
    const sums = ["accounting-period-not-open", []];
    expect(heldWith(plan(untouched, calendarOn("2026-10-20", pending)))).toEqual([sums]);
    expect(heldWith(plan(untouched, calendarOn("2026-10-20", [september, november])))).toEqual([sums]);
  });

  it("needs every rule of it to be among those that may be touched", () => {
    expect(plan(untouched, today, ["Manual"]).steps).toHaveLength(2);
    expect(heldWith(plan(untouched, today, ["Daily"]))).toEqual([["revenue-rule-not-enabled", []]]);
  });

  it("is left to whoever made a custom schedule for it", () => {
    const custom = schedule("RS2", "-25", [], { isCustom: true });
    expect(heldWith(plan({ ...untouched, mirror: side(custom) }))).toEqual([["revenue-rule-not-enabled", []]]);
  });
});

describe("a pair that is distributed on both sides", () => {
  it("needs nothing, whatever its rules put where", () => {
    const items = {
      original: side(schedule("RS1", "25", [[august, "25"]])),
      mirror: side(schedule("RS2", "-25", [[october, "-25"]])),
    };
    expect(plan(items, today, ["Manual"])).toEqual({ steps: [], holds: [] });
  });

  it("moves what is left where a rule spread a part of both sides alike", () => {
    const items = {
      original: side(schedule("RS1", "25", [[august, "10"]])),
      mirror: side(schedule("RS2", "-25", [[august, "-10"]])),
    };
    expect(movesOf(plan(items)).map(([, , amount]) => amount)).toEqual(["15", "-15"]);
  });
});

describe("a pair that was moved on one side only", () => {
  const halfMoved = (period: typeof september): PairSchedules => ({
    ...untouched,
    original: side(schedule("RS1", "25", [[period, "25"]])),
  });

  it("follows into the period where that side sits, on its first day where today is outside", () => {
    expect(movesOf(plan(halfMoved(september)))).toEqual([["RS2", "2026-09-01", "-25"]]);
    expect(movesOf(plan(halfMoved(october)))).toEqual([["RS2", "2026-10-20", "-25"]]);
  });

  it("takes the pair's untouched charges along", () => {
    const second = { chargeId: "charge-2" };
    const items = {
      original: side(schedule("RS1", "25", [[september, "25"]]), schedule("RS3", "5", [], second)),
      mirror: side(schedule("RS2", "-25"), schedule("RS4", "-5", [], second)),
    };
    expect(plan(items).steps.map(({ period }) => period.name)).toEqual(["Month 9", "Month 9", "Month 9"]);
  });

  it("is held where that period is closed, with what is off", () => {
    expect(heldWith(plan(halfMoved(august)))).toEqual([
      ["accounting-period-not-open", ["Month 8 25", "Open-Ended -25"]],
    ]);
  });
});

describe("sides that do not mirror one another", () => {
  it("are held with the sum of each period", () => {
    const spread = schedule("RS1", "25", [
      [august, "10"],
      [september, "15"],
    ]);
    expect(heldWith(plan({ ...untouched, original: side(spread) }))).toEqual([
      ["revenue-not-mirrored", ["Month 8 10", "Month 9 15", "Open-Ended -25"]],
    ]);
  });

  it("are held where the invoices are equal and a charge is not", () => {
    const items = {
      original: side(schedule("RS1", "15"), schedule("RS3", "10", [], { chargeId: "charge-2" })),
      mirror: side(schedule("RS2", "-14"), schedule("RS4", "-11", [], { chargeId: "charge-2" })),
    };
    expect(heldWith(plan(items))).toEqual([["revenue-not-mirrored", ["Open-Ended 1", "Open-Ended -1"]]]);
  });

  it("are held where a schedule is in another currency", () => {
    const other = { ...untouched, mirror: side(schedule("RS2", "-25", [], { currency: "EUR" })) };
    expect(heldWith(plan(other))[0]?.[0]).toBe("revenue-not-mirrored");
  });
});

describe("a schedule that Zuora has not made", () => {
  const missing: PairSchedules = { ...untouched, mirror: side(undefined) };

  it("is awaited for a day after posting, and then missed", () => {
    const posted = pair.mirror.postedAt ?? 0;
    const dayMs = 24 * 60 * 60_000;
    expect(heldWith(plan(missing, { ...today, now: posted + dayMs - 1 }))).toEqual([["revenue-schedule-awaited", []]]);
    expect(heldWith(plan(missing, { ...today, now: posted + dayMs }))).toEqual([["revenue-schedule-missing", []]]);
  });

  it("is missed at once where Zuora does not tell when the invoice was posted", () => {
    const { postedAt: _, ...unposted } = pair.mirror;
    const told = planRevenue({ ...pair, mirror: unposted }, missing, today, undefined);
    expect(told.holds[0]?.reason).toBe("revenue-schedule-missing");
  });
});

describe("what is left open", () => {
  it("is nothing once the steps are carried out", () => {
    expect(leftOpen(schedulesIn(plan(untouched).steps.reduce(carriedOut, untouched)))).toEqual([]);
  });

  it("is told per period, and in Open-Ended even where the sides cancel out", () => {
    const told = (items: PairSchedules) => leftOpen(schedulesIn(items)).map(({ period, sum }) => `${period} ${sum}`);
    expect(told(untouched)).toEqual(["Open-Ended 25", "Open-Ended -25"]);
    const crossed = {
      original: side(schedule("RS1", "25", [[september, "25"]])),
      mirror: side(schedule("RS2", "-25", [[october, "-25"]])),
    };
    expect(told(crossed)).toEqual(["Month 9 25", "Month 10 -25"]);
  });
});

describe("the notes of a move", () => {
  it("name the run and the pair, and are no other run's", () => {
    expect(notesOf(pair)).toBe("zcs-0mwrun1 nets INV1 and INV2");
    expect(isOfRun(notesOf(pair), "zcs-0mwrun1")).toBe(true);
    expect(isOfRun(notesOf(pair), "zcs-0mwrun")).toBe(false);
    expect(isOfRun("", "zcs-0mwrun1")).toBe(false);
    expect(isMove(notesOf(pair))).toBe(true);
    for (const notes of [undoneNotesOf(notesOf(pair)), "", "somebody nets INV1", "zcs-0mwrun1"]) {
      expect(isMove(notes), notes).toBe(false);
    }
  });
});
