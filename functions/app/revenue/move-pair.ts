import {
  RevenueNotNettedError,
  SettlementError,
  settlementError,
  WriteOutcomeUnknownError,
  ZuoraBusyError,
  ZuoraRejectedError,
} from "../../domain/errors.ts";
import { toDecimal } from "../../domain/money.ts";
import { leftOpen } from "../../domain/revenue/netting.ts";
import { notesOf } from "../../domain/revenue/notes.ts";
import {
  type PairSchedules,
  planRevenue,
  type RevenuePlan,
  type RevenueStep,
} from "../../domain/revenue/plan-revenue.ts";
import type { ChargeSum, RevenueHold } from "../../domain/revenue/revenue-hold.ts";
import type { RevenueSchedule } from "../../domain/revenue/schedule.ts";
import type { WaitReason } from "../settle/outcome.ts";
import { WithheldError } from "../settle/ports.ts";
import { wasMovedByUs } from "./moved-by-us.ts";
import type { ItemisedPair, RevenueLedger } from "./ports.ts";
import type { RevenueGate } from "./revenue-gate.ts";

export type MovePairDeps = {
  readonly ledger: Pick<RevenueLedger, "calendar" | "readSchedules" | "events" | "distribute">;
  /** Recognition rules that may be touched; absent: all. */
  readonly rules: readonly string[] | undefined;
  /** False: plans, and writes nothing. */
  readonly moves: boolean;
  readonly gate: RevenueGate;
  /** An earlier delivery may have written, and died or lost an answer before it had read what came of it. */
  readonly mayHaveWritten: boolean;
  /** Told of every move: confirmed, found done after a lost answer, or where nothing is written, planned. */
  readonly onMoved: (step: RevenueStep) => void;
};

/** How a pair was left. `netted`: nothing is to be done, whoever did it. */
export type PairEnd =
  | { readonly kind: "netted" | "planned" }
  | { readonly kind: "held"; readonly holds: readonly RevenueHold[] }
  | { readonly kind: "waiting"; readonly reason: SettlementError | WaitReason }
  | { readonly kind: "failed"; readonly error: SettlementError };

/** Reading, planning and writing this often must do; after that another time is better. */
const roundsMax = 3;

/**
 * Brings the revenue of one pair to a net of zero. Whatever was written is read again before anything else is said:
 * a pair of which something was written ends netted, or waits, or is `REVENUE_NOT_NETTED`.
 *
 * @throws {SettlementError} where reading failed: for the caller to say how far that reaches
 */
export const movePair = async (deps: MovePairDeps, pair: ItemisedPair): Promise<PairEnd> => {
  let sofar: SoFar = { hasWritten: false };
  for (let round = 1; ; round += 1) {
    const items = await deps.ledger.readSchedules(pair);
    const { unanswered } = sofar;
    if (unanswered !== undefined && isEmptied(items, unanswered)) {
      deps.onMoved(unanswered);
      sofar = { ...sofar, hasWritten: true };
    }
    // Only a refusal says that a period may have been closed just now.
    const calendar = await deps.ledger.calendar({ fresh: sofar.refusal !== undefined });
    const plan = planRevenue(pair, items, calendar, deps.rules);
    if (
      round === 1 &&
      deps.mayHaveWritten &&
      isPastMoving(plan, items) &&
      (await wasMovedByUs(deps.ledger, pair, items))
    ) {
      sofar = { ...sofar, hasWritten: true };
    }
    const open = sofar.hasWritten ? leftOpen(schedulesIn(items)) : [];
    const end = endOf(deps, pair, plan, open, round > roundsMax, sofar.refusal);
    if (end !== undefined) return end;
    const done = await carryOut(deps, pair, plan.steps);
    sofar = { ...sofar, unanswered: done.unanswered, hasWritten: sofar.hasWritten || done.confirmed > 0 };
    const stop = stopOf(done.stoppedBy, sofar.hasWritten);
    if (stop !== undefined) return stop;
    if (done.stoppedBy instanceof SettlementError) sofar = { ...sofar, refusal: done.stoppedBy };
  }
};

/** Nothing is left to move, and it does not net: a rule's doing, or what a person did beside a move of ours. */
const isPastMoving = ({ steps, holds }: RevenuePlan, items: PairSchedules): boolean =>
  steps.length === 0 && holds.length === 0 && leftOpen(schedulesIn(items)).length > 0;

/** What the rounds before have left. */
type SoFar = {
  /** Something of the pair is known to be moved by us. */
  readonly hasWritten: boolean;
  readonly unanswered?: RevenueStep | undefined;
  readonly refusal?: SettlementError;
};

/** How the pair ends as it was just read; undefined where its steps are to be carried out. */
const endOf = (
  { moves, onMoved }: MovePairDeps,
  pair: ItemisedPair,
  { steps, holds }: RevenuePlan,
  open: readonly ChargeSum[],
  isLast: boolean,
  refusal: SettlementError | undefined,
): PairEnd | undefined => {
  // Answers that were lost again and again pass; what Zuora refuses, or leaves no step for, does not by itself.
  const isStuck = steps.length === 0 || (isLast && !(refusal instanceof WriteOutcomeUnknownError));
  if (open.length > 0 && isStuck) return failed(notNetted(pair, open, refusal));
  if (steps.length === 0) return holds.length > 0 ? { kind: "held", holds } : { kind: "netted" };
  if (moves) return isLast ? giveUp(refusal) : undefined;
  for (const step of steps) onMoved(step);
  return { kind: "planned" };
};

/** What needs no other look at the pair: it concerns more than this one, or will not change. */
const stopOf = (stoppedBy: SettlementError | WaitReason | undefined, hasWritten: boolean): PairEnd | undefined => {
  if (stoppedBy === undefined) return undefined;
  if (!(stoppedBy instanceof SettlementError) || !isWorthAnotherLook(stoppedBy)) {
    return { kind: "waiting", reason: stoppedBy };
  }
  return isFinal(stoppedBy) && !hasWritten ? failed(stoppedBy) : undefined;
};

type CarriedOut = {
  readonly confirmed: number;
  /** The step whose answer was lost: it may have been done. */
  readonly unanswered: RevenueStep | undefined;
  /** Why the rest was not sent. */
  readonly stoppedBy: SettlementError | WaitReason | undefined;
};

const carryOut = async (
  { ledger, gate, onMoved }: MovePairDeps,
  pair: ItemisedPair,
  steps: readonly RevenueStep[],
): Promise<CarriedOut> => {
  let confirmed = 0;
  for (const step of steps) {
    const error = await ledger.distribute(step, notesOf(pair), gate.mayLeave).then(() => undefined, known);
    if (error instanceof WithheldError) return { confirmed, unanswered: undefined, stoppedBy: gate.whyUnsent() };
    if (error instanceof WriteOutcomeUnknownError) return { confirmed, unanswered: step, stoppedBy: error };
    if (error !== undefined) return { confirmed, unanswered: undefined, stoppedBy: error };
    confirmed += 1;
    onMoved(step);
  }
  return { confirmed, unanswered: undefined, stoppedBy: undefined };
};

const known = (error: unknown): SettlementError | WithheldError =>
  error instanceof WithheldError ? error : settlementError(error);

/** Of one pair: what is read again may show that it was done, that a period was closed, or that a person was there. */
const isWorthAnotherLook = (error: SettlementError): boolean =>
  error instanceof WriteOutcomeUnknownError || error instanceof ZuoraRejectedError;

const isFinal = (error: SettlementError): boolean => error instanceof ZuoraRejectedError && error.again === "never";

/** Nothing was ever written: the same refusal over an unchanged reading is the pair's own; a lost answer passes. */
const giveUp = (refusal: SettlementError | undefined): PairEnd => {
  if (refusal instanceof ZuoraRejectedError) return failed(refusal);
  return {
    kind: "waiting",
    reason: refusal ?? new ZuoraBusyError("revenue is still to be moved after the last round"),
  };
};

const failed = (error: SettlementError): PairEnd => ({ kind: "failed", error });

const notNetted = (
  { original, mirror }: ItemisedPair,
  sums: readonly ChargeSum[],
  cause: SettlementError | undefined,
): RevenueNotNettedError => {
  const told = sums.map(({ chargeId, period, sum }) => `charge ${chargeId} in ${period}: ${toDecimal(sum)}`);
  const because = cause === undefined ? "" : ` (${cause.message})`;
  return new RevenueNotNettedError(
    `the revenue of ${original.number} and ${mirror.number} does not net to zero: ${told.join("; ")}${because}`,
    cause === undefined ? {} : { cause },
  );
};

const isEmptied = (items: PairSchedules, { schedule }: RevenueStep): boolean =>
  schedulesIn(items).some(({ number, undistributed }) => number === schedule.number && undistributed.eq(0));

const schedulesIn = ({ original, mirror }: PairSchedules): readonly RevenueSchedule[] =>
  [...original.values(), ...mirror.values()].flatMap((schedule) => schedule ?? []);
