import type { AccountId } from "../../domain/account.ts";
import type { Step, StepOf } from "../../domain/credit/step.ts";
import { SettlementError, settlementError, ZuoraContractError } from "../../domain/errors.ts";
import { keepsCredit } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import { type AccountStep, type CarryOutDeps, carryOut, type Done } from "./carry-out.ts";
import type { AccountOutcome } from "./outcome.ts";
import { type Confirmed, isConfirmed, type Ledger } from "./ports.ts";
import { type Planned, readAndPlan } from "./read-and-plan.ts";
import { applyCredit } from "./rounds/apply-credit.ts";
import { applyMemos } from "./rounds/apply-memos.ts";
import { type Landing, stillLanding } from "./rounds/landing.ts";
import { Progress } from "./rounds/progress.ts";
import type { SharedTrouble } from "./rounds/shared-trouble.ts";
import type { WriteGate } from "./write-gate.ts";

export type SettleDeps = Omit<CarryOutDeps, "ledger" | "onLost"> & {
  readonly ledger: Ledger;
  readonly policy: Policy;
  readonly dryRun: boolean;
  /** Told of every step that Zuora confirmed. */
  readonly onConfirmed: (step: AccountStep<Step>, confirmed: Confirmed) => void;
  readonly whyUnsent: WriteGate["whyUnsent"];
  readonly trouble: SharedTrouble;
  readonly landing: Landing;
};

/**
 * Reading, planning and writing this often must do; after that another time is better. A round that did all it meant to
 * is not counted, where two kinds of credit take turns.
 */
const roundsMax = 3;

/** What is left of an account of which something was set aside is planned anew, a few times. */
const triesOf = ({ setAside, tooManyItems }: Progress): number =>
  roundsMax + Math.min(setAside.size + tooManyItems.size, roundsMax);

/**
 * Settles a batch of accounts. Safe to repeat: a settled account has no steps. All Increases go first; an account's
 * Decreases only when every Increase of it was confirmed in this round. What was not confirmed is read and planned
 * again, in this invocation; what was, is left to the next scan to check.
 *
 * @param accounts each with the run that its adjustments will carry
 */
export const settleAccounts = async (
  deps: SettleDeps,
  accounts: ReadonlyMap<AccountId, string>,
): Promise<ReadonlyMap<AccountId, AccountOutcome>> => {
  const progress = new Map([...accounts].map(([id, runId]) => [id, new Progress(id, runId)]));
  for (;;) {
    const pending = [...progress.values()].filter((account) => !account.isFinished && account.tries < triesOf(account));
    if (pending.length === 0) break;
    await runRound(deps, pending);
  }
  for (const account of progress.values()) {
    account.giveUp();
    account.tell(deps.trouble);
  }
  for (const account of progress.values()) account.blameOnlyItself(deps.trouble);
  return new Map([...progress].map(([id, account]) => [id, account.outcome]));
};

const runRound = async (deps: SettleDeps, pending: readonly Progress[]): Promise<void> => {
  const ids = pending.map(({ id }) => id);
  const known = {
    setAside: new Set(pending.flatMap((account) => [...account.setAside])),
    tooManyItems: new Set(pending.flatMap((account) => [...account.tooManyItems])),
  };
  const planned = await readAndPlan(deps.ledger, deps.policy, ids, known).catch(settlementError);
  if (planned instanceof SettlementError) {
    for (const account of pending) account.waitUnread(planned);
    return;
  }
  for (const account of pending) {
    const own = planned.get(account.id);
    if (own === undefined) throw new RangeError(`account ${account.id} was asked for and not answered`);
    if (own instanceof ZuoraContractError && own.scope === "record") account.fail(own);
    else if (own instanceof SettlementError) account.waitUnread(own);
    else if (mayBeDoubled(deps, own)) account.wait(stillLanding());
    else account.take(own, deps.dryRun);
  }
  const toDo = pending.filter((account) => !account.isFinished);
  const transfers = await send(deps, stepsOfAll(toDo, "TransferToCreditBalance"));
  const ready = toDo.filter((account) => account.note(transfers));
  await applyCredit(
    {
      ...deps,
      send: (steps) => send(deps, steps),
      sendMemos: async (steps) => tellAll(deps, await applyMemos(deps, steps)),
    },
    ready,
  );
  for (const account of toDo) if (!account.isFinished) account.closeRound(deps.whyUnsent());
};

/** Elsewhere Zuora refuses what is applied twice; beside credit that is kept it would not. */
const mayBeDoubled = ({ landing }: SettleDeps, { state, plan }: Planned): boolean =>
  landing.isExpected(state.id) &&
  keepsCredit(plan, state) &&
  plan.steps.some(({ kind }) => kind === "ApplyCreditBalance");

const stepsOfAll = <K extends Step["kind"]>(
  accounts: readonly Progress[],
  kind: K,
): readonly AccountStep<StepOf<K>>[] => accounts.flatMap((account) => account.steps(kind));

const send = async (deps: SettleDeps, steps: readonly AccountStep[]): Promise<readonly Done[]> => {
  const onLost = ({ accountId, step }: AccountStep) => {
    if (step.kind === "ApplyCreditBalance") deps.landing.note(accountId);
  };
  return tellAll(deps, await carryOut({ ...deps, onLost }, steps));
};

const tellAll = <S extends Step>({ onConfirmed }: SettleDeps, done: readonly Done<S>[]): readonly Done<S>[] => {
  for (const { step, outcome } of done) if (isConfirmed(outcome)) onConfirmed(step, outcome);
  return done;
};
