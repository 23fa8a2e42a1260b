import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError, ZuoraContractError } from "../../domain/errors.ts";
import { holdOfAccount } from "../../domain/hold.ts";
import type { Policy } from "../../domain/policy.ts";
import type { RevenueStep } from "../../domain/revenue/plan-revenue.ts";
import type { RevenueHold } from "../../domain/revenue/revenue-hold.ts";
import { type Result, unreadable } from "../settle/outcome.ts";
import { type MovePairDeps, movePair, type PairEnd } from "./move-pair.ts";
import { MovedTally, type RevenueOutcome } from "./outcome.ts";
import type { ItemisedPair, RevenueAccount, RevenueLedger } from "./ports.ts";

export type MoveRevenueDeps = Omit<MovePairDeps, "ledger" | "rules" | "onMoved" | "mayHaveWritten"> & {
  readonly ledger: RevenueLedger;
  readonly policy: Policy;
  /** Accounts of which an earlier delivery may have written without reading what came of it. */
  readonly mayHaveWritten: ReadonlySet<AccountId>;
  /** Told of every move, before anything else is said of the account. */
  readonly onMoved: (accountId: AccountId, pair: ItemisedPair, step: RevenueStep) => void;
};

/**
 * Nets the revenue of a batch of accounts, one after the other: Zuora locks an account for it. Safe to repeat: a pair
 * that nets has no steps. Where something is wrong with one pair, nothing further is written for its account.
 */
export const moveRevenue = async (
  deps: MoveRevenueDeps,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, RevenueOutcome>> => {
  const read = await deps.ledger.readAccounts(ids).catch(settlementError);
  const outcomes = new Map<AccountId, RevenueOutcome>();
  for (const id of ids) {
    const account = read instanceof SettlementError ? read : read.get(id);
    if (account === undefined) throw new RangeError(`account ${id} was asked for and not answered`);
    outcomes.set(id, account instanceof SettlementError ? untouched(resultOf(account)) : await moveAll(deps, account));
  }
  return outcomes;
};

const moveAll = async (deps: MoveRevenueDeps, { terms, pairs, holds }: RevenueAccount): Promise<RevenueOutcome> => {
  const heldAccount = pairs.length + holds.length > 0 ? holdOfAccount(terms, deps.policy) : undefined;
  if (heldAccount !== undefined) return { ...untouched({ kind: "held" }), pairs: pairs.length, heldAccount };
  const tally = new MovedTally();
  const held: RevenueHold[] = [...holds];
  let hasMoved = false;
  for (const pair of pairs) {
    const { currency } = pair.original;
    let isMoved = false;
    const end = await moveOne(deps, terms.id, pair, (step) => {
      isMoved = true;
      tally.add(currency, step.amount);
      deps.onMoved(terms.id, pair, step);
    });
    if (isMoved) tally.endPair(currency);
    hasMoved ||= isMoved;
    if (end.kind === "held") held.push(...end.holds);
    const stop = stopOf(end);
    if (stop !== undefined) return { result: stop, pairs: pairs.length, moved: tally.all, holds: held };
  }
  const kind = held.length > 0 ? "held" : hasMoved ? "settled" : "no-op";
  return { result: { kind }, pairs: pairs.length, moved: tally.all, holds: held };
};

const moveOne = async (
  { policy, mayHaveWritten, ...deps }: MoveRevenueDeps,
  accountId: AccountId,
  pair: ItemisedPair,
  onMoved: (step: RevenueStep) => void,
): Promise<PairEnd> => {
  try {
    return await movePair(
      { ...deps, rules: policy.revenueRules, mayHaveWritten: mayHaveWritten.has(accountId), onMoved },
      pair,
    );
  } catch (error) {
    const failure = settlementError(error);
    return isRecord(failure) ? { kind: "failed", error: failure } : { kind: "waiting", reason: failure };
  }
};

const stopOf = (end: PairEnd): Result | undefined => {
  if (end.kind === "waiting") return end;
  return end.kind === "failed" ? { ...end, final: true } : undefined;
};

/** One record that nobody understands condemns its own account; everything else concerns all of them, and waits. */
const resultOf = (error: SettlementError): Result =>
  isRecord(error) ? unreadable(error) : { kind: "waiting", reason: error };

const isRecord = (error: SettlementError): boolean => error instanceof ZuoraContractError && error.scope === "record";

const untouched = (result: Result): RevenueOutcome => ({ result, pairs: 0, moved: new Map(), holds: [] });
