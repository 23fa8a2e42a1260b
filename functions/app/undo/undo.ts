import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError } from "../../domain/errors.ts";
import { add, type Money, sum } from "../../domain/money.ts";
import type { Journal } from "../ports.ts";
import type { AdjustmentRecord, Records } from "../records/ports.ts";
import { type AdjustmentOutcome, adjustmentsPerCallMax } from "../settle/ports.ts";
import { slices } from "../slices.ts";
import { mustBeQuiet, mustBeStopped, type StopDeps } from "./must-be-stopped.ts";

export type UndoDeps = StopDeps & {
  readonly records: Pick<Records, "adjustmentsOfRun" | "accounts">;
  /** Cancels at most {@link adjustmentsPerCallMax} adjustments in one call; as the ledger's creation, it may throw. */
  readonly cancel: (ids: readonly string[]) => Promise<readonly AdjustmentOutcome[]>;
  readonly journal: Journal;
};

/** How one account of the run stands afterwards, as Zuora's records tell. */
export type UndoneAccount = {
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly currency: string;
  /** `untouched`: nothing of it was canceled, now or before. `partly`: read the reasons, and run it again. */
  readonly result: "undone" | "untouched" | "partly";
  readonly reasons: readonly string[];
  readonly adjustments: readonly AdjustmentRecord[];
};

/**
 * Cancels what a run created: all Decreases first, and an account's Increases only when all its Decreases are canceled.
 * An account whose credit was spent since is not touched at all. Safe to repeat: what is canceled stays so.
 *
 * @param only this account of the run; absent: all
 * @throws {NotStoppedError | SettlementError}
 */
export const undo = async (deps: UndoDeps, runId: string, only?: AccountId): Promise<readonly UndoneAccount[]> => {
  await mustBeStopped(deps);
  await mustBeQuiet(deps);
  const isMeant = ({ accountId }: AdjustmentRecord) => only === undefined || accountId === only;
  const before = (await deps.records.adjustmentsOfRun(runId)).filter(isMeant);
  if (before.length === 0) return [];
  const byAccount = Map.groupBy(before, ({ accountId }) => accountId);
  const accounts = await deps.records.accounts([...byAccount.keys()]);
  const reasons = new Map<AccountId, string[]>([...byAccount.keys()].map((id) => [id, []]));

  for (const [id, own] of byAccount) {
    const credit = accounts.get(id)?.creditBalance;
    const reason = credit === undefined ? "Zuora knows no such account" : reasonNotTo(own, credit);
    if (reason !== undefined) reasons.get(id)?.push(reason);
  }
  for (const type of ["Decrease", "Increase"] as const) {
    const due = before.filter(
      (each) => each.type === type && each.status === "Processed" && reasons.get(each.accountId)?.length === 0,
    );
    await cancelAll(deps, runId, due, (accountId, reason) => reasons.get(accountId)?.push(reason));
  }

  const after = Map.groupBy((await deps.records.adjustmentsOfRun(runId)).filter(isMeant), ({ accountId }) => accountId);
  return [...byAccount.keys()].map((accountId) => {
    const adjustments = after.get(accountId) ?? [];
    const { number: accountNumber = "", currency = "" } = accounts.get(accountId) ?? {};
    const result = resultOf(adjustments);
    return { accountId, accountNumber, currency, result, reasons: reasons.get(accountId) ?? [], adjustments };
  });
};

/** With its Decreases back, an account must have the credit that its Increases brought. */
const reasonNotTo = (own: readonly AdjustmentRecord[], credit: Money): string | undefined => {
  const totalOf = (type: AdjustmentRecord["type"]) =>
    sum(own.filter((each) => each.type === type && each.status === "Processed").map(({ amount }) => amount));
  const needed = totalOf("Increase");
  const available = add(credit, totalOf("Decrease"));
  return available.lt(needed)
    ? `credit was spent since: ${needed.toFixed()} would have to go back, ${available.toFixed()} is there`
    : undefined;
};

const cancelAll = async (
  deps: UndoDeps,
  runId: string,
  adjustments: readonly AdjustmentRecord[],
  refuse: (accountId: AccountId, reason: string) => void,
): Promise<void> => {
  for (const batch of slices(adjustments, adjustmentsPerCallMax)) {
    await mustBeStopped(deps);
    for (const { id, number, accountId, type } of batch) {
      deps.journal.record("adjustment canceled", { runId, accountId, adjustmentId: id, number, type });
    }
    const outcomes = await deps.cancel(batch.map(({ id }) => id)).catch(settlementError);
    for (const [index, { accountId, number }] of batch.entries()) {
      const outcome = outcomes instanceof SettlementError ? { error: outcomes } : outcomes[index];
      if (outcome !== undefined && "error" in outcome) {
        refuse(accountId, `${number}: ${outcome.error.code}: ${outcome.error.message}`);
      }
    }
  }
};

const resultOf = (adjustments: readonly AdjustmentRecord[]): UndoneAccount["result"] => {
  if (adjustments.every(({ status }) => status === "Canceled")) return "undone";
  return adjustments.some(({ status }) => status === "Canceled") ? "partly" : "untouched";
};
