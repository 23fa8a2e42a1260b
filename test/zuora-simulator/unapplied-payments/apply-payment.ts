import { add, type Money, negate, subtract, zero } from "../../../functions/domain/money.ts";
import {
  type Application,
  invoicesOf,
  type MemoRefusal,
  type MemoRules,
  notAllowed,
  refusalOfAmounts,
  type Target,
  targetsOf,
  wrong,
} from "../credit-memos/judge-application.ts";
import type { UnapplyRules } from "../credit-memos/unapply-memo.ts";
import type { CustomerPaymentRecord, InvoiceRecord } from "../records.ts";
import type { Store } from "../store.ts";

/** Applies a payment to invoices: all of it, or the first reason why Zuora refuses all of it. */
export const applyPayment = (
  store: Store,
  payment: CustomerPaymentRecord,
  application: Application,
  rules: MemoRules,
): MemoRefusal | undefined => {
  const refusal = refusalOfPayment(store, payment, application, rules);
  const invoices = targetsOf(store, payment, application, rules, refusal);
  if ("code" in invoices) return invoices;
  const group = store.nextId("8ag");
  for (const target of invoices) {
    move(store, payment, target, target.amount, rules);
    note(store, payment, { ...target, group }, rules);
  }
  return undefined;
};

const refusalOfPayment = (
  store: Store,
  payment: CustomerPaymentRecord,
  { entries, effectiveDate }: Application,
  rules: MemoRules,
): MemoRefusal | undefined => {
  const { today, closedPeriods } = rules;
  if (payment.status !== "Processed") return notAllowed("Only payments in Processed status can be applied.");
  if (payment.prepayment || payment.isStandalone) return notAllowed("The payment is not to be applied to invoices.");
  if (store.accounts.one("Id", payment.accountId)?.Status !== "Active") return notAllowed("The account is not active.");
  if (closedPeriods.has(payment.accountId)) return notAllowed("The accounting period is closed.");
  if ((effectiveDate ?? today) < latestDay(store, payment) || (effectiveDate ?? today) > today)
    return wrong("The effective date is before the latest effective date of the payment or in the future.");
  return refusalOfAmounts(payment, entries, rules, "payment");
};

/** The maximum effective date of a payment (Zuora: Apply a payment). */
const latestDay = (store: Store, { id, effectiveDate }: CustomerPaymentRecord): string =>
  [effectiveDate, ...store.paymentApplications.where("paymentId", id).map((each) => each.effectiveDate)]
    .toSorted()
    .at(-1) ?? effectiveDate;

/** Takes back what of a payment is on invoices; without entries, all of it. */
export const unapplyPayment = (
  store: Store,
  payment: CustomerPaymentRecord,
  { effectiveDate, entries }: Application,
  rules: UnapplyRules,
): MemoRefusal | undefined => {
  const parts = store.paymentParts.where("paymentId", payment.id).filter(({ amount }) => amount.gt(0));
  const wanted = entries.length > 0 ? entries : parts.map(({ invoiceId, amount }) => ({ invoiceId, amount }));
  if (payment.status !== "Processed") return notAllowed("Only payments in Processed status can be unapplied.");
  if (rules.closedPeriods.has(payment.accountId)) return notAllowed("The accounting period is closed.");
  const invoices = invoicesOf(store, wanted);
  if ("code" in invoices) return invoices;
  const day = effectiveDate ?? rules.today;
  if (day > rules.today || day < latestDay(store, payment))
    return wrong("The effective date is before the latest application or in the future.");
  const held = (id: string): Money => parts.find(({ invoiceId }) => invoiceId === id)?.amount ?? zero;
  if (invoices.some(({ invoice, amount }) => amount.gt(held(invoice.Id))))
    return wrong("The amount exceeds what is applied to the invoice.");
  const group = store.nextId("8ag");
  for (const target of invoices) {
    move(store, payment, target, negate(target.amount), rules);
    if (rules.unapplyShownAs === "changed-row") shrinkRows(store, payment, target, rules.now);
    else note(store, payment, { ...target, amount: negate(target.amount), group }, rules);
  }
  return undefined;
};

/** Moves value between a payment and an invoice, and what of the one is on the other: positive towards the invoice. */
const move = (
  store: Store,
  payment: CustomerPaymentRecord,
  { invoice }: Target,
  value: Money,
  { now, userId }: MemoRules,
): void => {
  payment.unappliedAmount = subtract(payment.unappliedAmount, value);
  payment.updatedDate = now;
  invoice.Balance = subtract(invoice.Balance, value);
  invoice.UpdatedDate = now;
  const part = store.paymentParts
    .where("paymentId", payment.id)
    .find(({ invoiceId, amount }) => invoiceId === invoice.Id && amount.gt(0));
  if (part === undefined) store.paymentParts.add(partOf(store, payment, invoice, value, { now, userId }));
  else Object.assign(part, { amount: add(part.amount, value), updatedById: userId, updatedDate: now });
};

const partOf = (
  store: Store,
  payment: CustomerPaymentRecord,
  invoice: InvoiceRecord,
  amount: Money,
  { now, userId }: Pick<MemoRules, "now" | "userId">,
) => ({
  id: store.nextId("8au"),
  paymentId: payment.id,
  invoiceId: invoice.Id,
  amount,
  createdById: userId,
  createdDate: now,
  updatedById: userId,
  updatedDate: now,
});

const note = (
  store: Store,
  { id: paymentId, accountId }: CustomerPaymentRecord,
  { invoice, amount, group }: Target & { readonly group: string },
  { now, today, userId }: MemoRules,
): void => {
  store.paymentApplications.add({
    id: store.nextId("8av"),
    paymentId,
    invoiceId: invoice.Id,
    accountId,
    applicationGroupId: group,
    applyAmount: amount,
    effectiveDate: today,
    createdById: userId,
    createdDate: now,
    updatedDate: now,
  });
};

const shrinkRows = (store: Store, payment: CustomerPaymentRecord, { invoice, amount }: Target, now: number): void => {
  let left = amount;
  for (const row of store.paymentApplications.where("paymentId", payment.id)) {
    if (row.invoiceId !== invoice.Id || !row.applyAmount.gt(0) || !left.gt(0)) continue;
    const taken = row.applyAmount.gt(left) ? left : row.applyAmount;
    left = subtract(left, taken);
    row.applyAmount = subtract(row.applyAmount, taken);
    row.updatedDate = now;
  }
};
