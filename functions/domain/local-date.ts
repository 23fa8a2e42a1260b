import type { LocalDate } from "./account.ts";

/** The day that an instant (epoch milliseconds) falls on in an IANA time zone. */
export const localDateIn = (timeZone: string, epochMs: number): LocalDate => {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const { year, month, day } = Object.fromEntries(parts.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}`;
};
