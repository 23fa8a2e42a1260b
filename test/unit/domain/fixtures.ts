import {
  type AccountState,
  type CreditMemo,
  creditOf,
  type Invoice,
  type UnappliedPayment,
} from "../../../functions/domain/account.ts";
import { payerOf } from "../../../functions/domain/credit/apply-credit-memos.ts";
import {
  type CreditBalanceStep,
  isApplication as isAppliedByCall,
  type Step,
} from "../../../functions/domain/credit/step.ts";
import { heldPart } from "../../../functions/domain/hold.ts";
import { fromDecimal, type Money, negate, subtract, sum } from "../../../functions/domain/money.ts";
import { type Plan, plan } from "../../../functions/domain/plan.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { evolve } from "./evolve.ts";

/** The tenant's today in every example. */
export const today = "2026-03-16";

export const money = (text: string): Money => fromDecimal(text);

type InvoiceFacts = Partial<Omit<Invoice, "amount" | "balance" | "subscriptionNumbers">> & {
  readonly amount?: string;
  readonly balance?: string;
  readonly subscriptions?: readonly string[];
};

/**
 * A posted invoice about which nothing is remarkable but what the test names. Its balance is its amount unless told.
 */
export const invoice = (number: string, { amount, balance, subscriptions, ...facts }: InvoiceFacts): Invoice => ({
  id: `id-of-${number}`,
  number,
  amount: money(amount ?? balance ?? "0"),
  balance: money(balance ?? amount ?? "0"),
  currency: "GBP",
  invoiceDate: "2026-03-01",
  dueDate: "2026-03-31",
  postedOn: "2026-03-01",
  hasCanceledAdjustment: false,
  beingCollected: false,
  ...(subscriptions === undefined ? {} : { subscriptionNumbers: new Set(subscriptions) }),
  ...facts,
});

type AccountFacts = Partial<Omit<AccountState, "creditBalance" | "standingCredit" | "freedCredit">> & {
  readonly credit?: string;
  readonly standingCredit?: string;
  readonly freedCredit?: string;
};

/** An active account without credit or invoices, but for what the test names. */
export const account = ({ credit, standingCredit, freedCredit, ...facts }: AccountFacts): AccountState => ({
  id: "account-id",
  number: "A00000001",
  status: "Active",
  currency: "GBP",
  batch: "Batch1",
  optedOut: false,
  creditBalance: money(credit ?? "0"),
  ...(standingCredit === undefined ? {} : { standingCredit: money(standingCredit) }),
  ...(freedCredit === undefined ? {} : { freedCredit: money(freedCredit) }),
  today,
  invoices: [],
  ...facts,
});

/** Settles everything of every account, but for what the test names. */
export const policy = (rules: Partial<Policy> = {}): Policy => ({
  postedSince: "2026-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: 1000, amount: {} },
  runLimit: { accounts: 1000, amount: {} },
  application: "apply",
  standingCredit: "apply",
  accountsDenied: [],
  ...rules,
});

type MemoFacts = Partial<Omit<CreditMemo, "amount" | "unapplied" | "subscriptionNumbers" | "creditedItemIds">> & {
  readonly amount: string;
  readonly unapplied?: string;
  readonly subscriptions?: readonly string[];
  readonly credits?: readonly string[];
};

/** A posted memo about which nothing is remarkable but what the test names. All of it is unapplied unless told. */
export const memo = (
  number: string,
  { amount, unapplied, subscriptions, credits, ...facts }: MemoFacts,
): CreditMemo => ({
  id: `id-of-${number}`,
  number,
  amount: money(amount),
  unapplied: money(unapplied ?? amount),
  currency: "GBP",
  memoDate: "2026-03-01",
  postedOn: "2026-03-01",
  isExcluded: false,
  isStanding: false,
  wasUnapplied: false,
  subscriptionNumbers: new Set(subscriptions),
  creditedItemIds: new Set(credits),
  ...facts,
});

/** A processed payment about which nothing is remarkable but what the test names. All of it is left unless told. */
export const payment = (
  number: string,
  {
    amount,
    unapplied,
    ...facts
  }: Partial<Omit<UnappliedPayment, "amount" | "unapplied">> & {
    readonly amount: string;
    readonly unapplied?: string;
  },
): UnappliedPayment => ({
  id: `id-of-${number}`,
  number,
  amount: money(amount),
  unapplied: money(unapplied ?? amount),
  currency: "GBP",
  effectiveDate: "2026-03-01",
  wasUnapplied: false,
  ...facts,
});

/** A step in one line, as `transfer NEG 30`, `apply INV 12.5` or `apply CM to INV 12.5`. */
export const told = (step: Step): string => {
  const kind = step.kind === "TransferToCreditBalance" ? "transfer" : "apply";
  const from = isAppliedByCall(step) ? `${payerOf(step).number} to ` : "";
  return `${kind} ${from}${step.invoice.number} ${step.amount.toFixed()}`;
};

export const toldSteps = ({ steps }: Plan): readonly string[] => steps.map(told);

/** Holds in one line each, as `NEG: future-dated` or, of the whole account, `transfer-only`. */
export const toldHolds = ({ holds }: Plan): readonly string[] =>
  holds.map((hold) => [heldPart(hold)?.number ?? [], hold.reason].flat().join(": "));

/** Carries steps out one after the other; the first that is refused throws. */
export const carryOut = (state: AccountState, steps: readonly Step[]): AccountState => steps.reduce(evolve, state);

/** The same state where Zuora refuses the step. */
export const attempt = (state: AccountState, step: Step): AccountState => {
  try {
    return evolve(state, step);
  } catch (error) {
    if (error instanceof RangeError) return state;
    throw error;
  }
};

/** Where an account ends that is planned once and left to it. */
export const settle = (state: AccountState, rules: Policy): AccountState => carryOut(state, plan(state, rules).steps);

/** Where it ends by itself: read and planned again as long as a plan says that more follows. */
export const settleWholly = (state: AccountState, rules: Policy): AccountState => {
  const { steps, later } = plan(state, rules);
  const after = carryOut(state, steps);
  return later === undefined ? after : settleWholly(readAgain(after), rules);
};

/** All the money of an account as text, so that two states compare by value and print legibly. */
export const positions = ({
  creditBalance,
  invoices,
  creditMemos = [],
  unappliedPayments = [],
}: AccountState): Readonly<Record<string, string>> => ({
  credit: creditBalance.toFixed(),
  ...Object.fromEntries(
    [...creditMemos, ...unappliedPayments].map(({ number, unapplied }) => [number, unapplied.toFixed()]),
  ),
  ...Object.fromEntries(invoices.map(({ number, balance }) => [number, balance.toFixed()])),
});

/** What the customer owes in all: no application of credit may ever change it. */
export const owed = (state: AccountState): Money =>
  subtract(sum(state.invoices.map(({ balance }) => balance)), creditOf(state));

export const transfer = (number: string, amount: string): CreditBalanceStep => ({
  kind: "TransferToCreditBalance",
  invoice: { id: `id-of-${number}`, number },
  amount: money(amount),
});

export const apply = (number: string, amount: string): CreditBalanceStep => ({
  kind: "ApplyCreditBalance",
  invoice: { id: `id-of-${number}`, number },
  amount: money(amount),
});

/** What of the credit stays where it is under the rules: others' and what a person took back. */
export const keptOf = ({ standingCredit, freedCredit }: AccountState, rules: Policy): Money =>
  sum([freedCredit ?? money("0"), (rules.standingCredit === "leave" ? standingCredit : undefined) ?? money("0")]);

/** A negative invoice that was transferred already: its balance is gone, its amount still ranks. */
export const transferredBefore = (number: string, { amount, ...facts }: InvoiceFacts & { amount: string }): Invoice =>
  invoice(number, { amount, balance: "0", ...facts });

export const magnitude = (amount: Money): Money => (amount.lt(0) ? negate(amount) : amount);

export const isTransfer = ({ kind }: Step): boolean => kind === "TransferToCreditBalance";

export const isApplication = ({ kind }: Step): boolean => kind === "ApplyCreditBalance";

export const totalOf = (steps: readonly Step[]): Money => sum(steps.map(({ amount }) => amount));

/**
 * What a fresh reading returns: settled invoices that are no source are gone from it, and memos and payments with
 * nothing left.
 */
export const readAgain = (state: AccountState): AccountState => ({
  ...state,
  ...(state.creditMemos === undefined
    ? {}
    : { creditMemos: state.creditMemos.filter(({ unapplied }) => unapplied.gt(0)) }),
  ...(state.unappliedPayments === undefined
    ? {}
    : { unappliedPayments: state.unappliedPayments.filter(({ unapplied }) => unapplied.gt(0)) }),
  invoices: state.invoices.filter(({ amount, balance }) => !balance.eq(0) || amount.lt(0)),
});

/** The account as it is before anybody looked up subscription numbers. */
export const withoutNumbers = (state: AccountState): AccountState => ({
  ...state,
  invoices: state.invoices.map(({ subscriptionNumbers: _unread, itemIds: _unlisted, ...each }) => each),
});
