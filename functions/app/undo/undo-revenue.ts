import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError } from "../../domain/errors.ts";
import { undoneNotesOf } from "../../domain/revenue/notes.ts";
import {
  type MovedSchedule,
  movedOfRun,
  type PutBackStep,
  planRevenueUndo,
  type UndoPlan,
} from "../../domain/revenue/plan-revenue-undo.ts";
import type { Journal } from "../ports.ts";
import type { Records } from "../records/ports.ts";
import type { MovesLedger } from "../revenue/ports.ts";
import { slices } from "../slices.ts";
import { mustBeQuiet, mustBeStopped, type StopDeps } from "./must-be-stopped.ts";

export type RevenueUndoDeps = StopDeps & {
  readonly records: Pick<Records, "adjustmentsOfRun" | "accounts">;
  readonly ledger: MovesLedger;
};

/** One pair whose revenue was moved for the run, and what is to be done about it. */
export type PairToUndo = {
  readonly accountId: AccountId;
  readonly accountNumber: string;
  /** What Zuora keeps with the moves: the run and both invoices. */
  readonly notes: string;
  readonly plan: UndoPlan;
};

/** How a pair stands afterwards. `partly`: one side alone was put back; run it again. */
export type UndonePair = Omit<PairToUndo, "plan"> & {
  readonly result: "undone" | "by-hand" | "partly" | "untouched";
  readonly why?: string | undefined;
};

/** As many accounts as share the queries. */
const accountsPerRead = 10;

/**
 * What putting a run's moves of revenue back comes to, pair by pair; writes nothing. The run is the one that settled
 * the pair in receivables; whether that was undone since plays no part.
 *
 * @param only this account of the run; absent: all
 * @throws {NotStoppedError | SettlementError}
 */
export const planUndoOfRevenue = async (
  deps: RevenueUndoDeps,
  runId: string,
  only?: AccountId,
): Promise<readonly PairToUndo[]> => {
  await mustBeStopped(deps);
  await mustBeQuiet(deps);
  const { records, ledger } = deps;
  const decreases = (await records.adjustmentsOfRun(runId)).filter(
    ({ type, accountId }) => type === "Decrease" && (only === undefined || accountId === only),
  );
  const applied = Map.groupBy(decreases, ({ accountId }) => accountId);
  const labels = await records.accounts([...applied.keys()]);
  const { periods } = await ledger.calendar({ fresh: true });
  const pairs: PairToUndo[] = [];
  for (const ids of slices([...applied.keys()], accountsPerRead)) {
    const paid = new Map(ids.map((id) => [id, new Set((applied.get(id) ?? []).map(({ invoice }) => invoice.id))]));
    for (const [accountId, schedules] of await ledger.schedulesBeside(paid)) {
      const accountNumber = labels.get(accountId)?.number ?? accountId;
      if (schedules instanceof SettlementError) {
        pairs.push({ accountId, accountNumber, notes: runId, plan: { kind: "by-hand", why: schedules.message } });
        continue;
      }
      const moved: MovedSchedule[] = [];
      for (const schedule of schedules) moved.push({ schedule, events: await ledger.events(schedule.number) });
      for (const [notes, own] of movedOfRun(moved, runId)) {
        pairs.push({ accountId, accountNumber, notes, plan: planRevenueUndo(own, notes, periods) });
      }
    }
  }
  return pairs;
};

/**
 * Puts back what was planned, one schedule after the other, each written to the journal first and read again after it.
 * Safe to repeat: what is back already has no steps.
 *
 * @throws {NotStoppedError} where the system is turned on meanwhile
 */
export const undoRevenue = async (
  deps: RevenueUndoDeps & { readonly journal: Journal },
  runId: string,
  pairs: readonly PairToUndo[],
): Promise<readonly UndonePair[]> => {
  const done: UndonePair[] = [];
  for (const { plan, ...pair } of pairs) {
    if (plan.kind === "undone") done.push({ ...pair, result: "undone" });
    else if (plan.kind === "by-hand") done.push({ ...pair, result: "by-hand", why: plan.why });
    else done.push({ ...pair, ...(await putBackAll(deps, runId, pair, plan.steps)) });
  }
  return done;
};

const putBackAll = async (
  deps: RevenueUndoDeps & { readonly journal: Journal },
  runId: string,
  { accountId, notes }: Omit<PairToUndo, "plan">,
  steps: readonly PutBackStep[],
): Promise<Pick<UndonePair, "result" | "why">> => {
  for (const [index, step] of steps.entries()) {
    await mustBeStopped(deps);
    const { schedule, period, amount } = step;
    const facts = { runId, accountId, schedule: schedule.number, period: period.name, amount: amount.toFixed() };
    deps.journal.record("revenue put back", facts);
    const why = await putBack(deps, step, undoneNotesOf(notes));
    if (why !== undefined) return { result: index === 0 ? "untouched" : "partly", why: `${schedule.number}: ${why}` };
  }
  return { result: "undone" };
};

/** @returns why it is not back; the schedule itself decides, whatever was answered */
const putBack = async ({ ledger }: RevenueUndoDeps, step: PutBackStep, notes: string): Promise<string | undefined> => {
  const refused = await ledger.putBack(step, notes).then(() => undefined, settlementError);
  const after = await ledger.schedule(step.schedule.number).catch(settlementError);
  if (after instanceof SettlementError) return `it could not be read again: ${after.code}: ${after.message}`;
  if (after.undistributed.eq(step.openEndedAfter)) return undefined;
  return refused === undefined ? "it is not as it was left" : `${refused.code}: ${refused.message}`;
};
