import type { AccountId } from "../../../domain/account.ts";
import type { Application } from "../../../domain/credit/apply-credit-memos.ts";
import type { ApplyCreditBalance } from "../../../domain/credit/pay-invoices.ts";
import type { Step } from "../../../domain/credit/step.ts";
import { SettlementError, settlementError } from "../../../domain/errors.ts";
import type { Charging, PaymentRun } from "../../../domain/payment-run.ts";
import type { Policy } from "../../../domain/policy.ts";
import { slices } from "../../slices.ts";
import type { AccountStep, Done } from "../carry-out.ts";
import { adjustmentsPerCallMax, type Ledger } from "../ports.ts";
import { callsOf, isAnswer } from "./apply-memos.ts";
import type { Progress } from "./progress.ts";

/** As many Decreases as leave after one look: what a run that begins just then can meet is one call. */
const rowsPerLook = adjustmentsPerCallMax;

/** As many applications of memos, a call each: they take no longer. */
const memoRowsPerLook = 20;

type ApplyDeps = {
  readonly ledger: Pick<Ledger, "runsInProgress" | "accountsBeingPaid">;
  readonly policy: Policy;
  readonly send: (steps: readonly AccountStep<ApplyCreditBalance>[]) => Promise<readonly Done[]>;
  readonly sendMemos: (steps: readonly AccountStep<Application>[]) => Promise<readonly Done<Application>[]>;
};

/**
 * Pays the open invoices of accounts whose Increases are confirmed, memos first and then credit balance, after a last
 * look at who is being charged: a person may have started a payment run since the accounts were read. What it may
 * charge waits. Payment runs are looked at before every call of Decreases and every twenty of memos, payments once,
 * since a run makes them.
 */
export const applyCredit = async (deps: ApplyDeps, accounts: readonly Progress[]): Promise<void> => {
  const look = lookerAt(deps.ledger, accounts);
  const byCall = accounts.filter((account) => applicationsOf(account).length > 0);
  const callParts = byCall.map((account) => callsOf(applicationsOf(account)));
  const isStopped = new Set<AccountId>();
  const sendMemos: ApplyDeps["sendMemos"] = async (steps) => {
    const done = await deps.sendMemos(steps.filter(({ accountId }) => !isStopped.has(accountId)));
    for (const { step, outcome } of done) if (!isAnswer(outcome)) isStopped.add(step.accountId);
    return done;
  };
  const byCallDone = await inWaves(deps, look, byCall, wavesOf(callParts, memoRowsPerLook), sendMemos);
  const isWhole = noteAll(byCall, byCallDone);

  const byBalance = accounts.filter(
    (account) => isWhole(account) && !account.isFinished && account.steps("ApplyCreditBalance").length > 0,
  );
  const parts = byBalance.map((account) => slices(account.steps("ApplyCreditBalance"), rowsPerLook));
  noteAll(byBalance, await inWaves(deps, look, byBalance, wavesOf(parts, rowsPerLook), deps.send));
};

/** What became of the waves: what was sent, and whom nobody could look at. */
type Waved = {
  readonly done: readonly Done<Step>[];
  readonly unseen?: { readonly ids: ReadonlySet<AccountId>; readonly error: SettlementError } | undefined;
};

/** @returns whether everything of an account was confirmed */
const noteAll = (accounts: readonly Progress[], { done, unseen }: Waved): ((account: Progress) => boolean) => {
  const incomplete = new Set(accounts.filter((account) => !account.note(done)));
  if (unseen !== undefined) for (const account of accounts) if (unseen.ids.has(account.id)) account.wait(unseen.error);
  return (account) => !incomplete.has(account);
};

/** A look at who is being charged now, and at payments once. */
type Look = () => Promise<Charging>;

const lookerAt = (ledger: ApplyDeps["ledger"], accounts: readonly Progress[]): Look => {
  let beingPaid: ReadonlySet<AccountId> | undefined;
  let latest: readonly PaymentRun[] | undefined;
  return async () => {
    const ids = accounts.filter(isApplying).map(({ id }) => id);
    // Runs last: what is known of them shall be a moment old when the call leaves.
    beingPaid ??= await ledger.accountsBeingPaid(ids);
    latest = await ledger.runsInProgress(latest);
    return { runs: latest, accountsBeingPaid: beingPaid };
  };
};

/** What leaves in a call of its own, one after the other: applications of memos, and of payments. */
const applicationsOf = (account: Progress): readonly AccountStep<Application>[] =>
  account.steps("ApplyCreditMemo", "ApplyPayment");

const isApplying = (account: Progress): boolean =>
  applicationsOf(account).length > 0 || account.steps("ApplyCreditBalance").length > 0;

const inWaves = async <S extends Application | ApplyCreditBalance>(
  { policy }: ApplyDeps,
  look: Look,
  accounts: readonly Progress[],
  waves: readonly (readonly AccountStep<S>[])[],
  send: (steps: readonly AccountStep<S>[]) => Promise<readonly Done<Step>[]>,
): Promise<Waved> => {
  const applying = new Map(accounts.map((account) => [account.id, account]));
  const done: Done<Step>[] = [];
  for (const [index, wave] of waves.entries()) {
    const charging = await look().catch(settlementError);
    if (charging instanceof SettlementError) {
      const unlooked = waves.slice(index).flat();
      return { done, unseen: { ids: new Set(unlooked.map(({ accountId }) => accountId)), error: charging } };
    }
    for (const { accountId } of wave) applying.get(accountId)?.lookAgain(charging, policy);
    const free = new Set([...applying.values()].filter(isApplying).map(({ id }) => id));
    done.push(...(await send(wave.filter(({ accountId }) => free.has(accountId)))));
  }
  return { done };
};

/** Whole accounts to a wave; who has more than fits, part by part, has waves of its own. */
const wavesOf = <S extends Application | ApplyCreditBalance>(
  accounts: readonly (readonly (readonly AccountStep<S>[])[])[],
  rowsMax: number,
): readonly (readonly AccountStep<S>[])[] => {
  const waves: AccountStep<S>[][] = [];
  for (const part of accounts.flat()) {
    const last = waves.at(-1);
    if (last !== undefined && last.length + part.length <= rowsMax) last.push(...part);
    else waves.push([...part]);
  }
  return waves;
};
