import {
  type CreditMemo,
  type Invoice,
  type InvoiceRef,
  refTo,
  type UnappliedPayment,
  unappliedIn,
} from "../account.ts";
import { type Money, min, subtract, sum, zero } from "../money.ts";
import { orderMatters, type Rank, rankAmong, toOrderOfApplication } from "../order-of-application.ts";
import type { Policy } from "../policy.ts";
import { type Application, applyCreditMemos, payerByPayer, payerOf, payersHaveChoice } from "./apply-credit-memos.ts";
import { applyPayments } from "./apply-payments.ts";

/** A `Decrease`: credit pays an open invoice. `rank` is absent where every order would pay the same. */
export type ApplyCreditBalance = {
  readonly kind: "ApplyCreditBalance";
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank?: Rank | undefined;
};

/** Credit of both kinds that is free to pay, and what customers paid beside. */
export type FreeCredit = {
  readonly memos: readonly CreditMemo[];
  readonly balance: Money;
  readonly payments?: readonly UnappliedPayment[];
};

/** What the policy says of how memos are applied. */
export type MemoRules = Pick<Policy, "creditMemoApplicationRule">;

/** Whatever pays an open invoice. */
type Payment = Application | ApplyCreditBalance;

/**
 * Memos that fit an invoice's subscription pay first, then the credit balance, then the other memos, and at the very
 * last what customers paid and nobody applied: credit is good for nothing but invoices, while a payment may be meant
 * for something else, and can be returned. Like a memo, the credit balance pays in an order that is its own: so
 * whatever part of this was carried out, the same is planned of the rest.
 *
 * No invoice is paid out of credit balance and otherwise between two readings. Then every application exhausts its
 * invoice or its credit, although the other kind's may not have happened.
 *
 * @returns what may be done now, and what waits for its turn until that was read back
 */
export const payInvoices = (
  open: readonly Invoice[],
  { memos, balance, payments = [] }: FreeCredit,
  all: readonly Invoice[],
  rules: MemoRules = {},
): { readonly now: readonly Payment[]; readonly later: readonly Payment[] } => {
  const fitting = applyCreditMemos(memos, open.filter(isReached), [0, 1, 2]).map((step) =>
    asksForSourceItems(rules) && step.rank === 0 ? { ...step, toSourceItems: true } : step,
  );
  const openThen = unpaidBy(fitting, open);
  const spent = spend(balance, openThen, all);
  const unpaid = unpaidBy(spent, openThen);
  const others = applyCreditMemos(unusedBy(fitting, memos), unpaid.filter(isReached), [3, 4]);
  const openAtLast = unpaidBy(others, unpaid).filter(isReached);
  const paid = applyPayments(payments, openAtLast);
  const rest = [...others, ...paid];

  const spentWaits = isAnyPaidByBoth(fitting, spent);
  const restWaits = spentWaits || isAnyPaidByBoth(spent, rest);
  const isChosen = hasChoice(open, { memos, balance }, false);
  const isPaymentChosen = payersHaveChoice(payments, openAtLast);
  const tell = (step: Application): Application => {
    if (step.kind === "ApplyPayment" ? isPaymentChosen : isChosen) return step;
    const { rank: _unasked, ...told } = step;
    return told;
  };
  const applied = payerByPayer(restWaits ? fitting : [...fitting, ...rest], [...memos, ...payments]);
  return {
    now: [...applied.map(tell), ...(spentWaits ? [] : spent)],
    later: [...(spentWaits ? spent : []), ...(restWaits ? rest : [])],
  };
};

const asksForSourceItems = ({ creditMemoApplicationRule: rule }: MemoRules): boolean => rule === "source-item";

/** Whether a memo could be asked to pay the very items that it credits: only their ids tell. */
export const needsSourceItems = (
  open: readonly Invoice[],
  { memos }: Pick<FreeCredit, "memos">,
  rules: MemoRules,
): boolean =>
  asksForSourceItems(rules) && open.length > 0 && memos.some(({ creditedItemIds }) => creditedItemIds.size > 0);

/** Whether a memo or a payment can be applied to it. */
const isReached = ({ hasTooManyItems = false }: Invoice): boolean => !hasTooManyItems;

/** Open invoices that idle money of memos or payments would pay if Zuora could apply it to so many items. */
export const unreached = (
  open: readonly Invoice[],
  payers: readonly { readonly id: string; readonly unapplied: Money }[],
  steps: readonly Payment[],
): readonly Invoice[] => {
  const applied = sum(steps.filter((step) => step.kind !== "ApplyCreditBalance").map(({ amount }) => amount));
  const isIdle = unappliedIn(payers).gt(applied);
  return isIdle ? unpaidBy(steps, open).filter((each) => !isReached(each)) : [];
};

const isAnyPaidByBoth = (some: readonly Payment[], others: readonly Payment[]): boolean => {
  const ids = new Set(some.map((step) => step.invoice.id));
  return others.some((step) => ids.has(step.invoice.id));
};

/** What is still owed on invoices. */
const unpaidBy = (steps: readonly Payment[], open: readonly Invoice[]): readonly Invoice[] => {
  const taken = takenOf(steps, (step) => step.invoice.id);
  return open
    .map((each) => ({ ...each, balance: subtract(each.balance, taken.get(each.id) ?? zero) }))
    .filter(({ balance }) => balance.gt(0));
};

/** What memos have left. */
const unusedBy = (steps: readonly Application[], memos: readonly CreditMemo[]): readonly CreditMemo[] => {
  const taken = takenOf(steps, (step) => payerOf(step).id);
  return memos
    .map((each) => ({ ...each, unapplied: subtract(each.unapplied, taken.get(each.id) ?? zero) }))
    .filter(({ unapplied }) => unapplied.gt(0));
};

const takenOf = <S extends Payment>(steps: readonly S[], idOf: (step: S) => string): ReadonlyMap<string, Money> =>
  new Map([...Map.groupBy(steps, idOf)].map(([id, own]) => [id, sum(own.map(({ amount }) => amount))]));

/**
 * Whether it matters what fits what.
 *
 * @param hasSources whether any negative invoice could prefer an open one
 */
export const hasChoice = (open: readonly Invoice[], { memos, balance }: FreeCredit, hasSources: boolean): boolean =>
  (hasSources && orderMatters(balance, open)) ||
  payersHaveChoice(memos, open) ||
  (balance.gt(0) && memos.length > 0 && open.length > 0);

const spend = (credit: Money, open: readonly Invoice[], all: readonly Invoice[]) => {
  const ranked = orderMatters(credit, open);
  const rankOf = rankAmong(all);
  const steps: ApplyCreditBalance[] = [];
  let left = credit;
  for (const invoice of toOrderOfApplication(open, rankOf)) {
    if (!left.gt(0)) break;
    const amount = min(left, invoice.balance);
    left = subtract(left, amount);
    const step = { kind: "ApplyCreditBalance", invoice: refTo(invoice), amount } as const;
    steps.push(ranked ? { ...step, rank: rankOf(invoice) } : step);
  }
  return steps;
};
