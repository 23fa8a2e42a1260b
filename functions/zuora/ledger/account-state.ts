import type { z } from "zod";
import type { AccountState, CreditMemo, Invoice, LocalDate, UnappliedPayment } from "../../domain/account.ts";
import { type CreditMovement, creditParts } from "../../domain/credit/credit-book.ts";
import type { Mode } from "../../domain/credit/mode.ts";
import type { accountRecord, invoiceRecord } from "../query/account-records.ts";
import { instantOf, localDayOf, saysYes } from "../query/fields.ts";
import type { RawRecord } from "../query/query.ts";

/** Everything that was read about one account. */
export type AccountFacts = {
  readonly record: z.output<typeof accountRecord>;
  readonly raw: RawRecord;
  readonly invoices: readonly z.output<typeof invoiceRecord>[];
  /**
   * Ids and numbers of the invoices whose adjustment was canceled, or that a credit memo or a payment was unapplied
   * from.
   */
  readonly canceledSources: ReadonlySet<string | undefined>;
  readonly mode?: Mode | undefined;
  /** Credit memos with money left; absent where none are asked for. */
  readonly creditMemos?: readonly CreditMemo[] | undefined;
  /** Payments with money left; absent where none are asked for. */
  readonly unappliedPayments?: readonly UnappliedPayment[] | undefined;
  /** What moved the credit; absent where nothing asks. */
  readonly creditMovements: readonly CreditMovement[] | undefined;
  /** Some payment of the account is under way. */
  readonly isPaymentProcessing: boolean;
  /** Whether a payment run may charge what is due then. */
  readonly isBeingCollected: (dueDate: LocalDate) => boolean;
  readonly judgedAt: number;
  readonly changedAt: number | undefined;
  readonly optOutField: string | undefined;
  readonly timeZone: string;
  readonly today: LocalDate;
};

/** Zuora's records in the domain's words. */
export const toAccountState = (facts: AccountFacts): AccountState => {
  const { record, raw, creditMovements, optOutField } = facts;
  const parts = creditMovements === undefined ? undefined : creditParts(creditMovements, record.CreditBalance);
  return {
    id: record.Id,
    number: record.AccountNumber,
    status: record.Status,
    currency: record.Currency,
    batch: record.Batch,
    optedOut: optOutField !== undefined && saysYes(raw[optOutField]),
    creditBalance: record.CreditBalance,
    standingCredit: parts?.standing,
    ...(parts?.freed.gt(0) ? { freedCredit: parts.freed } : {}),
    ...(facts.creditMemos === undefined ? {} : { mode: facts.mode, creditMemos: facts.creditMemos }),
    ...(facts.unappliedPayments === undefined ? {} : { unappliedPayments: facts.unappliedPayments }),
    ...(facts.isPaymentProcessing ? { paymentProcessing: true } : {}),
    today: facts.today,
    judgedAt: facts.judgedAt,
    changedAt: facts.changedAt,
    invoices: facts.invoices.map((invoice) => toInvoice(invoice, facts)),
  };
};

const toInvoice = (invoice: z.output<typeof invoiceRecord>, facts: AccountFacts): Invoice => {
  const dueDate = invoice.DueDate ?? invoice.InvoiceDate;
  const postedAt = instantOf(invoice.PostedDate);
  return {
    id: invoice.Id,
    number: invoice.InvoiceNumber,
    amount: invoice.Amount,
    balance: invoice.Balance,
    currency: invoice.Currency ?? facts.record.Currency,
    invoiceDate: invoice.InvoiceDate,
    dueDate,
    postedOn: invoice.PostedDate === undefined ? invoice.InvoiceDate : localDayOf(invoice.PostedDate, facts.timeZone),
    postedAt,
    hasCanceledAdjustment: [invoice.Id, invoice.InvoiceNumber].some((key) => facts.canceledSources.has(key)),
    beingCollected: facts.isBeingCollected(dueDate),
  };
};
