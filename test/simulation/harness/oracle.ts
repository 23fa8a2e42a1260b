import type { AccountState, CreditMemo, Invoice, UnappliedPayment } from "../../../functions/domain/account.ts";
import { hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import type { Money } from "../../../functions/domain/money.ts";
import { plan } from "../../../functions/domain/plan.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { evolve } from "../../unit/domain/evolve.ts";
import type { CreditMemoRecord, CustomerPaymentRecord, InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { paymentsToApply } from "./applied.ts";

/** The day that histories begin on. */
const today = "2026-11-23";

/**
 * Where one undisturbed settlement ends, computed from the tenant's records themselves and not from answers of an API:
 * the balance of every invoice, by number.
 */
export const settledByOracle = (store: Store, policy: Policy, mode: Mode): ReadonlyMap<string, Money> => {
  const balances = new Map(store.invoices.rows.map(({ InvoiceNumber, Balance }) => [InvoiceNumber, Balance]));
  for (const account of store.accounts.rows) {
    const posted = store.invoices.where("AccountId", account.Id).filter(({ Status }) => Status === "Posted");
    const state = {
      id: account.Id,
      number: account.AccountNumber,
      status: account.Status,
      currency: account.Currency,
      optedOut: Object.keys(account.custom).length > 0,
      creditBalance: account.CreditBalance,
      standingCredit: account.CreditBalance,
      today,
      mode,
      invoices: posted.map((invoice) => toInvoice(store, invoice)),
      creditMemos: hasCreditMemos(mode) ? memosOf(store, account.Id) : [],
      unappliedPayments: paymentsToApply(store, account.Id, { policy, mode }).map(toPayment),
    };
    for (const { number, balance } of settled(state, policy).invoices) balances.set(number, balance);
  }
  return balances;
};

/** Turn by turn. */
const settled = (state: AccountState, policy: Policy): AccountState => {
  const { steps, later } = plan(state, policy);
  const after = steps.reduce(evolve, state);
  return later === undefined ? after : settled(readAgain(after), policy);
};

/** What is used up is gone from what is read. */
const readAgain = (state: AccountState): AccountState => ({
  ...state,
  creditMemos: state.creditMemos?.filter(({ unapplied }) => unapplied.gt(0)),
  unappliedPayments: state.unappliedPayments?.filter(({ unapplied }) => unapplied.gt(0)),
});

const memosOf = (store: Store, accountId: string): readonly CreditMemo[] =>
  store.creditMemos
    .where("accountId", accountId)
    .filter(({ status, unappliedAmount }) => status === "Posted" && unappliedAmount.gt(0))
    .map((memo) => toMemo(store, memo));

const toMemo = (store: Store, memo: CreditMemoRecord): CreditMemo => {
  const items = store.creditMemoItems.where("creditMemoId", memo.id);
  return {
    id: memo.id,
    number: memo.number,
    amount: memo.amount,
    unapplied: memo.unappliedAmount,
    currency: memo.currency,
    memoDate: memo.creditMemoDate,
    postedOn: today,
    isExcluded: memo.excludeFromAutoApplyRules,
    isStanding: memo.sourceType !== "Subscription" && memo.sourceType !== "Order",
    wasUnapplied: false,
    subscriptionNumbers: new Set(items.map((item) => item.subscriptionNumber)),
    creditedItemIds: new Set(items.flatMap((item) => item.creditFromItemId ?? [])),
  };
};

const toPayment = (payment: CustomerPaymentRecord): UnappliedPayment => ({
  id: payment.id,
  number: payment.number,
  amount: payment.amount,
  unapplied: payment.unappliedAmount,
  currency: payment.currency,
  effectiveDate: payment.effectiveDate,
  wasUnapplied: false,
});

const toInvoice = (store: Store, record: InvoiceRecord): Invoice => ({
  id: record.Id,
  number: record.InvoiceNumber,
  amount: record.Amount,
  balance: record.Balance,
  currency: record.Currency,
  invoiceDate: record.InvoiceDate,
  dueDate: record.DueDate,
  postedOn: today,
  hasCanceledAdjustment: false,
  beingCollected: false,
  subscriptionNumbers: new Set(store.invoiceItems.where("InvoiceId", record.Id).map((item) => item.SubscriptionNumber)),
  itemIds: new Set(store.invoiceItems.where("InvoiceId", record.Id).map((item) => item.Id)),
});
