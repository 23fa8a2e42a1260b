import { expect, it } from "vitest";
import { localDateIn } from "../../../functions/domain/local-date.ts";

it.each([
  ["UTC", "2026-03-16T00:30:00Z", "2026-03-16"],
  ["America/Los_Angeles", "2026-03-16T00:30:00Z", "2026-03-15"],
  ["Pacific/Auckland", "2026-03-15T11:30:00Z", "2026-03-16"],
  ["Europe/London", "2026-03-29T23:30:00Z", "2026-03-30"],
  ["America/New_York", "2026-01-01T04:59:59Z", "2025-12-31"],
])("in %s it is at %s the day %s", (timeZone, instant, day) => {
  expect(localDateIn(timeZone, Date.parse(instant))).toBe(day);
});

it("refuses a time zone that nobody knows", () => {
  expect(() => localDateIn("Europe/Atlantis", 0)).toThrow(RangeError);
});
