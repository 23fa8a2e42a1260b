import { localHourIn } from "./local-time.ts";

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;

/**
 * The first instant (epoch milliseconds) at which clocks in an IANA time zone show a time, `YYYY-MM-DDTHH:MM`, with seconds or without. Offsets
 * are whole quarters of an hour.
 */
export const instantInZone = (timeZone: string, local: string): number => {
  const asUtc = Date.parse(`${local.slice(0, 13)}:00:00Z`);
  let instant = asUtc - 15 * 3_600_000;
  while (localHourIn(timeZone, instant) < local.slice(0, 13)) instant += quarterMs;
  return instant + Number(local.slice(14, 16) || "0") * minuteMs + Number(local.slice(17, 19) || "0") * 1000;
};
