import PQueue from "p-queue";
import { type Problem, readProblems } from "../../app/dead-letters/problems.ts";
import { type AccountHistory, accountHistory } from "../../app/records/account-history.ts";
import { type NameOf, namesOf } from "../../app/records/account-names.ts";
import { type Activity, readActivity } from "../../app/records/activity.ts";
import type { Status } from "../../app/status.ts";
import type { AccountId } from "../../domain/account.ts";
import type { Kind } from "../commands/dead-letters/kind.ts";
import { accountsLookedAtMax, explanationOf, statusOf } from "../system/look-at.ts";
import type { OpenSystem } from "../system/open-system.ts";

/** What a page shows, and when it had been read (epoch milliseconds). */
export type Reading<T> = { readonly value: T; readonly at: number };

/** Everything known of one account. */
export type AccountReading = Awaited<ReturnType<typeof explanationOf>> & { readonly history: AccountHistory };

/** What was set aside of one kind, and what people call its accounts. */
export type ProblemsReading = { readonly kind: Kind; readonly problems: readonly Problem[]; readonly nameOf: NameOf };

/** What the pages ask of a system. Nothing of it writes. */
export type Readings = {
  status(): Promise<Reading<Status>>;
  /** @returns undefined where the system has nothing of that kind */
  problems(kind: Kind): Promise<Reading<ProblemsReading>> | undefined;
  activity(): Promise<Reading<Activity>>;
  account(id: AccountId): Promise<Reading<AccountReading>>;
};

/** Somebody who reloads in a hurry asks Zuora no more often than this. */
const maxAgeMs = 5_000;

/** A week tells a busy tenant's rhythm, and is read in some seconds. */
export const activityDays = 7;

const dayMs = 24 * 60 * 60_000;

/** One reading at a time: two looks at the dead letters would hide them from each other. */
export const createReadings = (system: OpenSystem, isStopped: () => boolean): Readings => {
  const { clock, config } = system;
  const oneAtATime = new PQueue({ concurrency: 1 });
  const read = <T>(from: () => Promise<T>): Promise<Reading<T>> =>
    oneAtATime.add(async () => ({ value: await from(), at: clock.now() }));
  const shared = <T>(from: () => Promise<T>): (() => Promise<Reading<T>>) => {
    let reading: Promise<Reading<T>> | undefined;
    let goodUntil = 0;
    return () => {
      if (reading !== undefined && clock.now() <= goodUntil) return reading;
      goodUntil = Number.POSITIVE_INFINITY;
      reading = read(from).finally(() => {
        goodUntil = clock.now() + maxAgeMs;
      });
      return reading;
    };
  };
  const activityNow = () =>
    readActivity(system, { since: clock.now() - activityDays * dayMs, timeZone: config.zuoraTimeZone });
  const problemsIn = (kind: Kind, queue: OpenSystem["deadLetters"]) => async (): Promise<ProblemsReading> => {
    const problems = await readProblems(queue, isStopped);
    const named = problems.filter(({ namesAccount }) => namesAccount).map(({ accountId }) => accountId);
    return { kind, problems, nameOf: await namesOf(system, named) };
  };
  const problems = {
    credit: shared(problemsIn("credit", system.deadLetters)),
    revenue: system.revenue && shared(problemsIn("revenue", system.revenue.deadLetters)),
  };
  return {
    status: shared(() => statusOf(system, accountsLookedAtMax, isStopped)),
    problems: (kind) => problems[kind]?.(),
    activity: shared(activityNow),
    account: (id) =>
      read(async () => ({
        ...(await explanationOf(system, id, isStopped)),
        history: await accountHistory(system, id),
      })),
  };
};
