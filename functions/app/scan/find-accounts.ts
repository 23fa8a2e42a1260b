import type { AccountId, LocalDate } from "../../domain/account.ts";
import { add, type Money, negate, toDecimal, zero } from "../../domain/money.ts";
import type { Candidates } from "./ports.ts";
import { RecentlySeen } from "./recently-seen.ts";

/** What a scan found, before anything is sent. Kept small: there may be a million accounts. */
export type Found = {
  readonly accounts: ReadonlySet<AccountId>;
  readonly negativeInvoices: number;
  /** Owed to customers, per currency. What no currency is known for is under the empty text. */
  readonly amounts: ReadonlyMap<string, Money>;
  /** When the oldest negative invoice of those that the policy looks at was posted; epoch milliseconds. */
  readonly oldestPostedAt: number | undefined;
  /** When the first negative invoice of each account was posted, where that was asked for; 0 where Zuora does not tell. */
  readonly firstPostedAt: ReadonlyMap<AccountId, number>;
};

/** What is looked at, and what of it is kept. Instants are epoch milliseconds. */
export type Search = {
  /** Invoices last updated at or after it; absent: all. */
  readonly since: number | undefined;
  /** Invoices last updated before it; absent: all. */
  readonly before?: number | undefined;
  /** The policy's first day: the age of nothing older counts. The tenant's midnight is not worth knowing here. */
  readonly postedSince: LocalDate;
  readonly keepsPostings?: boolean;
};

/** Paging is live: a row that slips to the next page comes twice. Zuora's pages have 2,000 rows. */
const rowsRemembered = 5_000;

/** Accounts with a negative invoice, and accounts with credit that have an open invoice. */
export const findAccounts = async (candidates: Candidates, search: Search): Promise<Found> => {
  const { since, before, postedSince, keepsPostings = false } = search;
  const accounts = new Set<AccountId>();
  const seen = new RecentlySeen(rowsRemembered);
  let negativeInvoices = 0;
  const amounts = new Map<string, Money>();
  const firstPostedAt = new Map<AccountId, number>();
  const firstDay = Date.parse(postedSince);
  let oldestPostedAt: number | undefined;
  for await (const row of candidates.negativeInvoices(since, before)) {
    const { id, accountId, balance, currency = "", postedAt } = row;
    accounts.add(accountId);
    if (seen.sees(id)) continue;
    negativeInvoices += 1;
    if (balance !== undefined) amounts.set(currency, add(amounts.get(currency) ?? zero, negate(balance)));
    if (postedAt !== undefined && postedAt >= firstDay) oldestPostedAt = Math.min(oldestPostedAt ?? postedAt, postedAt);
    if (keepsPostings) {
      firstPostedAt.set(accountId, Math.min(firstPostedAt.get(accountId) ?? Number.POSITIVE_INFINITY, postedAt ?? 0));
    }
  }
  for await (const accountId of accountsWithIdleCredit(candidates, search)) accounts.add(accountId);
  return { accounts, negativeInvoices, amounts, oldestPostedAt, firstPostedAt };
};

async function* accountsWithIdleCredit(candidates: Candidates, { since, before }: Search): AsyncGenerator<AccountId> {
  const withCredit = new Set<AccountId>();
  for await (const accountId of candidates.accountsWithCredit()) withCredit.add(accountId);
  if (withCredit.size === 0) return;
  for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
    if (withCredit.has(accountId)) yield accountId;
  }
}

/** Amounts as decimal text, for logs and for people. */
export const amountsText = ({ amounts }: Found): Readonly<Record<string, string>> =>
  Object.fromEntries([...amounts].map(([currency, amount]) => [currency, toDecimal(amount)]));
