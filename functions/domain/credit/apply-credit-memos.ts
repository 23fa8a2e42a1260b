import type { CreditMemo, CreditMemoRef, Invoice, InvoiceRef } from "../account.ts";
import { type Money, min, subtract, sum, zero } from "../money.ts";
import { byDue, invoiceFeatures, type MemoRank, memoFeatures } from "../order-of-application.ts";

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
 * @param ranks which pairs, the best first; of those that fit better, one side is used up already
 */
export const applyCreditMemos = (
  memos: readonly CreditMemo[],
  open: readonly Invoice[],
  ranks: readonly MemoRank[],
): readonly ApplyCreditMemo[] => {
  const payers = memos.toSorted(byDate).map((memo, age) => ({ memo, age, left: memo.unapplied }));
  const debts = open.toSorted(byDue).map((invoice) => ({ invoice, left: invoice.balance }));
  const steps: ApplyCreditMemo[] = [];
  for (const rank of ranks) {
    const payersFor = indexed(payers, rank);
    for (const debt of debts.filter(({ left }) => left.gt(0))) {
      const { invoice } = debt;
      for (const payer of payersFor(invoice)) {
        const amount = min(payer.left, debt.left);
        payer.left = subtract(payer.left, amount);
        debt.left = subtract(debt.left, amount);
        steps.push({ kind: "ApplyCreditMemo", creditMemo: refTo(payer.memo), invoice: refTo(invoice), amount, rank });
        if (!debt.left.gt(0)) break;
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

/** A memo while it pays. */
type Payer = { readonly memo: CreditMemo; readonly age: number; left: Money };

/**
 * Finds the memos with money left that have one of an invoice's features of a rank, the oldest first, without looking at
 * those that have none: thousands of memos pay thousands of invoices.
 */
const indexed = (payers: readonly Payer[], rank: MemoRank): ((invoice: Invoice) => Iterable<Payer>) => {
  const byFeature = new Map<string, Payer[]>();
  for (const payer of payers.toReversed()) {
    for (const feature of memoFeatures(rank, payer.memo)) {
      const own = byFeature.get(feature);
      if (own === undefined) byFeature.set(feature, [payer]);
      else own.push(payer);
    }
  }
  return function* (invoice) {
    const queues = invoiceFeatures(rank, invoice).flatMap((feature) => {
      const queue = byFeature.get(feature);
      return queue === undefined ? [] : [queue];
    });
    for (let next = oldestOf(queues); next !== undefined; next = oldestOf(queues)) yield next;
  };
};

/** @param queues the oldest last; what has nothing left is taken from them */
const oldestOf = (queues: readonly Payer[][]): Payer | undefined => {
  let oldest: Payer | undefined;
  for (const queue of queues) {
    while (queue.at(-1)?.left.eq(0)) queue.pop();
    const next = queue.at(-1);
    if (next !== undefined && (oldest === undefined || next.age < oldest.age)) oldest = next;
  }
  return oldest;
};

const byDate = (a: CreditMemo, b: CreditMemo): number => {
  const [left, right] = [a, b].map(({ memoDate, number, id }) => `${memoDate} ${number} ${id}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
};
