import { fromDecimal, type Money, subtract } from "../../../functions/domain/money.ts";
import { personId } from "../adjust.ts";
import { dayOf, defaultInstant } from "../build.ts";
import type { AccountRecord, CustomerPaymentRecord } from "../records.ts";
import type { Store } from "../store.ts";

/** What one payment of an account differs in. Amounts are decimal text; without `unapplied` all of it is left. */
export type PaymentSpec = Partial<
  Pick<CustomerPaymentRecord, "currency" | "effectiveDate" | "status" | "prepayment" | "isStandalone">
> & { readonly amount: string; readonly unapplied?: string };

/** Adds a payment that a customer made, and that nobody applied yet, or not all of it. */
export const addCustomerPayment = (
  store: Store,
  account: AccountRecord,
  { amount, unapplied, ...facts }: PaymentSpec,
  now = defaultInstant,
): CustomerPaymentRecord =>
  store.customerPayments.add({
    id: store.nextId("8at"),
    number: `P-${String(store.customerPayments.rows.length + 1).padStart(8, "0")}`,
    accountId: account.Id,
    currency: account.Currency,
    effectiveDate: dayOf(now),
    status: "Processed",
    prepayment: false,
    isStandalone: false,
    ...facts,
    amount: fromDecimal(amount),
    unappliedAmount: fromDecimal(unapplied ?? amount),
    refundAmount: fromDecimal("0"),
    createdById: personId,
    createdDate: now,
    updatedDate: now,
  });

/** A payment is what was applied, what is left, and what was refunded. */
export const appliedOfPayment = ({ amount, unappliedAmount, refundAmount }: CustomerPaymentRecord): Money =>
  subtract(subtract(amount, unappliedAmount), refundAmount);
