import * as z from "zod";
import { zero } from "../../domain/money.ts";
import { amount, day, id } from "./fields.ts";

// Narrow on purpose: only what settlement looks at, so that a new field of Zuora's is no event here.

export const accountRecord = z.object({
  Id: id,
  AccountNumber: z.string().min(1),
  Status: z.string().min(1),
  Currency: z.string().min(1),
  Batch: z.string().optional(),
  CreditBalance: amount,
});

/** The same where there is no credit balance to ask for. */
export const accountRecordWithoutCredit = accountRecord
  .omit({ CreditBalance: true })
  .transform((record) => ({ ...record, CreditBalance: zero }));

export const invoiceRecord = z.object({
  Id: id,
  AccountId: id,
  InvoiceNumber: z.string().min(1),
  Status: z.string().min(1),
  Amount: amount,
  Balance: amount,
  // Absent below WSDL version 147 or where a tenant has one currency per account.
  Currency: z.string().min(1).optional(),
  InvoiceDate: day,
  DueDate: day.optional(),
  PostedDate: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/, "expected a dateTime")
    .optional(),
  UpdatedDate: z.string().optional(),
});

export const invoiceItemRecord = z.object({
  Id: id,
  InvoiceId: id,
  SubscriptionNumber: z.string().optional(),
  ChargeAmount: amount.optional(),
});

export const canceledAdjustmentRecord = z.object({
  Id: id,
  AccountId: id,
  SourceTransactionId: z.string().optional(),
  SourceTransactionNumber: z.string().optional(),
  Type: z.string().optional(),
  ReferenceId: z.string().optional(),
});

export const runAdjustmentRecord = z.object({
  Id: id,
  AccountId: id,
  Type: z.enum(["Increase", "Decrease"]),
  Amount: amount,
});
