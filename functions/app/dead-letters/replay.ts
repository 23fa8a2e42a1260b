import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import { runIdAt } from "../message.ts";
import type { Clock } from "../ports.ts";
import type { WorkQueue } from "../queue-ports.ts";
import type { Assess, DeadLetterQueue, Journal } from "../records/ports.ts";
import { isMeant, type Problem, type ProblemFilter, problemsOf } from "./problems.ts";
import { workThrough } from "./work-through.ts";

export type ReplayDeps = {
  readonly deadLetters: DeadLetterQueue;
  readonly workQueue: Pick<WorkQueue, "send">;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly isStopped?: () => boolean;
};

export type ReplayOptions = ProblemFilter & {
  readonly dryRun: boolean;
  /** At most so many accounts. */
  readonly limit?: number;
  /** Accounts per second, at most. */
  readonly rate?: number;
  /** Present: only accounts about which nothing is to be done today. */
  readonly onlySettled?: Assess;
};

export type ReplayResult = {
  readonly runId: string;
  readonly dryRun: boolean;
  /** One for each account; in a dry run, what would be replayed. */
  readonly replayed: readonly { readonly accountId: AccountId; readonly code: string }[];
  /** Message groups whose messages name no account. */
  readonly notReplayable: readonly string[];
  readonly deletedLetters: number;
  /** Messages that are still in the queue, roughly. */
  readonly left: number;
};

/** Short, so that what a killed replay held is soon seen by the next one, in seconds. */
const hideSeconds = 60;

/**
 * Sends one message per account back to the work queue, and then deletes all of that account's dead letters. In this
 * order: a replay that dies in between leaves a dead letter whose account is queued too, and planning an account twice
 * changes nothing. Every replay is a run of its own, so that SQS's deduplication never swallows it.
 */
export const replay = async (deps: ReplayDeps, options: ReplayOptions): Promise<ReplayResult> => {
  const { deadLetters, clock, isStopped } = deps;
  const { dryRun, rate } = options;
  const runId = runIdAt(clock.now(), deps.random());
  const replayed = new Map<AccountId, string>();
  const notReplayable = new Set<string>();

  let pauseMs = 0;
  const beforeReceive = async () => {
    if (pauseMs > 0) await clock.sleep(pauseMs);
    pauseMs = 0;
  };
  const deletedLetters = await workThrough(deadLetters, { hideSeconds, isStopped, beforeReceive }, async (letters) => {
    const problems = problemsOf(letters);
    for (const { namesAccount, accountId } of problems) if (!namesAccount) notReplayable.add(accountId);
    // A group may be longer than what SQS gives at a time: the rest of a replayed account only has to go.
    const rest = problems.filter(({ accountId }) => replayed.has(accountId));
    const due = await dueOf(problems, replayed, options, clock.now());
    if (due.length > 0 && !dryRun) await send(deps, due, runId);
    for (const { accountId, code } of due) replayed.set(accountId, code);
    if (rate !== undefined && !dryRun) pauseMs = (due.length * 1000) / rate;
    return dryRun ? [] : [...rest, ...due].flatMap((problem) => problem.letters);
  });

  const { visible, hidden } = await deadLetters.depth();
  return {
    runId,
    dryRun,
    replayed: [...replayed].map(([accountId, code]) => ({ accountId, code })),
    notReplayable: [...notReplayable],
    deletedLetters,
    left: visible + hidden,
  };
};

const dueOf = async (
  problems: readonly Problem[],
  replayed: ReadonlyMap<AccountId, string>,
  options: ReplayOptions,
  now: number,
): Promise<readonly Problem[]> => {
  const isDue = (problem: Problem) =>
    problem.namesAccount && !replayed.has(problem.accountId) && isMeant(problem, options, now);
  const meant = problems.filter(isDue);
  const { onlySettled: assess, limit = Number.POSITIVE_INFINITY } = options;
  if (assess === undefined || meant.length === 0) return meant.slice(0, limit - replayed.size);
  const today = await assess(meant.map(({ accountId }) => accountId));
  const isSettled = ({ accountId }: Problem) => {
    const planned = today.get(accountId);
    return planned !== undefined && !(planned instanceof SettlementError) && planned.plan.steps.length === 0;
  };
  return meant.filter(isSettled).slice(0, limit - replayed.size);
};

const send = async ({ workQueue, journal, clock }: ReplayDeps, due: readonly Problem[], runId: string) => {
  for (const { accountId, code, letters } of due) {
    journal.record("dead letters replayed", { runId, accountId, code, letters: letters.length });
  }
  const accountIds = due.map(({ accountId }) => accountId);
  await workQueue.send(accountIds, runId, new Date(clock.now()).toISOString());
};
