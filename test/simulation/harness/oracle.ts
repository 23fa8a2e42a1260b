import type { Invoice } from "../../../functions/domain/account.ts";
import type { Money } from "../../../functions/domain/money.ts";
import { plan } from "../../../functions/domain/plan.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { evolve } from "../../unit/domain/evolve.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";

/** The day that histories begin on. */
const today = "2026-11-23";

/**
 * Where one undisturbed settlement ends, computed from the tenant's records themselves and not from answers of an API:
 * the balance of every invoice, by number.
 */
export const settledByOracle = (store: Store, policy: Policy): ReadonlyMap<string, Money> => {
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
      invoices: posted.map((invoice) => toInvoice(store, invoice)),
    };
    const settled = plan(state, policy).steps.reduce(evolve, state);
    for (const { number, balance } of settled.invoices) balances.set(number, balance);
  }
  return balances;
};

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
});
