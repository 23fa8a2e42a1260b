import { type CreditMemoRef, type Invoice, type InvoiceRef, type LocalDate, refTo } from "../account.ts";
import { type Money, min, subtract } from "../money.ts";
import { byDue, invoiceFeatures, type MemoFeatures, type MemoRank, memoFeatures } from "../order-of-application.ts";

/** Money that is applied to invoices part by part. */
export type Payer = CreditMemoRef &
  MemoFeatures & {
    readonly unapplied: Money;
    /** Among equals, the oldest pays first. */
    readonly day: LocalDate;
  };

type Applied<P, R> = {
  readonly payer: P;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank: R;
};

/**
 * Lets payers pay open invoices, the best fitting pairs first; among equals by due date, invoice date and invoice
 * number, then by the payer's day and number. Every application exhausts its invoice or its payer.
 *
 * A pair's rank is its own, whatever else the account has: so whatever part of this was carried out, in whatever order,
 * the same is planned of the rest.
 *
 * @param ranks which pairs, the best first; of those that fit better, one side is used up already
 */
export const applyInOrder = <P extends Payer, R extends MemoRank>(
  payers: readonly P[],
  open: readonly Invoice[],
  ranks: readonly R[],
): readonly Applied<P, R>[] => {
  const paying = payers.toSorted(byDay).map((payer, age) => ({ payer, age, left: payer.unapplied }));
  const debts = open.toSorted(byDue).map((invoice) => ({ invoice, left: invoice.balance }));
  const applied: Applied<P, R>[] = [];
  for (const rank of ranks) {
    const payersFor = indexed(paying, rank);
    for (const debt of debts.filter(({ left }) => left.gt(0))) {
      const { invoice } = debt;
      for (const next of payersFor(invoice)) {
        const amount = min(next.left, debt.left);
        next.left = subtract(next.left, amount);
        debt.left = subtract(debt.left, amount);
        applied.push({ payer: next.payer, invoice: refTo(invoice), amount, rank });
        if (!debt.left.gt(0)) break;
      }
    }
  }
  return applied;
};

/** A payer while it pays. */
type Paying<P> = { readonly payer: P; readonly age: number; left: Money };

/**
 * Finds the payers with money left that have one of an invoice's features of a rank, the oldest first, without looking
 * at those that have none: thousands of memos pay thousands of invoices.
 */
const indexed = <P extends Payer>(
  paying: readonly Paying<P>[],
  rank: MemoRank,
): ((invoice: Invoice) => Iterable<Paying<P>>) => {
  const byFeature = new Map<string, Paying<P>[]>();
  for (const each of paying.toReversed()) {
    for (const feature of memoFeatures(rank, each.payer)) {
      const own = byFeature.get(feature);
      if (own === undefined) byFeature.set(feature, [each]);
      else own.push(each);
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
const oldestOf = <P>(queues: readonly Paying<P>[][]): Paying<P> | undefined => {
  let oldest: Paying<P> | undefined;
  for (const queue of queues) {
    while (queue.at(-1)?.left.eq(0)) queue.pop();
    const next = queue.at(-1);
    if (next !== undefined && (oldest === undefined || next.age < oldest.age)) oldest = next;
  }
  return oldest;
};

const byDay = (a: Payer, b: Payer): number => {
  const [left, right] = [a, b].map(({ day, number, id }) => `${day} ${number} ${id}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
};
