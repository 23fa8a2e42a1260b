import { expect, it } from "vitest";
import { localDateIn, localHourIn } from "../../../functions/domain/local-time.ts";

it.each([
  ["UTC", "2026-03-16T00:30:00Z", "2026-03-16"],
  ["America/Los_Angeles", "2026-03-16T00:30:00Z", "2026-03-15"],
  ["Pacific/Auckland", "2026-03-15T11:30:00Z", "2026-03-16"],
  ["Europe/London", "2026-03-29T23:30:00Z", "2026-03-30"],
  ["America/New_York", "2026-01-01T04:59:59Z", "2025-12-31"],
])("in %s it is at %s the day %s", (timeZone, instant, day) => {
  expect(localDateIn(timeZone, Date.parse(instant))).toBe(day);
});

it.each([
  ["UTC", "2026-03-16T00:00:00Z", "2026-03-16T00"],
  ["UTC", "2026-03-16T23:59:59Z", "2026-03-16T23"],
  ["Asia/Kolkata", "2026-03-16T18:30:00Z", "2026-03-17T00"],
  ["America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T01"],
  ["America/New_York", "2026-11-01T06:30:00Z", "2026-11-01T01"],
])("in %s it is at %s the hour %s", (timeZone, instant, hour) => {
  expect(localHourIn(timeZone, Date.parse(instant))).toBe(hour);
});

it("refuses a time zone that nobody knows", () => {
  expect(() => localDateIn("Europe/Atlantis", 0)).toThrow(RangeError);
});
