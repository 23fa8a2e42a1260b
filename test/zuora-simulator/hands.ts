import { fromDecimal, min, negate, subtract } from "../../functions/domain/money.ts";
import { cancelAdjustment } from "./adjust.ts";
import type { AdjustmentRecord, InvoiceRecord } from "./records.ts";
import type { Tenant } from "./tenant.ts";

/**
 * A person cancels an adjustment in Zuora's own pages.
 *
 * @throws {Error} with Zuora's words where it refuses
 */
export const cancelByHand = (tenant: Tenant, adjustment: AdjustmentRecord, now: number): void => {
  const refusal = cancelAdjustment(tenant.store, adjustment, tenant.rulesAt(now));
  if (refusal !== undefined) throw new Error(refusal.message);
};

/** A customer pays so much of an open invoice, at most its balance. */
export const payByHand = (invoice: InvoiceRecord, amount: string, now: number): void => {
  invoice.Balance = subtract(invoice.Balance, min(fromDecimal(amount), invoice.Balance));
  invoice.UpdatedDate = now;
};

/** What the records of an account add up to: invoices less credit. No adjustment ever changes it. */
export const owedBy = ({ store }: Tenant, accountId: string) => {
  const account = store.accounts.one("Id", accountId);
  if (account === undefined) throw new RangeError(`no account ${accountId}`);
  return store.invoices
    .where("AccountId", accountId)
    .filter(({ Status }) => Status === "Posted")
    .reduce((total, invoice) => subtract(total, negate(invoice.Balance)), negate(account.CreditBalance));
};
