import { describe, expect, it } from "vitest";
import { alarmState, evaluationRange, type Point } from "./alarm-state.ts";

const pointsOf = (row: string): readonly Point[] =>
  row.split(" ").map((each) => (each === "-" ? undefined : each === "X"));

const stateOf = (row: string, DatapointsToAlarm: number, TreatMissingData: string) =>
  alarmState(pointsOf(row), { EvaluationPeriods: 3, DatapointsToAlarm, TreatMissingData });

/** The tables of "Configuring how CloudWatch alarms treat missing data": points, breaching, not breaching. */
describe("an alarm, as AWS documents it", () => {
  it.each([
    ["0 - X - X", "OK", "OK"],
    ["0 - - - -", "OK", "OK"],
    ["- - - - -", "ALARM", "OK"],
    ["0 X X - X", "ALARM", "ALARM"],
    ["- - - - X", "ALARM", "OK"],
  ])("of three out of three makes of %s: %s, and %s", (row, breaching, notBreaching) => {
    expect([stateOf(row, 3, "breaching"), stateOf(row, 3, "notBreaching")]).toEqual([breaching, notBreaching]);
  });

  it.each([
    ["0 - X - X", "ALARM", "ALARM"],
    ["0 0 X 0 X", "ALARM", "ALARM"],
    ["0 - X - -", "ALARM", "OK"],
    ["- - - - 0", "ALARM", "OK"],
    ["- - - - X", "ALARM", "OK"],
  ])("of two out of three makes of %s: %s, and %s", (row, breaching, notBreaching) => {
    expect([stateOf(row, 2, "breaching"), stateOf(row, 2, "notBreaching")]).toEqual([breaching, notBreaching]);
  });

  it("retrieves five periods for three, as those tables do", () => {
    expect(evaluationRange(3)).toBe(5);
  });
});
