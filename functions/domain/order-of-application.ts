import { type Invoice, isSource } from "./account.ts";
import { type Money, negate, sum } from "./money.ts";

/**
 * How well an open invoice fits the negative ones: 1 some source has its subscription *and* its amount,
 * 2 its subscription, 3 its amount, 4 none of these.
 */
export type Rank = 1 | 2 | 3 | 4;

/** Puts open invoices in the order in which pooled credit pays them: rank, due date, invoice date, invoice number. */
export const toOrderOfApplication = (open: readonly Invoice[], all: readonly Invoice[]): readonly Invoice[] => {
  const ranks = new Map(open.map((invoice) => [invoice.id, rankOf(invoice, all)]));
  const keyOf = (invoice: Invoice) => [
    String(ranks.get(invoice.id)),
    invoice.dueDate,
    invoice.invoiceDate,
    invoice.number,
    invoice.id,
  ];
  return open
    .map((invoice) => ({ invoice, key: keyOf(invoice) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ invoice }) => invoice);
};

/** The rank of one open invoice among the account's sources. Amounts compare by original total, never by balance. */
export const rankOf = (open: Invoice, all: readonly Invoice[]): Rank => {
  const sources = all.filter(isSource);
  const mirrored = negate(open.amount);
  const sameAmount = (source: Invoice) => source.amount.eq(mirrored);
  const sameSubscription = (source: Invoice) => shareSubscription(source, open);
  if (sources.some((source) => sameSubscription(source) && sameAmount(source))) return 1;
  if (sources.some(sameSubscription)) return 2;
  return sources.some(sameAmount) ? 3 : 4;
};

/** Whether another order of application could pay other invoices, or others in full. */
export const orderMatters = (credit: Money, open: readonly Invoice[]): boolean =>
  open.length > 1 && credit.gt(0) && credit.lt(sum(open.map((invoice) => invoice.balance)));

const shareSubscription = (a: Invoice, b: Invoice): boolean => {
  const numbers = b.subscriptionNumbers;
  return numbers !== undefined && [...(a.subscriptionNumbers ?? [])].some((number) => numbers.has(number));
};

const compareText = (a: readonly string[], b: readonly string[]): number => {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
};
