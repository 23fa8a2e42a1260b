import { fromDecimal, min, negate, subtract } from "../../functions/domain/money.ts";
import { cancelAdjustment } from "./adjust.ts";
import type { AccountRecord, AdjustmentRecord, InvoiceRecord } from "./records.ts";
import type { Tenant } from "./tenant.ts";

/**
 * A person cancels an adjustment in Zuora's own pages.
 *
 * @returns whether Zuora let them: credit that was spent meanwhile cannot be taken back
 */
export const cancelByHand = (tenant: Tenant, adjustment: AdjustmentRecord, now: number): boolean =>
  cancelAdjustment(tenant.store, adjustment, tenant.rulesAt(now)) === undefined;

/** A customer pays so much of an open invoice, at most its balance. */
export const payByHand = (invoice: InvoiceRecord, amount: string, now: number): void => {
  invoice.Balance = subtract(invoice.Balance, min(fromDecimal(amount), invoice.Balance));
  invoice.UpdatedDate = now;
};

/** Somebody posts a draft; anything else stays what it is. */
export const postByHand = (invoice: InvoiceRecord, now: number): void => {
  if (invoice.Status !== "Draft") return;
  invoice.Status = "Posted";
  invoice.PostedDate = now;
  invoice.UpdatedDate = now;
};

/** The customer gets so much of the credit back, at most all of it. */
export const refundByHand = (account: AccountRecord, amount: string, now: number): void => {
  account.CreditBalance = subtract(account.CreditBalance, min(fromDecimal(amount), account.CreditBalance));
  account.UpdatedDate = now;
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
