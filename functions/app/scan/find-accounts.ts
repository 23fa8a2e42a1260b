import { type AccountId, isAccountId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { type Money, negate, toDecimal } from "../../domain/money.ts";
import { addTo } from "../../domain/money-by-currency.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Candidates, NegativeInvoice } from "./ports.ts";
import { RecentlySeen } from "./recently-seen.ts";

/** What a scan found, before anything is sent. Kept small: there may be a million accounts. */
export type Found = {
  /** Whose money the policy may move. */
  readonly accounts: ReadonlySet<AccountId>;
  /** Accounts with nothing but what the policy never touches, such as history: found, and no business of the guard's. */
  readonly untouched: ReadonlySet<AccountId>;
  readonly negativeInvoices: number;
  /** What the policy may move, per currency. What no currency is known for is under `unknownCurrency`. */
  readonly amounts: ReadonlyMap<string, Money>;
  /** When the oldest negative invoice of those that the policy looks at was posted; epoch milliseconds. */
  readonly oldestPostedAt: number | undefined;
  /** When the first such invoice of each account was posted, where that was asked for; 0 where Zuora does not tell. */
  readonly firstPostedAt: ReadonlyMap<AccountId, number>;
  /** Records that name no account: nobody can be queued for them. */
  readonly nameless: number;
};

/** What is looked at, and what of it is kept. Instants are epoch milliseconds. */
export type Search = {
  /** Invoices last updated at or after it; absent: all. */
  readonly since: number | undefined;
  /** Invoices last updated before it; absent: all. */
  readonly before?: number | undefined;
  /** What the policy never touches; absent: it touches everything. */
  readonly rules?: Rules | undefined;
  readonly keepsPostings?: boolean | undefined;
};

type Rules = Pick<Policy, "postedSince" | "currencies" | "minimumAmount" | "accountsDenied">;

/** Paging is live: a row that slips to the next page comes twice. Zuora's pages have 2,000 rows. */
const rowsRemembered = 5_000;

/**
 * Accounts with a negative invoice, and accounts with credit that have an open invoice.
 *
 * @throws {ZuoraContractError} where no record at all names an account; one that does not is left out and counted
 */
export const findAccounts = async (candidates: Candidates, search: Search): Promise<Found> => {
  const { since, before, rules, keepsPostings = false } = search;
  const seen = new RecentlySeen(rowsRemembered);
  const accounts = new Set<AccountId>();
  const withUntouched = new Set<AccountId>();
  const owed = new Owed(rules === undefined ? 0 : Date.parse(rules.postedSince), keepsPostings);
  let negativeInvoices = 0;
  let nameless = 0;
  for await (const row of candidates.negativeInvoices(since, before)) {
    const { id, accountId } = row;
    if (!isAccountId(accountId)) {
      nameless += 1;
      continue;
    }
    const isTouched = rules === undefined || mayTouch(row, rules);
    (isTouched ? accounts : withUntouched).add(accountId);
    if (id !== "" && seen.sees(id)) continue;
    negativeInvoices += 1;
    if (isTouched) owed.note(row);
  }
  if (nameless > 0 && negativeInvoices === 0) {
    throw new ZuoraContractError("no scanned record names an account: expected an id", { scope: "envelope" });
  }
  for await (const accountId of accountsWithIdleCredit(candidates, search)) accounts.add(accountId);
  const { amounts, oldestPostedAt, firstPostedAt } = owed;
  const untouched = withUntouched.difference(accounts);
  return { accounts, untouched, negativeInvoices, amounts, oldestPostedAt, firstPostedAt, nameless };
};

/** What is owed to customers, and since when. */
class Owed {
  readonly amounts = new Map<string, Money>();
  readonly firstPostedAt = new Map<AccountId, number>();
  oldestPostedAt: number | undefined;
  readonly #firstDay: number;
  readonly #keepsPostings: boolean;

  constructor(firstDay: number, keepsPostings: boolean) {
    this.#firstDay = firstDay;
    this.#keepsPostings = keepsPostings;
  }

  note({ accountId, balance, currency, postedAt }: NegativeInvoice): void {
    if (balance !== undefined) addTo(this.amounts, currency, negate(balance));
    // The tenant's midnight is not worth knowing here.
    if (postedAt !== undefined && postedAt >= this.#firstDay) {
      this.oldestPostedAt = Math.min(this.oldestPostedAt ?? postedAt, postedAt);
    }
    if (!this.#keepsPostings) return;
    const first = this.firstPostedAt.get(accountId) ?? Number.POSITIVE_INFINITY;
    this.firstPostedAt.set(accountId, Math.min(first, postedAt ?? 0));
  }
}

/** No zone is further from UTC: what was posted earlier was posted before the policy's first day anywhere. */
const zoneMaxMs = 14 * 60 * 60_000;

/** Whether the policy may touch an invoice, for all that a scan knows of it: `holdOfInvoice` in `domain/hold.ts` decides. */
const mayTouch = ({ accountId, balance, currency, postedAt }: NegativeInvoice, rules: Rules): boolean => {
  if (postedAt !== undefined && postedAt < Date.parse(rules.postedSince) - zoneMaxMs) return false;
  if (rules.accountsDenied.includes(accountId)) return false;
  if (currency === undefined) return true;
  if (rules.currencies !== undefined && !rules.currencies.includes(currency)) return false;
  const minimum = rules.minimumAmount[currency];
  return minimum === undefined || balance === undefined || negate(balance).gte(minimum);
};

async function* accountsWithIdleCredit(candidates: Candidates, { since, before }: Search): AsyncGenerator<AccountId> {
  const withCredit = new Set<AccountId>();
  for await (const accountId of candidates.accountsWithCredit()) if (isAccountId(accountId)) withCredit.add(accountId);
  if (withCredit.size === 0) return;
  for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
    if (withCredit.has(accountId)) yield accountId;
  }
}

/** Amounts as decimal text, for logs and for people. */
export const amountsText = ({ amounts }: Found): Readonly<Record<string, string>> =>
  Object.fromEntries([...amounts].map(([currency, amount]) => [currency, toDecimal(amount)]));
