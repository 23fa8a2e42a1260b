import type { Period } from "../../../app/records/report/moves.ts";
import { daysIn, isDay, isMonth, monthIn, upTo } from "../../../app/records/report/period.ts";
import { localDateIn, startOfDay } from "../../../domain/local-time.ts";
import { runStartedAt } from "../../../domain/run-id.ts";
import { UsageError } from "../../exit-code.ts";

export type PeriodFlags = {
  readonly run?: string | undefined;
  readonly month?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** What was asked for, with a name where it has one. */
export type NamedPeriod = Period & { readonly name: string | undefined };

/**
 * A month, days, a run's time up to now, or else the tenant's today.
 *
 * @throws {UsageError}
 */
export const periodOf = (flags: PeriodFlags, timeZone: string, now: number): NamedPeriod => {
  const { run, month } = flags;
  const given = (["run", "month", "since", "until"] as const).filter((name) => flags[name] !== undefined);
  if ((run ?? month) !== undefined && given.length > 1) {
    throw new UsageError(`${given.map((name) => `--${name}`).join(" and ")} exclude one another`);
  }
  const period = asked(flags, timeZone, now);
  if (period.since > now) {
    throw new UsageError(`the period begins on ${localDateIn(timeZone, period.since)}, which is still to come`);
  }
  return { ...upTo(period, now), name: period.name };
};

const asked = ({ run, month, since, until }: PeriodFlags, timeZone: string, now: number): NamedPeriod => {
  if (run !== undefined) {
    const startedAt = runStartedAt(run);
    if (startedAt === undefined) throw new UsageError("--run: expected a run's id, such as zcs-0mb0abc12345");
    return { since: startedAt, name: undefined };
  }
  if (month !== undefined) {
    if (!isMonth(month)) throw new UsageError("--month: expected a month as YYYY-MM");
    return { ...monthIn(timeZone, month), name: `${month}, ${timeZone}` };
  }
  const first = since ?? localDateIn(timeZone, now);
  if (!isDay(first)) throw new UsageError("--since: expected a day as YYYY-MM-DD");
  if (until === undefined) return { since: startOfDay(timeZone, first), name: undefined };
  if (since === undefined) throw new UsageError("--until needs --since");
  if (!isDay(until)) throw new UsageError("--until: expected a day as YYYY-MM-DD");
  if (until < first) throw new UsageError(`the period ends (${until}) before it begins (${first})`);
  return { ...daysIn(timeZone, first, until), name: `${first} to ${until}, ${timeZone}` };
};
