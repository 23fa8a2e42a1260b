import { describe, expect, it } from "vitest";
import { fromDecimal, negate } from "../../../../functions/domain/money.ts";
import { undoneNotesOf } from "../../../../functions/domain/revenue/notes.ts";
import {
  type MovedSchedule,
  movedOfRun,
  planRevenueUndo,
} from "../../../../functions/domain/revenue/plan-revenue-undo.ts";
import type { AccountingPeriod, RevenueEvent } from "../../../../functions/domain/revenue/schedule.ts";
import { august, november, october, schedule, september } from "./fixtures.ts";

const notes = "zcs-0mwrun1 nets INV1 and INV2";
const periods = [august, september, october, november];

const event = (number: number, period: AccountingPeriod, amount: string, about = notes): RevenueEvent => ({
  number: `RE-${number}`,
  notes: about,
  gained: [{ period, amount: fromDecimal(amount) }],
  gainedOpenEnded: negate(fromDecimal(amount)),
});

const moved = (number: string, amount: string, ...events: readonly RevenueEvent[]): MovedSchedule => ({
  schedule: schedule(number, amount, [[october, amount]]),
  events,
});

const pair = [moved("RS1", "25", event(1, october, "25")), moved("RS2", "-25", event(2, october, "-25"))];

const plan = (all: readonly MovedSchedule[], open = periods) => planRevenueUndo(all, notes, open);

describe("putting a pair's moves back", () => {
  it("gives Open-Ended what each period had gained", () => {
    const planned = plan(pair);
    expect(planned.kind === "due" && planned.steps).toMatchObject([
      { schedule: { number: "RS1" }, period: { name: "Month 10" }, amount: fromDecimal("25") },
      { schedule: { number: "RS2" }, period: { name: "Month 10" }, amount: fromDecimal("-25") },
    ]);
    const after = planned.kind === "due" ? planned.steps.map((step) => [step.periodAfter, step.openEndedAfter]) : [];
    expect(after.map((each) => each.map((amount) => amount.toFixed()))).toEqual([
      ["0", "25"],
      ["0", "-25"],
    ]);
  });

  it("leaves what the period held before the move where it was", () => {
    const also = { ...pair[0], schedule: schedule("RS1", "30", [[october, "30"]]) } as MovedSchedule;
    const planned = plan([also]);
    expect(planned.kind === "due" && planned.steps[0]?.periodAfter.toFixed()).toBe("5");
  });

  it("is done where the last thing that happened is that it was put back", () => {
    const back = (number: string, amount: string): MovedSchedule => ({
      schedule: schedule(number, amount),
      events: [
        event(1, october, amount),
        event(2, october, negate(fromDecimal(amount)).toFixed(), undoneNotesOf(notes)),
      ],
    });
    expect(plan([back("RS1", "25"), back("RS2", "-25")])).toEqual({ kind: "undone" });
    const [, mirror] = pair;
    const half = plan([back("RS1", "25"), ...(mirror === undefined ? [] : [mirror])]);
    expect(half.kind === "due" && half.steps.map((step) => step.schedule.number)).toEqual(["RS2"]);
  });

  it.each([
    ["its period is closed", pair, [{ ...october, status: "Closed" as const }], "its period Month 10 is not open"],
    ["its period is gone", pair, [], "its period Month 10 is not open"],
    [
      "somebody distributed one side since",
      [pair[0], moved("RS2", "-25", event(2, october, "-25"), event(3, september, "-25", ""))],
      periods,
      "RS2: somebody distributed it after us (RE-3)",
    ],
    [
      "the move spread over two periods, which is none of ours",
      [
        moved("RS1", "25", {
          ...event(1, october, "20"),
          gained: [...event(1, october, "20").gained, ...event(1, september, "5").gained],
        }),
      ],
      periods,
      "otherwise than it was made",
    ],
    [
      "an event tells what a period holds instead of what it gained",
      [moved("RS1", "25", { ...event(1, october, "25"), gainedOpenEnded: fromDecimal("0") })],
      periods,
      "otherwise than it was made",
    ],
  ])("is for people, both sides of it, where %s", (_, all, open, why) => {
    const meant = all.flatMap((each) => each ?? []);
    expect(plan(meant, open)).toEqual({ kind: "by-hand", why: expect.stringContaining(why) });
  });
});

describe("the moves of a run", () => {
  it("are found by their notes, pair by pair, and no other run's", () => {
    const other = "zcs-0mwrun2 nets INV3 and INV4";
    const all = [...pair, moved("RS3", "7", event(3, october, "7", other)), moved("RS4", "9")];
    expect([...movedOfRun(all, "zcs-0mwrun1")].map(([each, own]) => [each, own.length])).toEqual([[notes, 2]]);
    expect([...movedOfRun(all, "zcs-0mwrun2").keys()]).toEqual([other]);
    expect(movedOfRun(all, "zcs-0mwrun").size).toBe(0);
  });
});
