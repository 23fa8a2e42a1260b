import type { LocalDate } from "../../../domain/account.ts";
import { startOfDay } from "../../../domain/local-time.ts";
import type { Period } from "./moves.ts";

/** A period with both ends. */
export type Ended = Period & { readonly until: number };

/** A month of the tenant's, `YYYY-MM`. */
export type Month = string;

/** Whether there is such a day. */
export const isDay = (text: string): text is LocalDate =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

export const isMonth = (text: string): text is Month => /^\d{4}-\d{2}$/.test(text) && isDay(`${text}-01`);

export const dayAfter = (day: LocalDate): LocalDate =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

export const dayBefore = (day: LocalDate): LocalDate =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** The month before the one that a day is in. */
export const monthBefore = (day: LocalDate): Month =>
  new Date(Date.parse(`${day.slice(0, 7)}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 7);

/** From the beginning of a day to the end of another, by the clocks of an IANA time zone. */
export const daysIn = (timeZone: string, first: LocalDate, last: LocalDate): Ended => ({
  since: startOfDay(timeZone, first),
  until: startOfDay(timeZone, dayAfter(last)),
});

/** A whole month, by the clocks of an IANA time zone. */
export const monthIn = (timeZone: string, month: Month): Ended => {
  const inNext = new Date(Date.parse(`${month}-01T00:00:00Z`) + 40 * 86_400_000).toISOString().slice(0, 7);
  return { since: startOfDay(timeZone, `${month}-01`), until: startOfDay(timeZone, `${inNext}-01`) };
};

/** A period that has not ended by now ends with the reading. */
export const upTo = ({ since, until }: Period, now: number): Period => ({
  since,
  until: until === undefined || until > now ? undefined : until,
});
