import { type AccountId, isAccountId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { type Money, toDecimal } from "../../domain/money.ts";
import { memosMet } from "./finding/memos-to-apply.ts";
import { asNegative, isToBeApplied, mayTouch, Owed, type Rules } from "./finding/owed.ts";
import { RecentlySeen } from "./finding/recently-seen.ts";
import type { Candidates, NegativeInvoice } from "./ports.ts";

/** What a scan found, before anything is sent. Kept small: there may be a million accounts. */
export type Found = {
  /** Whose money the policy may move. */
  readonly accounts: ReadonlySet<AccountId>;
  /**
   * Accounts with nothing but what the policy never touches, such as history: found, and no business of the guard's.
   */
  readonly untouched: ReadonlySet<AccountId>;
  readonly negativeInvoices: number;
  /** Credit memos with money left of accounts that owe something. */
  readonly creditMemos: number;
  /** What the policy may move, per currency. What no currency is known for is under `unknownCurrency`. */
  readonly amounts: ReadonlyMap<string, Money>;
  /**
   * When the oldest negative invoice or credit memo of those that the policy looks at was posted; epoch milliseconds.
   */
  readonly oldestPostedAt: number | undefined;
  /**
   * When the first negative invoice, or memo that would be applied, of each account was posted, where that was asked
   * for; 0 where Zuora does not tell.
   */
  readonly firstPostedAt: ReadonlyMap<AccountId, number>;
  /** Accounts that have credit, whatever they owe. */
  readonly withCredit: ReadonlySet<AccountId>;
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

/**
 * Paging is live: a row that slips to the next page comes twice. Zuora's pages have 2,000 rows, and a dozen parts may
 * be read side by side, so that two pages of one of them have those of all the others between them.
 */
const rowsRemembered = 50_000;

/**
 * Accounts with a negative invoice, and accounts with credit, as credit balance or on credit memos, or with an
 * unapplied payment where the policy applies those, that have an open invoice.
 *
 * @throws {ZuoraContractError} where no record at all names an account; one that does not is left out and counted
 */
export const findAccounts = async (candidates: Candidates, search: Search): Promise<Found> => {
  const { since, before, rules, keepsPostings = false } = search;
  const seen = new RecentlySeen(rowsRemembered);
  const accounts = new Set<AccountId>();
  const withUntouched = new Set<AccountId>();
  const owed = new Owed(rules === undefined ? 0 : Date.parse(rules.postedSince), keepsPostings);
  /** @returns whether the row counts: one that paging brought twice does not */
  const note = (row: NegativeInvoice, isTouched: boolean): boolean => {
    (isTouched ? accounts : withUntouched).add(row.accountId);
    if (row.id !== "" && seen.sees(row.id)) return false;
    if (isTouched) owed.note(row);
    return true;
  };
  let negativeInvoices = 0;
  let nameless = 0;
  for await (const row of candidates.negativeInvoices(since, before)) {
    const isTouched = isNegativeTouched(row, candidates, rules);
    if (!isAccountId(row.accountId)) nameless += 1;
    else if (note(row, isTouched)) negativeInvoices += 1;
    if (isTouched) owed.notePosting(row);
  }
  if (nameless > 0 && negativeInvoices === 0) {
    throw new ZuoraContractError("no scanned record names an account: expected an id", { scope: "envelope" });
  }
  const withCredit = await accountsWithCredit(candidates);
  for await (const accountId of owingAmong(withCredit, candidates, search)) accounts.add(accountId);
  let creditMemos = 0;
  for await (const { memo, meetsOpenInvoice } of memosMet(candidates, search)) {
    const isTouched = rules === undefined || mayTouch(asNegative(memo, memo.amount), rules);
    // What it would have paid may be paid by now, by whoever was charged.
    if (isTouched && (rules === undefined || isToBeApplied(memo, rules))) owed.notePosting(memo);
    if (meetsOpenInvoice && note(asNegative(memo, memo.unapplied), isTouched)) creditMemos += Number(!memo.isPayment);
  }
  const { amounts, oldestPostedAt, firstPostedAt } = owed;
  const untouched = withUntouched.difference(accounts);
  return {
    accounts,
    untouched,
    negativeInvoices,
    creditMemos,
    amounts,
    oldestPostedAt,
    firstPostedAt,
    withCredit,
    nameless,
  };
};

const isNegativeTouched = (row: NegativeInvoice, { creditMemos }: Candidates, rules: Rules | undefined): boolean =>
  rules === undefined || (creditMemos?.isOnlyCredit !== true && mayTouch(row, rules));

const accountsWithCredit = async (candidates: Candidates): Promise<ReadonlySet<AccountId>> => {
  const withCredit = new Set<AccountId>();
  for await (const accountId of candidates.accountsWithCredit()) if (isAccountId(accountId)) withCredit.add(accountId);
  return withCredit;
};

async function* owingAmong(
  withCredit: ReadonlySet<AccountId>,
  candidates: Candidates,
  { since, before }: Search,
): AsyncGenerator<AccountId> {
  if (withCredit.size === 0) return;
  for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
    if (withCredit.has(accountId)) yield accountId;
  }
}

/** Amounts as decimal text, for logs and for people. */
export const amountsText = ({ amounts }: Found): Readonly<Record<string, string>> =>
  Object.fromEntries([...amounts].map(([currency, amount]) => [currency, toDecimal(amount)]));
