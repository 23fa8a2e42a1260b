import type { AccountId } from "../../domain/account.ts";
import type { Clock, Journal } from "../ports.ts";
import type { DeadLetterQueue } from "./ports.ts";
import { isMeant, type Problem, type ProblemFilter, problemsOf } from "./problems.ts";
import { workThrough } from "./work-through.ts";

export type DropDeps = {
  readonly deadLetters: DeadLetterQueue;
  readonly journal: Journal;
  readonly clock: Pick<Clock, "now">;
  readonly isStopped?: () => boolean;
};

/** Which problems are given up, and why; the reason is for whoever asks a year later. */
export type DropOptions = ProblemFilter & {
  readonly reason: string;
  /** At most so many accounts. */
  readonly limit?: number | undefined;
  /** Epoch milliseconds at which they were shown: what was set aside since is not meant. Absent: now. */
  readonly shownAt?: number | undefined;
};

export type DropResult = {
  readonly dropped: readonly { readonly accountId: AccountId; readonly code: string }[];
  readonly deletedLetters: number;
};

const hideSeconds = 60;

/** Deletes dead letters for good. Each is written to the journal, whole, before it is deleted. */
export const drop = async (deps: DropDeps, { reason, limit, shownAt, ...filter }: DropOptions): Promise<DropResult> => {
  const { deadLetters, journal, clock, isStopped } = deps;
  const begunAt = shownAt ?? clock.now();
  const dropped = new Map<AccountId, string>();
  const mayDrop = (problem: Problem) => {
    // A group may be longer than what SQS gives at a time: the rest of a dropped account goes with it.
    if (dropped.has(problem.accountId)) return true;
    if ((limit !== undefined && dropped.size >= limit) || !isMeant(problem, filter, clock.now())) return false;
    dropped.set(problem.accountId, problem.code);
    return true;
  };
  const deletedLetters = await workThrough(deadLetters, { hideSeconds, isStopped }, async (letters) => {
    const old = letters.filter(({ sentAt }) => Date.parse(sentAt) <= begunAt);
    const meant = problemsOf(old).filter(mayDrop);
    for (const { accountId, code, letters: own } of meant) {
      for (const { body, attributes, sentAt, messageId } of own) {
        journal.record("dead letter dropped", { reason, accountId, code, messageId, sentAt, body, attributes });
      }
    }
    return meant.flatMap((problem) => problem.letters);
  });
  return { dropped: [...dropped].map(([accountId, code]) => ({ accountId, code })), deletedLetters };
};
