import { type AccountId, type AccountState, payersOf } from "../../domain/account.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { isApplication, type Step, stepsOf } from "../../domain/credit/step.ts";
import { SettlementError } from "../../domain/errors.ts";
import { heldPart } from "../../domain/hold.ts";
import { toDecimal } from "../../domain/money.ts";
import { stepsInAll } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import { carryOut, type Done } from "./carry-out.ts";
import { isConfirmed, type Ledger } from "./ports.ts";
import { type Planned, readAndPlan } from "./read-and-plan.ts";
import { applyMemos } from "./rounds/apply-memos.ts";

/** What an operator lifts for one account, knowingly. */
export type Lifted = {
  /** Also what a canceled adjustment holds, invoices and credit: somebody said no, and now somebody says yes. */
  readonly again: boolean;
  /** Also what is beyond the policy's limit for one account. */
  readonly overLimit: boolean;
};

/**
 * Reads one account afresh and plans it.
 *
 * @throws {SettlementError}
 */
export const planOne = async (ledger: Ledger, policy: Policy, id: AccountId, lifted: Lifted): Promise<Planned> => {
  const planned = (
    await readAndPlan(lifted.again ? forgivingLedger(ledger) : ledger, rulesFor(policy, lifted), [id])
  ).get(id);
  if (planned === undefined) throw new RangeError(`account ${id} was asked for and not answered`);
  if (planned instanceof SettlementError) throw planned;
  return planned;
};

/**
 * Everything that a plan decides on and touches, as text: two readings of an account are the same decision if and only
 * if their texts are.
 */
export const planDigestText = ({ state, plan }: Planned): string =>
  [
    state.id,
    toDecimal(state.creditBalance),
    ...payersOf(state)
      .map(({ id, unapplied }) => `${id} ${toDecimal(unapplied)}`)
      .toSorted(),
    ...state.invoices.map(({ id, balance }) => `${id} ${toDecimal(balance)}`).toSorted(),
    ...stepsInAll(plan).map(textOf),
    ...plan.holds.map((hold) => `${hold.reason} ${heldPart(hold)?.id ?? ""}`).toSorted(),
  ].join("\n");

const textOf = (step: Step): string => {
  const from = isApplication(step) ? `${payerOf(step).id} to ` : "";
  return `${step.kind} ${from}${step.invoice.id} ${toDecimal(step.amount)}`;
};

export type CarryOutOneDeps = {
  readonly ledger: Pick<Ledger, "createAdjustments" | "applyToInvoices">;
  readonly nextKey: () => string;
  readonly runId: string;
  /** Reads the account again, and plans it by the same rules. */
  readonly planAgain: () => Promise<Planned>;
};

/**
 * Carries out the plan that somebody agreed to, and nothing else: all Increases, and the rest only when each of them
 * was confirmed; and what waits for its turn once the account was read back and shows just that to be left. Whatever
 * Zuora refuses is left; nobody has agreed to another plan.
 */
export const carryOutOne = async (deps: CarryOutOneDeps, agreed: Planned): Promise<readonly Done<Step>[]> => {
  const done = await carryOutTurn(deps, agreed);
  const { later } = agreed.plan;
  if (later === undefined) return done;
  const next = done.every(({ outcome }) => isConfirmed(outcome)) ? await deps.planAgain() : undefined;
  if (next !== undefined && areSame(stepsInAll(next.plan), later)) return [...done, ...(await carryOutOne(deps, next))];
  const { id: accountId } = agreed.state;
  return [
    ...done,
    ...later.map((step) => ({ step: { step, accountId, runId: deps.runId }, outcome: "unsent" }) as const),
  ];
};

const areSame = (some: readonly Step[], others: readonly Step[]): boolean => {
  const [left, right] = [some, others].map((steps) => steps.map(textOf).toSorted().join("\n"));
  return left === right;
};

const carryOutTurn = async (
  { ledger, nextKey, runId }: CarryOutOneDeps,
  { state, plan }: Planned,
): Promise<readonly Done<Step>[]> => {
  const deps = { ledger, nextKey, mayWrite: async () => true, onLost: () => {} };
  const ownSteps = <K extends Step["kind"]>(...kinds: readonly K[]) =>
    stepsOf(plan.steps, ...kinds).map((step) => ({ step, accountId: state.id, runId }));
  const transfers = await carryOut(deps, ownSteps("TransferToCreditBalance"));
  const [byCall, byBalance] = [ownSteps("ApplyCreditMemo", "ApplyPayment"), ownSteps("ApplyCreditBalance")];
  if (!transfers.every(({ outcome }) => isConfirmed(outcome))) {
    return [...transfers, ...[...byCall, ...byBalance].map((step) => ({ step, outcome: "unsent" }) as const)];
  }
  return [...transfers, ...(await applyMemos(deps, byCall)), ...(await carryOut(deps, byBalance))];
};

const rulesFor = (policy: Policy, { overLimit }: Lifted): Policy =>
  overLimit ? { ...policy, accountLimit: { adjustments: Number.MAX_SAFE_INTEGER, amount: {} } } : policy;

const forgivingLedger = (ledger: Ledger): Ledger => ({
  ...ledger,
  readAccounts: async (ids) =>
    new Map(
      [...(await ledger.readAccounts(ids))].map(([id, read]) => [
        id,
        read instanceof SettlementError ? read : forgive(read),
      ]),
    ),
});

const forgive = ({ freedCredit: _released, ...state }: AccountState): AccountState => ({
  ...state,
  invoices: state.invoices.map((invoice) => ({ ...invoice, hasCanceledAdjustment: false })),
  ...(state.creditMemos === undefined
    ? {}
    : { creditMemos: state.creditMemos.map((memo) => ({ ...memo, wasUnapplied: false })) }),
  ...(state.unappliedPayments === undefined
    ? {}
    : { unappliedPayments: state.unappliedPayments.map((each) => ({ ...each, wasUnapplied: false })) }),
});
