import type { MemoRefusal } from "../credit-memos/judge-application.ts";
import { applicationIn } from "../credit-memos/memo-request.ts";
import type { CustomerPaymentRecord } from "../records.ts";
import { type Changeable, changeRecord } from "../rest-change.ts";
import { refuseRest } from "../rest-refusal.ts";
import type { Store } from "../store.ts";
import type { Tenant } from "../tenant.ts";
import { json, localDateTimeOf, numberOf, type TenantRequest, type TenantResponse } from "../wire.ts";
import { applyPayment, unapplyPayment } from "./apply-payment.ts";
import { appliedOfPayment } from "./build-payment.ts";

/** By id or number. */
const paymentByKey = ({ customerPayments }: Store, key: string): CustomerPaymentRecord | undefined =>
  customerPayments.one("id", key) ?? customerPayments.one("number", key);

const notFound = (request: TenantRequest, key: string): TenantResponse =>
  refuseRest(request, 53830040, `Cannot find entity by key: '${key}'.`);

/** The same refusals as of memos, with the payments' own resource code. */
const ofPayments = (refusal: MemoRefusal | undefined): MemoRefusal | undefined =>
  refusal && { ...refusal, code: 53830000 + (refusal.code % 100) };

/** `PUT /v1/payments/{paymentKey}/apply` and `…/unapply`. */
export const changeablePayment: Changeable<CustomerPaymentRecord> = {
  path: /^\/v1\/payments\/([^/?]+)(\/[^?]*)?(\?|$)/,
  changes: {
    "/apply": (tenant, payment, body, now) => {
      const application = applicationIn(body, "apply", []);
      const refusal =
        "code" in application ? application : applyPayment(tenant.store, payment, application, tenant.memoRulesAt(now));
      return ofPayments(refusal);
    },
    "/unapply": (tenant, payment, body, now) => {
      const application = applicationIn(body, "unapply");
      const refusal =
        "code" in application
          ? application
          : unapplyPayment(tenant.store, payment, application, tenant.memoRulesAt(now));
      return ofPayments(refusal);
    },
  },
  byKey: paymentByKey,
  notFound,
  whole: ({ timeZone }, payment) => ({ ...writtenIn(timeZone, payment), success: true }),
};

export const changePayment = (tenant: Tenant, request: TenantRequest, now: number): TenantResponse | undefined =>
  changeRecord(tenant, request, now, changeablePayment);

/** `GET /v1/payments/{paymentKey}/parts`: what of the payment is on invoices now. */
export const listPaymentParts = ({ store, timeZone }: Tenant, request: TenantRequest, key: string): TenantResponse => {
  const payment = paymentByKey(store, key);
  if (payment === undefined) return notFound(request, key);
  const parts = store.paymentParts.where("paymentId", payment.id).filter(({ amount }) => amount.gt(0));
  const written = parts.map(({ id, invoiceId, amount, createdById, createdDate, updatedById, updatedDate }) => ({
    id,
    invoiceId,
    debitMemoId: null,
    amount: numberOf(amount),
    createdById,
    createdDate: localDateTimeOf(timeZone, createdDate),
    updatedById,
    updatedDate: localDateTimeOf(timeZone, updatedDate),
  }));
  return json(200, { parts: written, success: true }, written.length);
};

/** A payment of plain REST. */
const writtenIn = (timeZone: string, payment: CustomerPaymentRecord) => {
  const { amount, unappliedAmount, refundAmount, createdDate, updatedDate, prepayment, isStandalone, ...rest } =
    payment;
  return {
    ...rest,
    type: "External",
    prepayment,
    standalone: isStandalone,
    amount: numberOf(amount),
    appliedAmount: numberOf(appliedOfPayment(payment)),
    unappliedAmount: numberOf(unappliedAmount),
    refundAmount: numberOf(refundAmount),
    creditBalanceAmount: 0,
    createdDate: localDateTimeOf(timeZone, createdDate),
    updatedDate: localDateTimeOf(timeZone, updatedDate),
  };
};
