import { fromDecimal, min, subtract } from "../../../functions/domain/money.ts";
import { personId } from "../../zuora-simulator/adjust.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { applyMemo } from "../../zuora-simulator/credit-memos/apply-memo.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { unapplyMemo } from "../../zuora-simulator/credit-memos/unapply-memo.ts";
import type { AccountRecord, CreditMemoRecord, InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { after, before, dayMs, early, late, since } from "./last-month.ts";

type Deed = { readonly memo: CreditMemoRecord; readonly invoice: InvoiceRecord; readonly amount: string };

/** Applies or unapplies as our user does, or as a person. */
export const memoHands = (tenant: Tenant) => {
  const by =
    (change: typeof applyMemo | typeof unapplyMemo) =>
    ({ memo, invoice, amount }: Deed, at: number, who: "us" | "others"): void => {
      const entries = [{ invoiceId: invoice.Id, amount: fromDecimal(amount) }];
      const rules = tenant.memoRulesAt(at, who === "us" ? apiUserId : personId);
      const refused = change(tenant.store, memo, { entries }, rules);
      if (refused !== undefined) throw new Error(refused.message);
    };
  return { apply: by(applyMemo), unapply: by(unapplyMemo) };
};

/** The customer gets so much of a memo back, at most what is left of it. */
const refund = (memo: CreditMemoRecord, amount: string, at: number): void => {
  memo.refundAmount = min(fromDecimal(amount), memo.unappliedAmount);
  memo.unappliedAmount = subtract(memo.unappliedAmount, memo.refundAmount);
  memo.updatedDate = at;
};

/** Credit memos of before the month, in it and after it, and what reached over its ends, by us and by others. */
export const memosAcrossBothEnds = (tenant: Tenant): { readonly busy: AccountRecord } => {
  const { store } = tenant;
  const { apply, unapply } = memoHands(tenant);
  const busy = addAccount(store, {}, before);
  const old = addCreditMemo(store, busy, { amount: "50.00" }, before);
  const owing = addInvoice(store, busy, { amount: "200.00", number: "owing" }, before);
  const other = addInvoice(store, busy, { amount: "30.00", number: "other" }, early);
  apply({ memo: old, invoice: owing, amount: "5.00" }, since - dayMs, "others");
  apply({ memo: old, invoice: owing, amount: "20.00" }, early, "us");
  const fresh = addCreditMemo(store, busy, { amount: "30.00" }, early);
  apply({ memo: fresh, invoice: other, amount: "10.00" }, early, "us");
  apply({ memo: fresh, invoice: other, amount: "7.00" }, late, "others");
  unapply({ memo: old, invoice: owing, amount: "20.00" }, late, "us");
  apply({ memo: old, invoice: owing, amount: "3.00" }, after, "us");
  addCreditMemo(store, busy, { amount: "99.00" }, after);
  const calm = addAccount(store, {}, before);
  refund(addCreditMemo(store, calm, { amount: "12.00" }, before), "4.00", late);
  addCreditMemo(store, addAccount(store, { Currency: "JPY" }, before), { amount: "300" }, late);
  return { busy };
};
