import type { InvoiceRef, LocalDate } from "../account.ts";
import type { Money } from "../money.ts";
import type { RevenueHold } from "./revenue-hold.ts";

/** A posted invoice, as far as the revenue of a pair looks at it. Instants are epoch milliseconds. */
export type BilledInvoice = InvoiceRef & {
  readonly amount: Money;
  readonly balance: Money;
  /** What payments ever paid of it, refunded or not. */
  readonly paid: Money;
  readonly currency: string;
  readonly invoiceDate: LocalDate;
  readonly createdAt: number;
  /** Absent where Zuora does not tell. */
  readonly postedAt?: number;
};

/** An invoice that nobody paid and the negative invoice that took all of it back. */
export type MirroredPair = {
  readonly original: BilledInvoice;
  readonly mirror: BilledInvoice;
  /** The run whose credit paid the original: revenue that is moved for the pair carries its id. */
  readonly runId: string;
};

/** What is known of an account's invoices. */
export type MirrorState = {
  /** Every posted invoice, or at least every one that could be either side of a pair. */
  readonly invoices: readonly BilledInvoice[];
  /** Run ids by the id of the invoice that our credit paid. */
  readonly applied: ReadonlyMap<string, string>;
};

export type Mirrored = { readonly pairs: readonly MirroredPair[]; readonly holds: readonly RevenueHold[] };

/**
 * The invoices whose subscriptions decide about pairs: those that our credit paid, and whatever has the same amount or
 * its negative. Everything else needs no look at its items.
 */
export const toCompare = ({ invoices, applied }: MirrorState): readonly BilledInvoice[] => {
  const amounts = new Set(
    invoices.filter(({ id, amount }) => applied.has(id) && amount.gt(0)).map(({ amount }) => amount.toFixed()),
  );
  const compared = invoices.filter(({ amount }) => amounts.has(amount.abs().toFixed()));
  return compared.some(({ amount }) => amount.lt(0)) ? compared : [];
};

/**
 * Finds the pairs that are finished in receivables: an invoice that our credit paid, never a payment, and one negative
 * invoice of the same amount and the same subscriptions that came after it. Where either could belong to another, or a
 * payment paid some of it, people decide. What is not finished yet is no pair yet.
 *
 * @param subscriptionsOf the `SubscriptionNumber`s of an invoice's items
 */
export const findPairs = (
  state: MirrorState,
  subscriptionsOf: (invoiceId: string) => ReadonlySet<string>,
): Mirrored => {
  const compared = toCompare(state);
  const isMirrorOf = (mirror: BilledInvoice, original: BilledInvoice) =>
    original.amount.gt(0) &&
    mirror.amount.eq(original.amount.times(-1)) &&
    mirror.currency === original.currency &&
    cameAfter(mirror, original) &&
    isSameSet(subscriptionsOf(mirror.id), subscriptionsOf(original.id));
  // An invoice that customers paid alone is nobody's original; ours may be, even where a payment helped.
  const mayBeOriginal = ({ id, paid }: BilledInvoice) => paid.eq(0) || state.applied.has(id);

  const pairs: MirroredPair[] = [];
  const holds: RevenueHold[] = [];
  for (const original of compared.toSorted(byNumber)) {
    const runId = state.applied.get(original.id);
    const mirrors = compared.filter((mirror) => isMirrorOf(mirror, original)).toSorted(byNumber);
    const [mirror] = mirrors;
    if (runId === undefined || mirror === undefined) continue;
    const originals = compared.filter((rival) => mayBeOriginal(rival) && isMirrorOf(mirror, rival));
    const hold = (reason: RevenueHold["reason"]) => holds.push(holdOf({ original, mirror, runId }, reason, []));
    if (mirrors.length > 1 || originals.length > 1) hold("revenue-ambiguous");
    else if (!original.paid.eq(0)) hold("revenue-original-paid");
    else if (original.balance.eq(0) && mirror.balance.eq(0)) pairs.push({ original, mirror, runId });
  }
  return { pairs, holds };
};

/** A pair that is left alone. */
export const holdOf = (
  { original, mirror, runId }: MirroredPair,
  reason: RevenueHold["reason"],
  sums: RevenueHold["sums"],
): RevenueHold => ({
  reason,
  original,
  mirror,
  runId,
  currency: original.currency,
  postedAt: mirror.postedAt,
  sums,
});

/** A back-dated cancellation may carry the original's own date; it cannot have been made before it. */
const cameAfter = (mirror: BilledInvoice, original: BilledInvoice): boolean =>
  mirror.invoiceDate > original.invoiceDate || mirror.createdAt > original.createdAt;

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size > 0 && a.size === b.size && [...a].every((each) => b.has(each));

const byNumber = (a: BilledInvoice, b: BilledInvoice): number =>
  a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
