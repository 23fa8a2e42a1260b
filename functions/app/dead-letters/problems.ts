import type { AccountId } from "../../domain/account.ts";
import { BadMessageError } from "../../domain/errors.ts";
import { readMessage } from "../message.ts";
import type { AccountMessage } from "../queue-ports.ts";
import type { DeadLetter, DeadLetterQueue } from "./ports.ts";
import { workThrough } from "./work-through.ts";

/** SQS itself set it aside: every invocation that received it died, so nobody wrote a reason. */
export const unknownCode = "UNKNOWN";

/** All dead letters of one account, which are one problem; the last of them tells what it is. */
export type Problem = {
  readonly accountId: AccountId;
  /** False where the message names no account: then `accountId` is its message group, and it cannot be replayed. */
  readonly namesAccount: boolean;
  readonly code: string;
  /** Zuora's own code of a refusal. */
  readonly zuoraCode: string | undefined;
  readonly message: string;
  /** ISO 8601; the earliest that any of them tells. */
  readonly since: string;
  readonly attempts: number;
  readonly letters: readonly DeadLetter[];
};

/** Which problems are meant; absent means all. */
export type ProblemFilter = {
  readonly codes?: readonly string[] | undefined;
  readonly accounts?: readonly AccountId[] | undefined;
  /** Those that exist for longer than this, in milliseconds. */
  readonly olderThanMs?: number | undefined;
  /** Those whose codes or message hold this text, whatever its case. */
  readonly text?: string | undefined;
};

/** One problem per account, in the order in which the accounts first appear. */
export const problemsOf = (letters: readonly DeadLetter[]): readonly Problem[] =>
  [...Map.groupBy(letters, accountIdOf)].map(([accountId, own]) => {
    const last = own.at(-1)?.attributes ?? {};
    return {
      accountId,
      namesAccount: own.some(({ body }) => accountIn(body) !== undefined),
      code: last["errorCode"] ?? unknownCode,
      zuoraCode: last["zuoraCode"],
      message: last["errorMessage"] ?? "received too often without an answer",
      since: own.map(({ attributes, sentAt }) => attributes["firstFailedAt"] ?? sentAt).toSorted()[0] ?? "",
      attempts: own.reduce((total, letter) => total + attemptsOf(letter), 0),
      letters: own,
    };
  });

export const isMeant = (problem: Problem, filter: ProblemFilter, now: number): boolean =>
  isNamed(problem, filter) &&
  (filter.olderThanMs === undefined || now - Date.parse(problem.since) > filter.olderThanMs) &&
  (filter.text === undefined || textOf(problem).includes(filter.text.toLowerCase()));

const isNamed = ({ code, accountId }: Problem, filter: ProblemFilter): boolean =>
  (filter.codes === undefined || filter.codes.includes(code)) &&
  (filter.accounts === undefined || filter.accounts.includes(accountId));

const textOf = ({ code, zuoraCode = "", message }: Problem): string => `${code} ${zuoraCode} ${message}`.toLowerCase();

/** Long enough to go through a full queue; after a crash, this long until the messages are seen again, in seconds. */
const listHideSeconds = 120;

/**
 * Looks at every dead letter that SQS gives, and leaves none hidden.
 *
 * @param isStopped asked before each receive
 */
export const readProblems = async (queue: DeadLetterQueue, isStopped?: () => boolean): Promise<readonly Problem[]> => {
  const seen: DeadLetter[] = [];
  await workThrough(queue, { hideSeconds: listHideSeconds, isStopped }, async (letters) => {
    seen.push(...letters);
    return [];
  });
  return problemsOf(seen);
};

/** The run whose message failed; undefined where the message is not one of ours. */
export const runIdOf = ({ body }: Pick<DeadLetter, "body">): string | undefined => messageIn(body)?.runId;

const accountIdOf = ({ body, messageGroupId }: DeadLetter): AccountId => accountIn(body) ?? messageGroupId;

const accountIn = (body: string): AccountId | undefined => messageIn(body)?.accountId;

const messageIn = (body: string): AccountMessage | undefined => {
  try {
    return readMessage(body);
  } catch (error) {
    if (error instanceof BadMessageError) return undefined;
    throw error;
  }
};

/** What the processor counted; else SQS's count, in which this very look is one. */
const attemptsOf = ({ attributes, receiveCount }: DeadLetter): number => {
  const counted = attributes["attempts"];
  return counted !== undefined && /^\d{1,9}$/.test(counted) ? Number(counted) : Math.max(0, receiveCount - 1);
};
