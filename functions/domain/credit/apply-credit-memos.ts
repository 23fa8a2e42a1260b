import { type CreditMemo, type CreditMemoRef, type Invoice, type InvoiceRef, refTo, unappliedIn } from "../account.ts";
import { type Money, sum, zero } from "../money.ts";
import type { MemoRank } from "../order-of-application.ts";
import { applyInOrder } from "./apply-in-order.ts";
import type { ApplyPayment } from "./apply-payments.ts";

/**
 * A part of a credit memo pays an open invoice. `rank` is how well the two fit; absent where no choice was to be made.
 */
export type ApplyCreditMemo = {
  readonly kind: "ApplyCreditMemo";
  readonly creditMemo: CreditMemoRef;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank?: MemoRank | undefined;
  /** Each item of the memo is to pay the very item of the invoice that it credits. */
  readonly toSourceItems?: boolean | undefined;
};

/** Lets memos pay open invoices, as {@link applyInOrder}: among equals the oldest memo first. */
export const applyCreditMemos = (
  memos: readonly CreditMemo[],
  open: readonly Invoice[],
  ranks: readonly MemoRank[],
): readonly ApplyCreditMemo[] =>
  applyInOrder(
    memos.map((memo) => ({ ...memo, day: memo.memoDate })),
    open,
    ranks,
  ).map(({ payer, ...applied }) => ({ kind: "ApplyCreditMemo", creditMemo: refTo(payer), ...applied }));

/** What is applied to invoices by a call of its own: a part of a credit memo, or of a payment. */
export type Application = ApplyCreditMemo | ApplyPayment;

/** The credit memo or the payment that something is about, such as what an application takes its money from. */
export const payerOf = <M, P>(about: { readonly creditMemo: M } | { readonly payment: P }): M | P =>
  "payment" in about ? about.payment : about.creditMemo;

/**
 * One memo or payment after the other, since one call applies one. What is used up comes first: then, right after each
 * call, the same call again is refused, of a memo with nothing left or of invoices that are paid.
 */
export const payerByPayer = (
  steps: readonly Application[],
  payers: readonly { readonly id: string; readonly unapplied: Money }[],
): readonly Application[] => {
  const unappliedOf = new Map(payers.map(({ id, unapplied }) => [id, unapplied]));
  const groups = [...Map.groupBy(steps, (step) => payerOf(step).id)];
  const isUsedUp = ([id, own]: (typeof groups)[number]) =>
    sum(own.map(({ amount }) => amount)).eq(unappliedOf.get(id) ?? zero);
  return [...groups.filter(isUsedUp), ...groups.filter((group) => !isUsedUp(group))].flatMap(([, own]) => own);
};

/** Whether there is a choice: which memo or payment pays which invoice, or how much of it. */
export const payersHaveChoice = (
  payers: readonly { readonly unapplied: Money }[],
  open: readonly Invoice[],
): boolean => {
  if (payers.length === 0 || open.length === 0) return false;
  const money = unappliedIn(payers);
  const owed = sum(open.map(({ balance }) => balance));
  if (payers.length === 1) return open.length > 1 && money.lt(owed);
  return open.length > 1 || money.gt(owed);
};
