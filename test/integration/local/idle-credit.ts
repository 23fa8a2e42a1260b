import { formatMoney } from "../../../functions/domain/currency.ts";
import { add, type Money, zero } from "../../../functions/domain/money.ts";
import type { Report } from "../../local/report.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";

/**
 * What of a tenant's money lies beside an open invoice although nothing says that it shall, one sentence each. It looks
 * at the tenant's records alone and knows nothing of ranks or plans: money is credit balance, a posted memo's unapplied
 * amount, or the balance of a negative invoice.
 */
export const idleCredit = (store: Store, held: Report["held"], today: string): readonly string[] =>
  store.accounts.rows
    .filter(({ Id, Status }) => Status === "Active" && !heldWhole(held, Id))
    .flatMap((account) => idleOf(store, account, held, today));

const heldWhole = (held: Report["held"], id: string): boolean =>
  held.some(
    (each) =>
      each.accountId === id &&
      [each.invoiceNumber, each.creditMemoNumber, each.paymentNumber].every((number) => number === undefined),
  );

const idleOf = (store: Store, account: AccountRecord, held: Report["held"], today: string): readonly string[] => {
  const isHeld = (number: string) =>
    held.some(({ invoiceNumber, creditMemoNumber }) => invoiceNumber === number || creditMemoNumber === number);
  const posted = store.invoices
    .where("AccountId", account.Id)
    .filter((each) => each.Status === "Posted" && each.InvoiceDate <= today && each.Currency === account.Currency)
    .filter(({ InvoiceNumber }) => !isHeld(InvoiceNumber));
  const open = posted.filter(({ Balance }) => Balance.gt(0));
  const memos = store.creditMemos
    .where("accountId", account.Id)
    .filter((memo) => memo.status === "Posted" && memo.unappliedAmount.gt(0) && memo.creditMemoDate <= today)
    .filter((memo) => memo.currency === account.Currency && !isHeld(memo.number));
  const negative = posted.filter(({ Balance }) => Balance.lt(0)).map(({ InvoiceNumber }) => InvoiceNumber);
  const beside = open.length === 0 ? [] : memos.map(({ number }) => number);
  const credit = open.length > 0 && account.CreditBalance.gt(0) ? ["credit balance"] : [];
  return [...negative, ...beside, ...credit].map((what) => `${what} of ${account.AccountNumber} lies idle`);
};

/**
 * What we moved as the tenant recorded it, in the words of the report's totals, but for what is left.
 *
 * @param before applications of memos that were there before the run
 */
export const recordedTotals = (store: Store, runId: string, before: number) => {
  const sums = new Map<string, { transferred: Money; applied: Money }>();
  const count = (accountId: string, field: "transferred" | "applied", amount: Money) => {
    const currency = store.accounts.one("Id", accountId)?.Currency ?? "";
    const known = sums.get(currency) ?? { transferred: zero, applied: zero };
    sums.set(currency, { ...known, [field]: add(known[field], amount) });
  };
  for (const { AccountId, Type, Amount, ReferenceId, Status } of store.adjustments.rows) {
    if (ReferenceId !== runId || Status !== "Processed") continue;
    count(AccountId, Type === "Increase" ? "transferred" : "applied", Amount);
  }
  for (const { accountId, amount, createdById } of store.creditMemoApplications.rows.slice(before)) {
    if (createdById === apiUserId) count(accountId, "applied", amount);
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { transferred, applied }]) => ({
      currency,
      transferred: formatMoney(transferred, currency),
      applied: formatMoney(applied, currency),
    }));
};
