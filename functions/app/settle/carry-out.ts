import type { AccountId } from "../../domain/account.ts";
import type { CreditBalanceStep, Step } from "../../domain/credit/step.ts";
import {
  isLocked,
  SettlementError,
  settlementError,
  WriteOutcomeUnknownError,
  ZuoraRejectedError,
} from "../../domain/errors.ts";
import { slices } from "../slices.ts";
import {
  type AdjustmentOutcome,
  adjustmentsPerCallMax,
  type Ledger,
  type StepOutcome,
  WithheldError,
} from "./ports.ts";
import type { WriteGate } from "./write-gate.ts";

/** A step that one account wants done. */
export type AccountStep<S extends Step = CreditBalanceStep> = {
  readonly step: S;
  readonly runId: string;
  readonly accountId: AccountId;
  /** When it was judged that no payment run is near; epoch milliseconds. */
  readonly judgedAt?: number | undefined;
};

/** A step with what became of it; `unsent` where time or permission ran out before it left. */
export type Done<S extends Step = CreditBalanceStep> = {
  readonly step: AccountStep<S>;
  readonly outcome: StepOutcome | "unsent";
};

export type CarryOutDeps = {
  readonly ledger: Pick<Ledger, "createAdjustments">;
  /** Asked whenever a call is about to leave, for what it would do; false leaves it unsent. */
  readonly mayWrite: WriteGate["mayWrite"];
  /** A new idempotency key; no two are alike. */
  readonly nextKey: () => string;
  /** Told at once of every step whose answer got lost: another call may fail, and with it all of them. */
  readonly onLost: (step: AccountStep) => void;
};

/** What became of one call. */
type Answer = readonly AdjustmentOutcome[] | SettlementError | "unsent";

/** A refused call is sent again in so many parts, and a refused part likewise: one culprit of fifty costs 14 calls. */
const partsMax = 7;

/**
 * Sends steps of one kind: whole accounts to a call, as many rows as Zuora takes, and all calls at a time that there
 * may be. Who has more steps than a call takes is alone, one call after the other. The refusal of a shared call is
 * repeated in parts, under new keys, down to one account per call, before any account is blamed; and what Zuora found
 * too large, down to one row.
 *
 * @throws what no part of settlement knows how to treat, when every call has come back
 */
export const carryOut = async (deps: CarryOutDeps, steps: readonly AccountStep[]): Promise<readonly Done[]> => {
  return (await whenAllAreBack(callsOf(steps).map((own) => sendInTurn(deps, own)))).flat();
};

/** @throws what one of them threw, when every one has come back */
export const whenAllAreBack = async <T>(calls: readonly Promise<T>[]): Promise<readonly T[]> => {
  await Promise.allSettled(calls);
  return Promise.all(calls);
};

/** Whole accounts, each to the first call with room for it. More rows than one call takes are one account's. */
const callsOf = (steps: readonly AccountStep[]): readonly (readonly AccountStep[])[] => {
  const calls: AccountStep[][] = [];
  for (const own of byAccount(steps)) {
    const roomy = calls.find((call) => call.length + own.length <= adjustmentsPerCallMax);
    if (roomy === undefined) calls.push([...own]);
    else roomy.push(...own);
  }
  return calls;
};

const sendInTurn = async (deps: CarryOutDeps, steps: readonly AccountStep[]): Promise<readonly Done[]> => {
  const done: Done[] = [];
  for (const call of slices(steps, adjustmentsPerCallMax)) done.push(...(await sendInParts(deps, call)));
  return done;
};

const sendInParts = async (deps: CarryOutDeps, steps: readonly AccountStep[]): Promise<readonly Done[]> => {
  const answer = await send(deps, steps);
  const accounts = byAccount(steps);
  const isTooLarge = isTerminated(answer);
  if (accounts.length > 1 && (isTooLarge || blamesOne(answer)))
    return sendEach(
      deps,
      inParts(accounts).map((part) => part.flat()),
    );
  if (steps.length > 1 && isTooLarge) return sendEach(deps, inParts(steps));
  const done = pair(steps, answer);
  for (const { step, outcome } of done) if (isLost(outcome)) deps.onLost(step);
  return done;
};

const isLost = (outcome: Done["outcome"]): boolean =>
  outcome !== "unsent" && "error" in outcome && outcome.error instanceof WriteOutcomeUnknownError;

const sendEach = async (deps: CarryOutDeps, parts: readonly (readonly AccountStep[])[]): Promise<readonly Done[]> => {
  const done: Done[] = [];
  for (const part of parts) done.push(...(await sendInParts(deps, part)));
  return done;
};

/** A refusal that may be one account's doing: of its row, or of its lock. Throttles and outages are everybody's. */
const blamesOne = (answer: Answer): boolean =>
  answer instanceof SettlementError && (answer instanceof ZuoraRejectedError || isLocked(answer));

/** Zuora undid a call since it was too much work at once, and says to make it smaller (Zuora: Error codes). */
const isTerminated = (answer: Answer): boolean => {
  if (answer === "unsent") return false;
  if (answer instanceof SettlementError) return saysTerminated(answer);
  return answer.every((row) => "error" in row) && answer.some(({ error }) => saysTerminated(error));
};

const saysTerminated = (error: SettlementError): boolean =>
  error instanceof ZuoraRejectedError && error.zuoraCode === "TRANSACTION_TERMINATED";

const send = async ({ ledger, mayWrite, nextKey }: CarryOutDeps, steps: readonly AccountStep[]): Promise<Answer> => {
  const [first] = steps;
  if (first === undefined) return [];
  try {
    const { step, judgedAt } = first;
    return await ledger.createAdjustments(steps, nextKey(), (sends) => mayWrite(step.kind, sends, judgedAt));
  } catch (error) {
    return whyNot(error);
  }
};

/**
 * What kept a call from being answered well, as a value.
 *
 * @throws what is neither Zuora's nor a write gate's
 */
export const whyNot = (error: unknown): SettlementError | "unsent" => {
  if (error instanceof WithheldError) return "unsent";
  return settlementError(error);
};

const pair = (steps: readonly AccountStep[], answer: Answer): readonly Done[] =>
  steps.map((step, index) => {
    if (answer === "unsent") return { step, outcome: answer };
    if (answer instanceof SettlementError) return { step, outcome: { error: answer } };
    const outcome = answer[index];
    if (outcome === undefined) throw new RangeError(`no outcome for step ${index + 1} of ${steps.length}`);
    return { step, outcome };
  });

const byAccount = (steps: readonly AccountStep[]): readonly (readonly AccountStep[])[] => [
  ...Map.groupBy(steps, (step) => step.accountId).values(),
];

const inParts = <T>(all: readonly T[]): readonly (readonly T[])[] => slices(all, Math.ceil(all.length / partsMax));
