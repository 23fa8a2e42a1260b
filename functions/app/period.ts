import type { LocalDate } from "../domain/account.ts";
import { localDateIn } from "../domain/local-time.ts";

const quarterMs = 15 * 60_000;

/** The instant (epoch milliseconds) at which a day begins in an IANA time zone. Offsets are whole quarters of an hour. */
export const startOfDay = (timeZone: string, day: LocalDate): number => {
  const midnightInUtc = Date.parse(`${day}T00:00:00Z`);
  let instant = midnightInUtc - 15 * 3_600_000;
  while (localDateIn(timeZone, instant) < day) instant += quarterMs;
  return instant;
};

/**
 * When a run began, as its id tells, in whole seconds (as epoch milliseconds): Zuora's filters know no smaller ones.
 *
 * @returns undefined where the text is no run's id
 */
export const runStartedAt = (runId: string): number | undefined => {
  const [, time] = /^zcs-([a-z0-9]{9})[a-z0-9]{3}$/.exec(runId) ?? [];
  return time === undefined ? undefined : Math.floor(Number.parseInt(time, 36) / 1000) * 1000;
};
