import type { CreditMemo, Invoice, InvoiceRef } from "../account.ts";
import { type Money, min, subtract } from "../money.ts";
import { orderMatters, type Rank, rankAmong, toOrderOfApplication } from "../order-of-application.ts";
import { type ApplyCreditMemo, applyCreditMemos, memoByMemo, memosHaveChoice } from "./apply-credit-memos.ts";

/** A `Decrease`: credit pays an open invoice. `rank` is absent where every order would pay the same. */
export type ApplyCreditBalance = {
  readonly kind: "ApplyCreditBalance";
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank?: Rank | undefined;
};

/** Credit of both kinds that is free to pay. */
export type FreeCredit = { readonly memos: readonly CreditMemo[]; readonly balance: Money };

/**
 * Memos that fit an invoice's subscription pay first, then the credit balance, then the other memos; and no invoice is
 * paid out of both.
 */
export const payInvoices = (
  open: readonly Invoice[],
  { memos, balance }: FreeCredit,
  all: readonly Invoice[],
): readonly (ApplyCreditMemo | ApplyCreditBalance)[] => {
  const fitting = applyCreditMemos(memos, open, [0, 1, 2]);
  const isIn = (steps: readonly { readonly invoice: InvoiceRef }[]) => {
    const ids = new Set(steps.map((step) => step.invoice.id));
    return ({ id }: Invoice) => ids.has(id);
  };
  const isPaidByMemo = isIn(fitting);
  const spent = spend(
    balance,
    open.filter((each) => !isPaidByMemo(each)),
    all,
  );
  const isPaidByBalance = isIn(spent);
  const rest = applyCreditMemos(
    memos,
    open.filter((each) => !isPaidByBalance(each)),
    [3, 4],
    fitting,
  );
  const applied = memoByMemo([...fitting, ...rest], memos);
  const isChosen = hasChoice(open, { memos, balance }, false);
  return [...(isChosen ? applied : applied.map(({ rank: _unasked, ...step }) => step)), ...spent];
};

/**
 * Whether it matters what fits what.
 *
 * @param hasSources whether any negative invoice could prefer an open one
 */
export const hasChoice = (open: readonly Invoice[], { memos, balance }: FreeCredit, hasSources: boolean): boolean =>
  (hasSources && orderMatters(balance, open)) ||
  memosHaveChoice(memos, open) ||
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
    const step = { kind: "ApplyCreditBalance", invoice: { id: invoice.id, number: invoice.number }, amount } as const;
    steps.push(ranked ? { ...step, rank: rankOf(invoice) } : step);
  }
  return steps;
};
