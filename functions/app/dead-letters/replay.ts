import type { AccountId } from "../../domain/account.ts";
import { runIdAt } from "../../domain/run-id.ts";
import type { Clock, Journal } from "../ports.ts";
import type { WorkQueue } from "../queue-ports.ts";
import type { DeadLetter, DeadLetterQueue } from "./ports.ts";
import { isMeant, type Problem, type ProblemFilter, problemsOf, runIdOf } from "./problems.ts";
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
  readonly limit?: number | undefined;
  /** Accounts per second, at most. */
  readonly rate?: number | undefined;
  /** Present: only accounts that it tells to be settled. */
  readonly onlySettled?: ((ids: readonly AccountId[]) => Promise<ReadonlySet<AccountId>>) | undefined;
};

/** An account of the dead-letter queue, and why it is there. */
export type SetAside = {
  readonly accountId: AccountId;
  readonly code: string;
  /** Zuora's own code. */
  readonly zuoraCode?: string | undefined;
};

export type ReplayResult = {
  /** Absent where nothing was replayed. */
  readonly runId?: string | undefined;
  readonly dryRun: boolean;
  /** Accounts that have dead letters. */
  readonly of: number;
  /** Of those, which the filter means. */
  readonly matched: number;
  /** One for each account; in a dry run, what would be replayed. */
  readonly replayed: readonly SetAside[];
  /** Replayed accounts that were set aside once more while the replay went on: their new letters are kept. */
  readonly cameBack: readonly SetAside[];
  /** Message groups whose messages name no account. */
  readonly notReplayable: readonly string[];
  readonly deletedLetters: number;
  /** Messages that are still in the queue, roughly. */
  readonly left: number;
};

/** Short, so that what a killed replay held is soon seen by the next one, in seconds. */
const hideSeconds = 60;

/**
 * Sends one message per account back to the work queue, and then deletes the dead letters that the account had. In
 * this order: a replay that dies in between leaves a dead letter whose account is queued too, and planning an account
 * twice changes nothing. Every replay is a run of its own, so that SQS's deduplication never swallows it. Processors
 * work meanwhile: a letter that came after its account was sent tells of something new, and is never deleted.
 */
export const replay = async (deps: ReplayDeps, options: ReplayOptions): Promise<ReplayResult> => {
  const { deadLetters, clock, isStopped } = deps;
  const { dryRun, rate } = options;
  const runId = runIdAt(clock.now(), deps.random());
  const tally = new Tally(runId);

  let pauseMs = 0;
  const beforeReceive = async () => {
    if (pauseMs > 0) await clock.sleep(pauseMs);
    pauseMs = 0;
  };
  const deletedLetters = await workThrough(deadLetters, { hideSeconds, isStopped, beforeReceive }, async (letters) => {
    const problems = problemsOf(letters);
    const now = clock.now();
    for (const problem of problems) tally.see(problem, isMeant(problem, options, now));
    // A group may be longer than what SQS gives at a time: the rest of a replayed account only has to go.
    const rest = problems.flatMap((problem) => tally.olderThanReplay(problem));
    const due = await dueOf(problems, tally.sentAt, options, now);
    if (due.length > 0 && !dryRun) await send(deps, due, runId);
    for (const problem of due) tally.replay(problem, now);
    if (dryRun) return [];
    if (rate !== undefined) pauseMs = (due.length * 1000) / rate;
    const done = [...rest, ...due.flatMap((problem) => problem.letters)];
    for (const letter of done) writeDown(deps.journal, letter, runId);
    return done;
  });

  const { visible, hidden } = await deadLetters.depth();
  return {
    ...(tally.replayed.length > 0 && !dryRun ? { runId } : {}),
    dryRun,
    of: tally.seen.size,
    matched: tally.matched.size,
    replayed: tally.replayed,
    cameBack: [...tally.cameBack.values()],
    notReplayable: [...tally.notReplayable],
    deletedLetters,
    left: visible + hidden,
  };
};

/** What a replay has seen so far. */
class Tally {
  readonly seen = new Set<AccountId>();
  readonly matched = new Set<AccountId>();
  readonly notReplayable = new Set<string>();
  readonly replayed: SetAside[] = [];
  /** Epoch milliseconds before which each replayed account's letters are old. */
  readonly sentAt = new Map<AccountId, number>();
  readonly cameBack = new Map<AccountId, SetAside>();
  readonly #runId: string;

  constructor(runId: string) {
    this.#runId = runId;
  }

  see(problem: Problem, isMatch: boolean): void {
    const { accountId, namesAccount, letters } = problem;
    this.seen.add(accountId);
    if (isMatch) this.matched.add(accountId);
    if (!namesAccount) this.notReplayable.add(accountId);
    if (letters.some((letter) => runIdOf(letter) === this.#runId)) this.cameBack.set(accountId, asideOf(problem));
  }

  replay(problem: Problem, now: number): void {
    this.sentAt.set(problem.accountId, now);
    this.replayed.push(asideOf(problem));
  }

  olderThanReplay({ accountId, letters }: Problem): readonly DeadLetter[] {
    const at = this.sentAt.get(accountId);
    if (at === undefined) return [];
    return letters.filter((letter) => runIdOf(letter) !== this.#runId && Date.parse(letter.sentAt) < at);
  }
}

const asideOf = ({ accountId, code, zuoraCode }: Problem): SetAside => ({
  accountId,
  code,
  zuoraCode,
});

const dueOf = async (
  problems: readonly Problem[],
  sentAt: ReadonlyMap<AccountId, number>,
  options: ReplayOptions,
  now: number,
): Promise<readonly Problem[]> => {
  const isDue = (problem: Problem) =>
    problem.namesAccount && !sentAt.has(problem.accountId) && isMeant(problem, options, now);
  const meant = problems.filter(isDue);
  const { onlySettled, limit = Number.POSITIVE_INFINITY } = options;
  const room = limit - sentAt.size;
  if (onlySettled === undefined || meant.length === 0 || room <= 0) return meant.slice(0, Math.max(0, room));
  const settled = await onlySettled(meant.map(({ accountId }) => accountId));
  return meant.filter(({ accountId }) => settled.has(accountId)).slice(0, room);
};

const send = async ({ workQueue, journal, clock }: ReplayDeps, due: readonly Problem[], runId: string) => {
  for (const { accountId, code, letters } of due) {
    journal.record("dead letters replayed", { runId, accountId, code, letters: letters.length });
  }
  const accountIds = due.map(({ accountId }) => accountId);
  await workQueue.send(accountIds, runId, new Date(clock.now()).toISOString());
};

/** Whole, as what is deleted cannot be looked at again. */
const writeDown = (
  journal: Journal,
  { body, attributes, sentAt, messageId, messageGroupId }: DeadLetter,
  runId: string,
): void =>
  journal.record("dead letter deleted", { runId, accountId: messageGroupId, messageId, sentAt, body, attributes });
