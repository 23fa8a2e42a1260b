import { min } from "../../../functions/domain/money.ts";
import { personId } from "../adjust.ts";
import { addInvoice, type InvoiceSpec } from "../build.ts";
import type { AccountRecord, CreditMemoRecord, InvoiceRecord } from "../records.ts";
import type { Tenant } from "../tenant.ts";
import { applyMemo } from "./apply-memo.ts";
import { applyMemosTo } from "./auto-apply.ts";
import { unapplyMemo } from "./unapply-memo.ts";

/**
 * A person applies as much of a memo to an open invoice as it takes, in Zuora's own pages.
 *
 * @returns whether Zuora let them
 */
export const applyMemoByHand = (
  tenant: Tenant,
  memo: CreditMemoRecord,
  invoice: InvoiceRecord,
  now: number,
): boolean => {
  const amount = min(memo.unappliedAmount, invoice.Balance);
  if (!amount.gt(0)) return false;
  const entries = [{ invoiceId: invoice.Id, amount }];
  return applyMemo(tenant.store, memo, { entries }, tenant.memoRulesAt(now, personId)) === undefined;
};

/**
 * A person takes back what a memo pays of one invoice, or of all of them.
 *
 * @returns whether Zuora let them
 */
export const unapplyByHand = (tenant: Tenant, memo: CreditMemoRecord, now: number, invoiceId?: string): boolean => {
  const entries = tenant.store.creditMemoParts
    .where("creditMemoId", memo.id)
    .filter((part) => part.amount.gt(0) && part.invoiceId === (invoiceId ?? part.invoiceId))
    .map((part) => ({ invoiceId: part.invoiceId, amount: part.amount }));
  if (entries.length === 0) return false;
  return unapplyMemo(tenant.store, memo, { entries }, tenant.memoRulesAt(now, personId)) === undefined;
};

/** Somebody places an order that is told to use what is on the account: what is there already pays its invoice. */
export const orderByHand = (tenant: Tenant, account: AccountRecord, spec: InvoiceSpec, now: number): InvoiceRecord => {
  const invoice = addInvoice(tenant.store, account, spec, now);
  applyMemosTo(tenant.store, [invoice], tenant.memoRulesAt(now, personId));
  return invoice;
};
