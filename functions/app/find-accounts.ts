import type { AccountId, InvoiceId, LocalDate } from "../domain/account.ts";
import { add, type Money, negate, toDecimal, zero } from "../domain/money.ts";
import type { Candidates } from "./ports.ts";

/** What is still negative, of one invoice. */
export type FoundInvoice = { readonly accountId: AccountId; readonly postedAt: number | undefined };

/** What a scan found, before anything is sent. */
export type Found = {
  readonly accounts: ReadonlySet<AccountId>;
  readonly negativeInvoices: ReadonlyMap<InvoiceId, FoundInvoice>;
  /** Owed to customers, per currency. What no currency is known for is under the empty text. */
  readonly amounts: ReadonlyMap<string, Money>;
};

/** Which invoices are looked at, by their last update (epoch milliseconds). */
export type UpdatedWithin = { readonly since: number | undefined; readonly before?: number | undefined };

/** Accounts with a negative invoice, and accounts with credit that have an open invoice. */
export const findAccounts = async (candidates: Candidates, { since, before }: UpdatedWithin): Promise<Found> => {
  const accounts = new Set<AccountId>();
  const negativeInvoices = new Map<InvoiceId, FoundInvoice>();
  const amounts = new Map<string, Money>();
  for await (const row of candidates.negativeInvoices(since, before)) {
    const { id, accountId, balance, currency = "", postedAt } = row;
    accounts.add(accountId);
    // Paging is live, so a row may come twice.
    if (negativeInvoices.has(id)) continue;
    negativeInvoices.set(id, { accountId, postedAt });
    if (balance !== undefined) amounts.set(currency, add(amounts.get(currency) ?? zero, negate(balance)));
  }
  const withCredit = new Set<AccountId>();
  for await (const accountId of candidates.accountsWithCredit()) withCredit.add(accountId);
  if (withCredit.size > 0) {
    for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
      if (withCredit.has(accountId)) accounts.add(accountId);
    }
  }
  return { accounts, negativeInvoices, amounts };
};

/** Amounts as decimal text, for logs and for people. */
export const amountsText = ({ amounts }: Found): Readonly<Record<string, string>> =>
  Object.fromEntries([...amounts].map(([currency, amount]) => [currency, toDecimal(amount)]));

/**
 * When the oldest of what is still negative was posted, in epoch milliseconds.
 *
 * @param postedSince the policy's first day: nothing older is anybody's promise. The tenant's midnight is not worth
 *   knowing here
 */
export const oldestPostedAt = ({ negativeInvoices }: Found, postedSince: LocalDate): number | undefined => {
  const first = Date.parse(postedSince);
  let oldest: number | undefined;
  for (const { postedAt } of negativeInvoices.values()) {
    if (postedAt !== undefined && postedAt >= first && (oldest === undefined || postedAt < oldest)) oldest = postedAt;
  }
  return oldest;
};
