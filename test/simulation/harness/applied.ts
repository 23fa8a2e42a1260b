import { hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import type { CreditMemoApplicationRecord, CustomerPaymentRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";

type Applying = { readonly policy: Policy; readonly mode: Mode };

/** One event between a credit memo or a payment and an invoice, told alike; of less than nothing, it was taken back. */
export type AppliedRow = Pick<
  CreditMemoApplicationRecord,
  "id" | "invoiceId" | "accountId" | "amount" | "createdById" | "createdDate"
> & { readonly payerId: string };

export const applicationsIn = ({ creditMemoApplications, paymentApplications }: Store): readonly AppliedRow[] => [
  ...creditMemoApplications.rows.map(({ creditMemoId: payerId, ...row }) => ({ ...row, payerId })),
  ...paymentApplications.rows.map(({ paymentId: payerId, applyAmount: amount, ...row }) => ({
    ...row,
    payerId,
    amount,
  })),
];

/** An application that we made, whatever became of it. */
export const isOurs = ({ createdById, amount }: Pick<AppliedRow, "createdById" | "amount">): boolean =>
  createdById === apiUserId && amount.gt(0);

/** A credit memo or a payment, told alike. */
export const payersIn = ({ creditMemos, customerPayments }: Store) => [
  ...creditMemos.rows.map((each) => ({
    ...each,
    day: each.creditMemoDate,
    isPosted: each.status === "Posted",
    isPayment: false,
  })),
  ...customerPayments.rows.map((each) => ({
    ...each,
    day: each.effectiveDate,
    isPosted: isToBeApplied(each),
    isPayment: true,
  })),
];

/** What Zuora lets anybody apply to invoices. */
export const isToBeApplied = ({ status, prepayment, isStandalone }: CustomerPaymentRecord): boolean =>
  status === "Processed" && !prepayment && !isStandalone;

/** Whether payments are to be applied at all. */
export const areApplied = ({ policy, mode }: Applying): boolean =>
  policy.unappliedPayments === "apply" && hasCreditMemos(mode);

/** Payments of an account that the system is to apply. */
export const paymentsToApply = (
  { customerPayments }: Store,
  accountId: string,
  { policy, mode }: Applying,
): readonly CustomerPaymentRecord[] =>
  areApplied({ policy, mode })
    ? customerPayments.where("accountId", accountId).filter((each) => isToBeApplied(each) && each.unappliedAmount.gt(0))
    : [];
