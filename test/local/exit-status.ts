import type { Report } from "./report.ts";

/** What `npm start` says to a shell. The first that fits: 2, 3, 1, 0. */
export const exitStatus = {
  done: 0,
  deadLettered: 1,
  /** Wrong flags, settings or credentials. */
  usage: 2,
  notDrained: 3,
  /** Ctrl-C, as shells spell it. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** The status of a run that came as far as a report. */
export const exitStatusOf = (
  { outcomes, revenue }: Pick<Report, "outcomes" | "revenue">,
  isDrained: boolean,
): ExitStatus => {
  if (!isDrained || outcomes.pending > 0) return exitStatus.notDrained;
  return outcomes.deadLettered > 0 || (revenue?.deadLetters.length ?? 0) > 0
    ? exitStatus.deadLettered
    : exitStatus.done;
};
