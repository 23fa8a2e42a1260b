import type { AccountId } from "../../../domain/account.ts";
import { type Money, negate } from "../../../domain/money.ts";
import { addTo } from "../../../domain/money-by-currency.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { NegativeInvoice, UnappliedMemo } from "../ports.ts";

/** What a scan may know of the policy. */
export type Rules = Pick<
  Policy,
  "postedSince" | "currencies" | "minimumAmount" | "accountsDenied" | "application" | "standingCredit"
>;

/** What is owed to customers, and since when. */
export class Owed {
  readonly amounts = new Map<string, Money>();
  readonly firstPostedAt = new Map<AccountId, number>();
  oldestPostedAt: number | undefined;
  readonly #firstDay: number;
  readonly #keepsPostings: boolean;

  constructor(firstDay: number, keepsPostings: boolean) {
    this.#firstDay = firstDay;
    this.#keepsPostings = keepsPostings;
  }

  note({ balance, currency, postedAt }: NegativeInvoice): void {
    if (balance !== undefined) addTo(this.amounts, currency, negate(balance));
    // The tenant's midnight is not worth knowing here.
    if (postedAt !== undefined && postedAt >= this.#firstDay) {
      this.oldestPostedAt = Math.min(this.oldestPostedAt ?? postedAt, postedAt);
    }
  }

  /** Somebody is owed since then, and nobody said that it is to stay so. */
  notePosting({ accountId, postedAt, isPayment }: Pick<UnappliedMemo, "accountId" | "postedAt" | "isPayment">): void {
    // A customer who paid ahead was never owed anything by a bill run.
    if (!this.#keepsPostings || isPayment) return;
    const first = this.firstPostedAt.get(accountId) ?? Number.POSITIVE_INFINITY;
    this.firstPostedAt.set(accountId, Math.min(first, postedAt ?? 0));
  }
}

/** No zone is further from UTC: what was posted earlier was posted before the policy's first day anywhere. */
const zoneMaxMs = 14 * 60 * 60_000;

/**
 * Whether the policy may touch an invoice, for all that a scan knows of it: `holdOfInvoice` in `domain/hold.ts`
 * decides.
 */
export const mayTouch = ({ accountId, balance, currency, postedAt }: NegativeInvoice, rules: Rules): boolean => {
  if (postedAt !== undefined && postedAt < Date.parse(rules.postedSince) - zoneMaxMs) return false;
  if (rules.accountsDenied.includes(accountId)) return false;
  if (currency === undefined) return true;
  if (rules.currencies !== undefined && !rules.currencies.includes(currency)) return false;
  const minimum = rules.minimumAmount[currency];
  return minimum === undefined || balance === undefined || negate(balance).gte(minimum);
};

/** Whether the policy would apply a memo that it may touch, for all that a scan knows of it. */
export const isToBeApplied = ({ isExcluded = false, isStanding = false }: UnappliedMemo, rules: Rules): boolean =>
  rules.application === "apply" && !isExcluded && !(isStanding && rules.standingCredit === "leave");

/** A credit memo as the negative invoice that it stands for. */
export const asNegative = (
  { id, accountId, currency, postedAt }: UnappliedMemo,
  amount: Money | undefined,
): NegativeInvoice => ({
  id,
  accountId,
  currency,
  postedAt,
  balance: amount === undefined ? undefined : negate(amount),
});
