import { type CreditMemo, type Invoice, isSource } from "./account.ts";
import { type Money, negate, sum, toDecimal } from "./money.ts";

/**
 * How well an open invoice fits the negative ones: 1 some source has its subscription *and* its amount,
 * 2 its subscription, 3 its amount, 4 none of these.
 */
export type Rank = 1 | 2 | 3 | 4;

/**
 * How well an open invoice fits one credit memo: as {@link Rank}, but 0 where the memo credits an item of the invoice.
 */
export type MemoRank = 0 | Rank;

/** Puts open invoices in the order in which pooled credit pays them: rank, due date, invoice date, invoice number. */
export const toOrderOfApplication = (open: readonly Invoice[], rankOf: (open: Invoice) => Rank): readonly Invoice[] => {
  const ranks = new Map(open.map((invoice) => [invoice.id, rankOf(invoice)]));
  const rank = ({ id }: Invoice) => ranks.get(id) ?? 4;
  return open.toSorted((a, b) => rank(a) - rank(b) || byDue(a, b));
};

/** Due date, invoice date, invoice number. */
export const byDue = (a: Invoice, b: Invoice): number => {
  const keyOf = ({ dueDate, invoiceDate, number, id }: Invoice) => [dueDate, invoiceDate, number, id];
  return compareText(keyOf(a), keyOf(b));
};

/**
 * The rank of an open invoice among the sources of its account, in as little time for thousands of them as for one.
 * Amounts compare by original total, never by balance.
 */
export const rankAmong = (all: readonly Invoice[]): ((open: Invoice) => Rank) => {
  const amounts = new Set<string>();
  const amountsOf = new Map<string, Set<string>>();
  for (const { amount, subscriptionNumbers = [] } of all.filter(isSource)) {
    const text = toDecimal(negate(amount));
    amounts.add(text);
    for (const number of subscriptionNumbers) {
      const own = amountsOf.get(number) ?? new Set();
      amountsOf.set(number, own.add(text));
    }
  }
  return ({ amount, subscriptionNumbers = [] }) => {
    const text = toDecimal(amount);
    const same = [...subscriptionNumbers].flatMap((number) => amountsOf.get(number) ?? []);
    if (same.length > 0) return same.some((own) => own.has(text)) ? 1 : 2;
    return amounts.has(text) ? 3 : 4;
  };
};

/** What tells which invoices a memo fits. */
export type MemoFeatures = Pick<CreditMemo, "creditedItemIds" | "subscriptionNumbers" | "amount">;

/**
 * What a memo and an open invoice have in common if they are of a rank or of a better one: of rank 4 everything has the
 * same.
 */
export const memoFeatures = (rank: MemoRank, { creditedItemIds, subscriptionNumbers, amount }: MemoFeatures) =>
  featuresOf(rank, creditedItemIds, subscriptionNumbers, amount);

/** The same of an open invoice. */
export const invoiceFeatures = (rank: MemoRank, { itemIds, subscriptionNumbers, amount }: Invoice) =>
  featuresOf(rank, itemIds, subscriptionNumbers, amount);

const featuresOf = (
  rank: MemoRank,
  itemIds: ReadonlySet<string> | undefined,
  subscriptionNumbers: ReadonlySet<string> | undefined,
  amount: Money,
): readonly string[] => {
  const subscriptions = [...(subscriptionNumbers ?? [])];
  switch (rank) {
    case 0:
      return [...(itemIds ?? [])];
    case 1:
      return subscriptions.map((number) => `${toDecimal(amount)} of ${number}`);
    case 2:
      return subscriptions;
    case 3:
      return [toDecimal(amount)];
    case 4:
      return [""];
  }
};

/** Whether another order of application could pay other invoices, or others in full. */
export const orderMatters = (credit: Money, open: readonly Invoice[]): boolean =>
  open.length > 1 && credit.gt(0) && credit.lt(sum(open.map((invoice) => invoice.balance)));

const compareText = (a: readonly string[], b: readonly string[]): number => {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
};
