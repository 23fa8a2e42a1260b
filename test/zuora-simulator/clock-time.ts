const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does. */
const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en", { timeZone, ...digits, ...time });
  formats.set(timeZone, format);
  return format;
};

/** What clocks of an IANA time zone show at an instant (epoch milliseconds): `YYYY-MM-DDTHH:mm:ss`. */
export const clockTime = (timeZone: string, epochMs: number): string => {
  if (timeZone === "UTC") return new Date(epochMs).toISOString().slice(0, 19);
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    formatIn(timeZone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
};

/** The zone's offset at an instant, `+01:00`. */
export const offsetOf = (timeZone: string, epochMs: number): string => {
  const minutes = Math.round(offsetMs(timeZone, epochMs) / 60_000);
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
};

/** Milliseconds that the zone is ahead of UTC. */
export const offsetMs = (timeZone: string, epochMs: number): number =>
  Date.parse(`${clockTime(timeZone, epochMs)}Z`) - Math.floor(epochMs / 1000) * 1000;
