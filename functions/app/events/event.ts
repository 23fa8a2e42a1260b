import * as z from "zod";
import { errorCodes } from "../../domain/errors.ts";
import { holdReasons } from "../../domain/hold.ts";

const id = z.string().min(1).max(100).meta({ description: "Zuora's id" });

const number = z.string().min(1).max(255);

const amount = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .meta({ description: "Decimal text, above nought, in the currency of the event" });

const currency = z.string().min(1).max(10).meta({ description: "ISO 4217, or the tenant's own code" });

const runId = z.string().min(1).max(20).meta({ description: "The run; the same in logs and on adjustments" });

const moved = { accountId: id, invoiceId: id, invoiceNumber: number, amount, currency, runId };

/**
 * What others may act on, by its detail type. Ids and amounts only: nothing about people. Fields may be added; none
 * changes its meaning.
 */
export const eventDetails = {
  /** A negative invoice became credit. */
  CreditTransferred: z.object({ ...moved, adjustmentId: id }),
  /**
   * Credit paid an open invoice, out of the credit balance, a credit memo or an unapplied payment; of a memo, told
   * again without a run.
   */
  CreditApplied: z.object({
    ...moved,
    runId: runId.optional(),
    adjustmentId: id.optional(),
    creditMemoId: id.optional(),
    paymentId: id.optional(),
  }),
  /** An invoice, or without `invoiceId` the account, is left to people. */
  InvoiceHeld: z.object({
    accountId: id,
    invoiceId: id.optional(),
    invoiceNumber: number.optional(),
    reason: z.enum(holdReasons),
    runId: runId.optional(),
  }),
  /** Settling the account failed; an engineer is to look. */
  AccountDeadLettered: z.object({
    accountId: id,
    code: z.enum([...errorCodes, "UNKNOWN"]),
    zuoraCode: z.string().min(1).max(200).optional(),
    runId: runId.optional(),
  }),
  /** What is owed to the customer on negative invoices and credit memos waits, through no decision of anybody's. */
  CreditPending: z.object({ accountId: id, amount, currency, runId: runId.optional() }),
} as const;

export type EventName = keyof typeof eventDetails;

export type SweepEvent = {
  readonly [Name in EventName]: { readonly name: Name; readonly detail: z.output<(typeof eventDetails)[Name]> };
}[EventName];

/** Takes what is to be told to others. Nothing is sent while accounts are settled. */
export type EventSink = { add(event: SweepEvent): void };
