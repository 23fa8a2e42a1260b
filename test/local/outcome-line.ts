import type { AccountOutcomeLine, LogEvent } from "../../functions/app/ports.ts";

const event: LogEvent = "account outcome";

/** The account outcome that a log line tells of, if it does. */
export const outcomeIn = (line: string): AccountOutcomeLine | undefined => {
  if (!line.includes(event)) return undefined;
  try {
    const entry = JSON.parse(line) as AccountOutcomeLine & { message?: unknown };
    return entry.message === event ? entry : undefined;
  } catch {
    return undefined;
  }
};
