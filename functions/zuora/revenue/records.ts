import * as z from "zod";
import { amount, day, id } from "../query/fields.ts";
import { revenueItem } from "./revenue-items.ts";

// Narrow on purpose: only what decides about a pair, so that a new field of Zuora's is no event here.

/** A Decrease of ours: which invoice our credit paid, and by which run. */
export const applicationRecord = z.object({
  Id: id,
  AccountId: id,
  SourceTransactionId: id,
  ReferenceId: z.string().min(1),
  Comment: z.string().optional(),
  CreatedDate: z.string(),
});

export const accountTermsRecord = z.object({
  Id: id,
  AccountNumber: z.string().min(1),
  Status: z.string().min(1),
  Currency: z.string().min(1),
  Batch: z.string().optional(),
});

export const pairInvoiceRecord = z.object({
  Id: id,
  AccountId: id,
  InvoiceNumber: z.string().min(1),
  Amount: amount,
  Balance: amount,
  PaymentAmount: amount,
  RefundAmount: amount,
  Currency: z.string().min(1).optional(),
  InvoiceDate: day,
  CreatedDate: z.string(),
  PostedDate: z.string().optional(),
});

export const pairItemRecord = z.object({
  Id: id,
  InvoiceId: id,
  SubscriptionNumber: z.string().optional(),
  ChargeAmount: amount,
  /** 0 charge, 1 discount, 2 prepayment, 3 tax (Zuora: InvoiceItem). */
  ProcessingType: z.string(),
});

/** Amounts are JSON numbers in practice and texts by the specification; both arrive here as text. */
export const scheduleRecord = z.object({
  number: z.string().regex(/^[\w-]{1,64}$/, "expected a number such as RS-00000001"),
  subscriptionChargeId: id,
  amount,
  currency: z.string().min(1),
  recognitionRuleName: z.string(),
  referenceId: z.string().optional(),
  undistributedUnrecognizedRevenue: amount,
  revenueItems: z.array(revenueItem),
  createdOn: z.string().optional(),
  updatedOn: z.string().optional(),
});

export const periodsAnswer = z.object({
  accountingPeriods: z.array(
    z.object({
      name: z.string().min(1),
      startDate: day,
      endDate: day,
      status: z.enum(["Open", "PendingClose", "Closed"]),
    }),
  ),
});
