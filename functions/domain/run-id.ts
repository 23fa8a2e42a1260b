/** What every run's id begins with, and so the `ReferenceId` of every adjustment of ours. */
export const runIdPrefix = "zcs-";

/** Whether an adjustment's `ReferenceId` says that we made it. */
export const isOurs = (referenceId: string | undefined): boolean => referenceId?.startsWith(runIdPrefix) ?? false;

/** The prefix and at most 14 characters that sort by time. */
export const runIdPattern = /^zcs-[a-z0-9]{1,14}$/;

/**
 * A run's id: sorts by the time that it started at (epoch milliseconds).
 *
 * @param random in [0, 1), so that two scans of one millisecond never share an id
 */
export const runIdAt = (startedAt: number, random: number): string => {
  const suffix = Math.floor(random * 36 ** 3).toString(36);
  return `${runIdPrefix}${startedAt.toString(36).padStart(9, "0")}${suffix.padStart(3, "0")}`;
};

/** The youngest of some runs, since their ids sort by time; the empty text where there is none. */
export const latestRunOf = (runIds: readonly string[]): string => runIds.toSorted().at(-1) ?? "";

/**
 * When a run began, as its id tells, in whole seconds (as epoch milliseconds): Zuora's filters know no smaller ones.
 *
 * @returns undefined where the text is no run's id
 */
export const runStartedAt = (runId: string): number | undefined => {
  const [, time] = /^zcs-([a-z0-9]{9})[a-z0-9]{3}$/.exec(runId) ?? [];
  return time === undefined ? undefined : Math.floor(Number.parseInt(time, 36) / 1000) * 1000;
};
