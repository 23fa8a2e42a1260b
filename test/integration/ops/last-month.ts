import { monthBefore, monthIn } from "../../../functions/app/records/report/period.ts";
import { createAdjustment } from "../../zuora-simulator/adjust.ts";
import { addAccount, addInvoice, addPaymentRun } from "../../zuora-simulator/build.ts";
import { cancelByHand, creditByHand, refundRecorded } from "../../zuora-simulator/hands.ts";
import type { AccountRecord, AdjustmentRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { SentNumber } from "../../zuora-simulator/wire.ts";

export const dayMs = 24 * 3_600_000;
const runId = "zcs-0mb0abc12345";

/** Last month, as finance asks for it in this one. */
export const month = monthBefore(new Date().toISOString().slice(0, 10));
export const { since, until } = monthIn("UTC", month);
export const before = since - 5 * dayMs;
export const early = since + 3 * dayMs;
export const late = since + 20 * dayMs;
// The month may have ended a minute ago.
export const after = until + 1000;

const adjusting =
  (tenant: Tenant) =>
  (type: "Increase" | "Decrease", number: string, amount: string, at: number, by?: "others"): AdjustmentRecord => {
    const invoice = tenant.store.invoices.one("InvoiceNumber", number);
    const fields = { Type: type, Amount: new SentNumber(amount), SourceTransactionId: invoice?.Id ?? "" };
    const reference = by === "others" ? {} : { ReferenceId: runId };
    const made = createAdjustment(tenant.store, { ...fields, ...reference }, tenant.rulesAt(at));
    if ("code" in made) throw new Error(made.message);
    return made;
  };

/** Records that lie before the month, in it and after it, and those that reach over its ends. */
export const acrossBothEnds = (tenant: Tenant): { readonly busy: AccountRecord } => {
  const { store } = tenant;
  const adjust = adjusting(tenant);
  const cancel = (adjustment: AdjustmentRecord, at: number) => {
    if (!cancelByHand(tenant, adjustment, at)) throw new Error("Zuora did not let them");
  };
  const busy = addAccount(store, { credit: "7.00" }, before);
  addInvoice(store, busy, { amount: "-10.00", number: "opened-before" }, before);
  addInvoice(store, busy, { amount: "-6.00", number: "came-back" }, before);
  const earlier = adjust("Increase", "came-back", "6.00", since - 2 * dayMs);
  const calm = addAccount(store, {}, before);
  addInvoice(store, calm, { amount: "-20.00", number: "billed" }, early);
  addInvoice(store, calm, { amount: "15.00", number: "owing" }, early);
  addInvoice(store, calm, { amount: "-5.00", number: "settled-afterwards" }, late);
  addInvoice(store, calm, { amount: "-4.00", number: "canceled-afterwards" }, late);
  addInvoice(store, addAccount(store, { Currency: "JPY" }, before), { amount: "-300", number: "yen" }, late);
  adjust("Increase", "opened-before", "10.00", early);
  adjust("Increase", "billed", "20.00", early);
  adjust("Decrease", "owing", "15.00", early);
  cancel(earlier, late);
  const taken = adjust("Increase", "canceled-afterwards", "4.00", late);
  adjust("Increase", "settled-afterwards", "5.00", after);
  cancel(taken, after);
  addInvoice(store, calm, { amount: "-99.00", number: "billed-afterwards" }, after);
  return { busy };
};

/** What people did in the month, past this system. */
export const byOthers = (tenant: Tenant, busy: AccountRecord): void => {
  addInvoice(tenant.store, busy, { amount: "-3.00", number: "by-hand" }, early);
  adjusting(tenant)("Increase", "by-hand", "3.00", late, "others");
  creditByHand(tenant.store, busy, "2.50", late);
  refundRecorded(tenant.store, busy, "1.00", late);
};

/** A payment run that took a minute. */
export const ranAt = (store: Store, began: number): void => {
  const at = new Date(began).toISOString();
  const ended = began + 60_000;
  addPaymentRun(
    store,
    {
      targetDate: at.slice(0, 10),
      runDate: at.slice(0, 19).replace("T", " "),
      status: "Completed",
      executedOn: began,
      completedOn: ended,
      updatedDate: ended,
    },
    began,
  );
};

/** Settles an invoice as a person does, in the month. */
export const settleByHand = (tenant: Tenant, number: string, amount: string): void => {
  adjusting(tenant)("Increase", number, amount, late, "others");
};

/** Pays an open invoice with credit as this system does, once the month is over. */
export const applyAfterwards = (tenant: Tenant, number: string, amount: string): void => {
  adjusting(tenant)("Decrease", number, amount, after);
};
