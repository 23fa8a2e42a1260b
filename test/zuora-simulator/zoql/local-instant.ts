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
  const candidates = [-1, 1].map((side) => asUtc - offsetAt(timeZone, asUtc + side * halfDayMs));
  return candidates.find((instant) => instant + offsetAt(timeZone, instant) === asUtc) ?? Math.max(...candidates);
};

const halfDayMs = 12 * 60 * 60_000;

/** Milliseconds that the zone is ahead of UTC. */
const offsetAt = (timeZone: string, epochMs: number): number => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${format.format(epochMs).replace(" ", "T")}Z`) - Math.floor(epochMs / 1000) * 1000;
};
