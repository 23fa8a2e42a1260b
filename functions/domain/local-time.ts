import type { LocalDate } from "./account.ts";

/** The day that an instant (epoch milliseconds) falls on in an IANA time zone. */
export const localDateIn = (timeZone: string, epochMs: number): LocalDate =>
  localHourIn(timeZone, epochMs).slice(0, 10);

/** The day and hour, `YYYY-MM-DDTHH`, that an instant (epoch milliseconds) falls in. Compared as text. */
export const localHourIn = (timeZone: string, epochMs: number): string => {
  const { year, month, day, hour } = Object.fromEntries(
    formatIn(timeZone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day}T${hour}`;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does. */
const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en", { timeZone, ...digits });
  formats.set(timeZone, format);
  return format;
};

const minuteMs = 60_000;

const quarterMs = 15 * minuteMs;

/**
 * The first instant (epoch milliseconds) at which clocks in an IANA time zone show a time, `YYYY-MM-DDTHH:MM`, with
 * seconds or without. Offsets are whole quarters of an hour.
 */
export const instantInZone = (timeZone: string, local: string): number => {
  const asUtc = Date.parse(`${local.slice(0, 13)}:00:00Z`);
  let instant = asUtc - 15 * 3_600_000;
  while (localHourIn(timeZone, instant) < local.slice(0, 13)) instant += quarterMs;
  return instant + Number(local.slice(14, 16) || "0") * minuteMs + Number(local.slice(17, 19) || "0") * 1000;
};

/** The instant (epoch milliseconds) at which a day begins in an IANA time zone. */
export const startOfDay = (timeZone: string, day: LocalDate): number => instantInZone(timeZone, `${day}T00:00`);
