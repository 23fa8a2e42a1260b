import fc from "fast-check";
import { expect, it } from "vitest";
import { instantInZone, localHourIn } from "../../../functions/domain/local-time.ts";

it.each([
  ["UTC", "2026-03-16T12:34", "2026-03-16T12:34:00Z"],
  ["Europe/London", "2026-07-01T09:00", "2026-07-01T08:00:00Z"],
  ["Asia/Kathmandu", "2026-03-16T12:00", "2026-03-16T06:15:00Z"],
  ["Pacific/Kiritimati", "2026-03-16T00:30", "2026-03-15T10:30:00Z"],
])("in %s, %s is %s", (timeZone, local, instant) => {
  expect(new Date(instantInZone(timeZone, local))).toEqual(new Date(instant));
});

it("of an hour that comes twice, the first", () => {
  expect(instantInZone("Europe/Berlin", "2026-10-25T02:30")).toBe(Date.parse("2026-10-25T00:30:00Z"));
});

it("is the instant whose local hour was written, wherever that hour exists", () => {
  const zones = fc.constantFrom("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo");
  const winter = fc.integer({ min: 0, max: 24 * 60 - 1 });
  fc.assert(
    fc.property(zones, winter, (timeZone, minute) => {
      const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      const instant = instantInZone(timeZone, `2026-01-15T${clock}`);
      expect(localHourIn(timeZone, instant)).toBe(`2026-01-15T${clock.slice(0, 2)}`);
    }),
  );
});
