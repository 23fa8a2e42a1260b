import * as z from "zod";
import { fromDecimal, type Money } from "../../domain/money.ts";

/** An amount as its source text; JSON numbers arrive as text, see `json.ts`. */
const amount = z.string().transform((text, context): Money => {
  try {
    return fromDecimal(text);
  } catch {
    context.addIssue({ code: "custom", message: "expected a decimal amount of at most 9 places" });
    return z.NEVER;
  }
});

/** A day; some versions of the API write it with a time behind it, which says nothing. */
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/, "expected a date YYYY-MM-DD")
  .transform((text) => text.slice(0, 10));

const id = z.string().min(1).max(64);

// Narrow on purpose: only what settlement looks at, so that a new field of Zuora's is no event here.

export const accountRecord = z.object({
  Id: id,
  AccountNumber: z.string().min(1),
  Status: z.string().min(1),
  Currency: z.string().min(1),
  Batch: z.string().optional(),
  CreditBalance: amount,
});

export const invoiceRecord = z.object({
  Id: id,
  AccountId: id,
  InvoiceNumber: z.string().min(1),
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

export const invoiceItemRecord = z.object({ Id: id, InvoiceId: id, SubscriptionNumber: z.string().optional() });

export const canceledAdjustmentRecord = z.object({
  Id: id,
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

/** What the scan must know of a record; amounts it can do without, since the processor reads the account afresh. */
export const reference = z.object({ Id: id, AccountId: id });

export const accountReference = z.object({ Id: id });

export const negativeInvoiceRecord = z.object({ Balance: amount, Currency: z.string().min(1).optional() });

/** Text, or absent where Zuora writes null or nothing. */
const textOrNothing = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === "" ? undefined : text));

export const paymentRunRecord = z.object({
  // Such as PR-00000001; it is Object Query that calls it `paymentRunNumber`.
  number: textOrNothing,
  // In the tenant's time, unless it carries an offset; the minutes mean nothing.
  runDate: textOrNothing,
  targetDate: textOrNothing.transform((text) => text?.slice(0, 10)),
  executedOn: textOrNothing,
  completedOn: textOrNothing,
  updatedDate: textOrNothing,
  batch: textOrNothing,
  currency: textOrNothing,
  accountId: textOrNothing,
});

export const paymentRunPage = z.object({
  paymentRuns: z.array(paymentRunRecord).default([]),
  // An address, absent on the last page.
  nextPage: textOrNothing,
});

/** An Increase, as far as it tells whose negative invoice was transferred and when. */
export const transferRecord = z.object({ AccountId: id, SourceTransactionId: id, CreatedDate: z.string() });

/** What a payment run's filters look at. */
export const chargedAccountRecord = z.object({ Id: id, Currency: z.string().min(1), Batch: z.string().optional() });

export const paymentRecord = z.object({ Id: id, AccountId: id });

/** One row of an `action/create` answer. `Errors` may be absent where `Success` is true. */
export const saveResult = z.object({
  Success: z.boolean(),
  Id: z.string().optional(),
  Errors: z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]).nullish(),
});

/** Which field was wrong and what was expected. Never what came: it may be a name or an address. */
export const contractProblem = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`)
    .join("; ");
