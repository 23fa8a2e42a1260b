import type { CreditMemo, CreditMemoRef, Invoice, InvoiceRef } from "../account.ts";
import { type Money, min, subtract, sum, zero } from "../money.ts";
import { byDue, type MemoRank, rankOfMemo } from "../order-of-application.ts";

/**
 * A part of a credit memo pays an open invoice. `rank` is how well the two fit; absent where no choice was to be made.
 */
export type ApplyCreditMemo = {
  readonly kind: "ApplyCreditMemo";
  readonly creditMemo: CreditMemoRef;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank?: MemoRank | undefined;
};

/**
 * Lets memos pay open invoices, the best fitting pairs first; among equals by due date, invoice date and invoice number,
 * then by memo date and memo number. Every application exhausts its invoice or its memo.
 *
 * A pair's rank is its own, whatever else the account has: so whatever part of this was carried out, in whatever order,
 * the same is planned of the rest.
 *
 * @param ranks which pairs, the best first
 * @param before what is taken for granted of the same memos and invoices
 */
export const applyCreditMemos = (
  memos: readonly CreditMemo[],
  open: readonly Invoice[],
  ranks: readonly MemoRank[],
  before: readonly ApplyCreditMemo[] = [],
): readonly ApplyCreditMemo[] => {
  const steps: ApplyCreditMemo[] = [];
  const takenFrom = (isFrom: (step: ApplyCreditMemo) => boolean) => sum(before.filter(isFrom).map(amountOf));
  const leftOf = new Map<CreditMemo | Invoice, Money>([
    ...memos.map(
      (memo) =>
        [
          memo,
          subtract(
            memo.unapplied,
            takenFrom((each) => each.creditMemo.id === memo.id),
          ),
        ] as const,
    ),
    ...open.map(
      (each) =>
        [
          each,
          subtract(
            each.balance,
            takenFrom((step) => step.invoice.id === each.id),
          ),
        ] as const,
    ),
  ]);
  const left = (each: CreditMemo | Invoice) => leftOf.get(each) ?? zero;
  const byAge = memos.toSorted(byDate);
  const inOrder = open.toSorted(byDue);
  for (const rank of ranks) {
    for (const invoice of inOrder) {
      for (const memo of byAge) {
        const amount = min(left(memo), left(invoice));
        if (!amount.gt(0) || rankOfMemo(memo, invoice) !== rank) continue;
        leftOf.set(memo, subtract(left(memo), amount));
        leftOf.set(invoice, subtract(left(invoice), amount));
        steps.push({ kind: "ApplyCreditMemo", creditMemo: refTo(memo), invoice: refTo(invoice), amount, rank });
      }
    }
  }
  return steps;
};

/**
 * One memo after the other, since one call applies one memo. What is used up comes first: then, right after each call,
 * the same call again is refused, of a memo with nothing left or of invoices that are paid.
 */
export const memoByMemo = (
  steps: readonly ApplyCreditMemo[],
  memos: readonly CreditMemo[],
): readonly ApplyCreditMemo[] => {
  const unappliedOf = new Map(memos.map(({ id, unapplied }) => [id, unapplied]));
  const groups = [...Map.groupBy(steps, ({ creditMemo }) => creditMemo.id)];
  const isUsedUp = ([id, own]: (typeof groups)[number]) => sum(own.map(amountOf)).eq(unappliedOf.get(id) ?? zero);
  return [...groups.filter(isUsedUp), ...groups.filter((group) => !isUsedUp(group))].flatMap(([, own]) => own);
};

/** Whether there is a choice: which memo pays which invoice, or how much of it. */
export const memosHaveChoice = (memos: readonly CreditMemo[], open: readonly Invoice[]): boolean => {
  if (memos.length === 0 || open.length === 0) return false;
  const money = sum(memos.map(({ unapplied }) => unapplied));
  const owed = sum(open.map(({ balance }) => balance));
  if (memos.length === 1) return open.length > 1 && money.lt(owed);
  return open.length > 1 || money.gt(owed);
};

const amountOf = ({ amount }: { readonly amount: Money }): Money => amount;

const refTo = ({ id, number }: CreditMemoRef): CreditMemoRef => ({ id, number });

const byDate = (a: CreditMemo, b: CreditMemo): number => {
  const [left, right] = [a, b].map(({ memoDate, number, id }) => `${memoDate} ${number} ${id}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
};
