import * as z from "zod";
import { zero } from "../../domain/money.ts";
import { amount, day, id, instant } from "../query/fields.ts";

// Narrow on purpose, as everywhere: what a payment says of cards and banks is read by nobody.

const orZero = amount.optional().transform((value) => value ?? zero);

/** One event between a payment and what it pays; without an invoice, of a debit memo. */
export const paymentApplicationRecord = z.object({
  id,
  accountId: id,
  paymentId: id,
  invoiceId: id.optional(),
  applyAmount: amount,
  createdById: z.string().min(1),
  createdDate: instant,
  payment: z.object({ paymentNumber: z.string().min(1), currency: z.string().min(1).optional() }).optional(),
});

/** A payment of Object Query. */
export const paymentRecord = z
  .object({
    id,
    accountId: id,
    paymentNumber: z.string().min(1),
    effectiveDate: day,
    currency: z.string().min(1),
    amount,
    appliedAmount: orZero,
    unappliedAmount: amount,
    refundAmount: orZero,
    paymentApplications: z.array(z.object({ applyAmount: amount, invoiceId: id.optional() })).optional(),
    createdDate: z.string().optional(),
  })
  // What is inferred of memos is documented of payments, without refunds: each record has to show it all the same.
  .refine(
    ({ amount: total, appliedAmount, unappliedAmount, refundAmount }) =>
      total.minus(appliedAmount).minus(refundAmount).eq(unappliedAmount),
    { path: ["unappliedAmount"], message: "expected amount - appliedAmount - refundAmount" },
  );

export type PaymentRecord = z.output<typeof paymentRecord>;
