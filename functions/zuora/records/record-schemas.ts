import * as z from "zod";
import { accountRecord, invoiceRecord, runAdjustmentRecord } from "../query/account-records.ts";
import { amount, instant } from "../query/fields.ts";

/** Everything that a report tells of an adjustment, and an undo needs of it. */
export const adjustmentRecord = runAdjustmentRecord.extend({
  Number: z.string().min(1),
  SourceTransactionId: z.string().min(1),
  SourceTransactionNumber: z.string().min(1),
  SourceTransactionType: z.string().optional(),
  Status: z.enum(["Processed", "Canceled"]),
  ReferenceId: z.string().optional(),
  Comment: z.string().optional(),
  CreatedDate: instant,
  UpdatedDate: instant,
  CreatedById: z.string().optional(),
  UpdatedById: z.string().optional(),
});

/** Of both kinds: of an invoice as a whole, and of one of its items. */
export const invoiceAdjustmentRecord = z.object({
  Id: z.string().min(1),
  AdjustmentNumber: z.string().min(1),
  AccountId: z.string().min(1),
  InvoiceId: z.string().min(1),
  InvoiceNumber: z.string().min(1),
  Type: z.enum(["Charge", "Credit"]),
  Amount: amount,
  Status: z.enum(["Processed", "Canceled"]),
  CreatedDate: instant,
  UpdatedDate: instant,
  CreatedById: z.string().optional(),
  UpdatedById: z.string().optional(),
});

export const billedInvoiceRecord = invoiceRecord.pick({
  Id: true,
  AccountId: true,
  InvoiceNumber: true,
  Amount: true,
  Balance: true,
  Currency: true,
  PostedDate: true,
  UpdatedDate: true,
});

export const accountLabelRecord = accountRecord.pick({
  Id: true,
  AccountNumber: true,
  Currency: true,
  CreditBalance: true,
});
