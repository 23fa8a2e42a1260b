import { offsetMs } from "../clock-time.ts";

/**
 * The instant of a wall-clock time in a zone: `2026-01-31T05:07:32` in Europe/London. In the hour that the clock
 * repeats, the first one.
 *
 * @returns epoch milliseconds, or NaN where the text is no time
 */
export const instantIn = (timeZone: string, wallClock: string): number => {
  const asUtc = Date.parse(`${wallClock}Z`);
  if (Number.isNaN(asUtc)) return Number.NaN;
  // The offset before the guess and the one after it: one of the two is right on either side of a change of clocks.
  const candidates = [-1, 1].map((side) => asUtc - offsetMs(timeZone, asUtc + side * halfDayMs));
  return candidates.find((instant) => instant + offsetMs(timeZone, instant) === asUtc) ?? Math.max(...candidates);
};

const halfDayMs = 12 * 60 * 60_000;
