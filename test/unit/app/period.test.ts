import { describe, expect, it } from "vitest";
import { startOfDay } from "../../../functions/domain/local-time.ts";
import { runIdAt, runStartedAt } from "../../../functions/domain/run-id.ts";

describe("the start of a day", () => {
  it.each([
    ["UTC", "2026-03-16", "2026-03-16T00:00:00Z"],
    ["Europe/London", "2026-07-01", "2026-06-30T23:00:00Z"],
    ["America/Los_Angeles", "2026-03-16", "2026-03-16T07:00:00Z"],
    ["Asia/Kathmandu", "2026-03-16", "2026-03-15T18:15:00Z"],
    ["Pacific/Kiritimati", "2026-03-16", "2026-03-15T10:00:00Z"],
    // The clocks go forward at midnight: the day begins at one o'clock.
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"],
  ])("in %s on %s is %s", (zone, day, instant) => {
    expect(new Date(startOfDay(zone, day)).toISOString()).toBe(new Date(instant).toISOString());
  });
});

describe("a run's id", () => {
  it("tells when the run began, to the second before", () => {
    const startedAt = Date.parse("2026-03-16T12:00:00.789Z");
    expect(runStartedAt(runIdAt(startedAt, 0.5))).toBe(Date.parse("2026-03-16T12:00:00Z"));
  });

  it("that is none tells nothing", () => {
    expect([runStartedAt("zcs-1"), runStartedAt("run-17"), runStartedAt("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
