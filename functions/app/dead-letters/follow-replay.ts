import type { AccountId } from "../../domain/account.ts";
import type { Clock } from "../ports.ts";
import type { DeadLetterQueue } from "./ports.ts";
import { problemsOf, runIdOf } from "./problems.ts";
import type { SetAside } from "./replay.ts";
import type { ReadStandings } from "./standing.ts";
import { workThrough } from "./work-through.ts";

export type FollowDeps = {
  readonly deadLetters: DeadLetterQueue;
  readonly standings: ReadStandings;
  readonly clock: Clock;
  readonly isStopped?: () => boolean;
  /** Told after each look. */
  readonly onProgress?: (became: Became) => void;
};

/** What became of the accounts of a replay. Each is in one of them. */
export type Became = {
  /** Nothing is to be done about them any more. */
  readonly settled: readonly AccountId[];
  readonly held: readonly { readonly accountId: AccountId; readonly reasons: readonly string[] }[];
  /** Set aside once more by this very replay. */
  readonly back: readonly SetAside[];
  /** Not at an end when nobody waited any longer. */
  readonly waiting: readonly AccountId[];
};

export type FollowOptions = {
  readonly runId: string;
  readonly accountIds: readonly AccountId[];
  readonly maxMs: number;
};

const firstPauseMs = 500;
const pauseMaxMs = 10_000;

/** Looking takes a moment; after a crash the letters are seen again after this, in seconds. */
const hideSeconds = 60;

/**
 * Waits until each account of a replay has come to an end: settled, held, or back among the dead letters with a letter
 * of this run. Writes nothing.
 */
export const followReplay = async (deps: FollowDeps, options: FollowOptions): Promise<Became> => {
  const { clock, isStopped = () => false, onProgress = () => {} } = deps;
  const until = clock.now() + options.maxMs;
  let became: Became = { settled: [], held: [], back: [], waiting: options.accountIds };
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMaxMs, pauseMs * 2)) {
    became = await look(deps, options.runId, became);
    onProgress(became);
    if (became.waiting.length === 0 || isStopped() || clock.now() + pauseMs > until) return became;
    await clock.sleep(pauseMs);
  }
};

const look = async (
  { deadLetters, standings, isStopped }: FollowDeps,
  runId: string,
  before: Became,
): Promise<Became> => {
  const waiting = new Set(before.waiting);
  const back = new Map<AccountId, SetAside>();
  await workThrough(deadLetters, { hideSeconds, isStopped }, async (letters) => {
    for (const { accountId, code, zuoraCode } of problemsOf(letters.filter((each) => runIdOf(each) === runId))) {
      if (waiting.delete(accountId)) back.set(accountId, { accountId, code, ...(zuoraCode ? { zuoraCode } : {}) });
    }
    return [];
  });
  const settled: AccountId[] = [];
  const held: Became["held"][number][] = [];
  for (const [accountId, standing] of await standings([...waiting])) {
    if (standing.kind === "due") continue;
    waiting.delete(accountId);
    if (standing.kind === "settled") settled.push(accountId);
    else held.push({ accountId, reasons: standing.reasons });
  }
  return {
    settled: [...before.settled, ...settled],
    held: [...before.held, ...held],
    back: [...before.back, ...back.values()],
    waiting: [...waiting],
  };
};
