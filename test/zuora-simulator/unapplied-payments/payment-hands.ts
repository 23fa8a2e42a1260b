import { fromDecimal, min, subtract } from "../../../functions/domain/money.ts";
import { personId } from "../adjust.ts";
import type { MemoRules } from "../credit-memos/judge-application.ts";
import type { CustomerPaymentRecord, InvoiceRecord } from "../records.ts";
import { shuffled } from "../shuffled.ts";
import type { Store } from "../store.ts";
import type { Tenant } from "../tenant.ts";
import { applyPayment, unapplyPayment } from "./apply-payment.ts";

/**
 * What payment runs do that are told to: payments already on the account pay these invoices before anybody is charged.
 * In which order, nobody says.
 *
 * @returns how many applications were made
 */
export const applyPaymentsTo = (store: Store, invoices: readonly InvoiceRecord[], rules: MemoRules): number => {
  let applications = 0;
  for (const invoice of shuffled(invoices, rules.turn())) {
    for (const payment of shuffled(store.customerPayments.where("accountId", invoice.AccountId), rules.turn())) {
      const amount = min(payment.unappliedAmount, invoice.Balance);
      if (!amount.gt(0)) continue;
      const refusal = applyPayment(store, payment, { entries: [{ invoiceId: invoice.Id, amount }] }, rules);
      if (refusal === undefined) applications += 1;
    }
  }
  return applications;
};

/**
 * A person applies as much of a payment to an open invoice as it takes, in Zuora's own pages.
 *
 * @returns whether Zuora let them
 */
export const applyPaymentByHand = (
  tenant: Tenant,
  payment: CustomerPaymentRecord,
  invoice: InvoiceRecord,
  now: number,
): boolean => {
  const amount = min(payment.unappliedAmount, invoice.Balance);
  if (!amount.gt(0)) return false;
  const entries = [{ invoiceId: invoice.Id, amount }];
  return applyPayment(tenant.store, payment, { entries }, tenant.memoRulesAt(now, personId)) === undefined;
};

/**
 * A person takes back what a payment pays of one invoice, or of all of them.
 *
 * @returns whether Zuora let them
 */
export const unapplyPaymentByHand = (
  tenant: Tenant,
  payment: CustomerPaymentRecord,
  now: number,
  invoiceId?: string,
): boolean => {
  const entries = tenant.store.paymentParts
    .where("paymentId", payment.id)
    .filter((part) => part.amount.gt(0) && part.invoiceId === (invoiceId ?? part.invoiceId))
    .map((part) => ({ invoiceId: part.invoiceId, amount: part.amount }));
  if (entries.length === 0) return false;
  return unapplyPayment(tenant.store, payment, { entries }, tenant.memoRulesAt(now, personId)) === undefined;
};

/** The customer gets so much of a payment back, at most what is not applied. */
export const refundPaymentByHand = (payment: CustomerPaymentRecord, amount: string, now: number): void => {
  const refunded = min(fromDecimal(amount), payment.unappliedAmount);
  payment.unappliedAmount = subtract(payment.unappliedAmount, refunded);
  payment.refundAmount = payment.refundAmount.plus(refunded) as typeof refunded;
  payment.updatedDate = now;
};
