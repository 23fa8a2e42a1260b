import type { Money } from "../../functions/domain/money.ts";

/** Days are `YYYY-MM-DD`; instants are epoch milliseconds and are written as dateTimes. */
export type Value = string | number | boolean | Money | undefined;

export type AccountRecord = {
  readonly Id: string;
  AccountNumber: string;
  Name: string;
  Status: "Draft" | "Active" | "Canceled";
  Currency: string;
  Batch: string;
  AutoPay: boolean;
  CreditBalance: Money;
  CreatedDate: number;
  UpdatedDate: number;
  /** Custom fields by API name, such as `OptOut__c`. */
  custom: Readonly<Record<string, string>>;
  /** Never selected by anything that should be printed. */
  workEmail: string;
};

export type InvoiceRecord = {
  readonly Id: string;
  InvoiceNumber: string;
  readonly AccountId: string;
  Status: "Generating" | "Draft" | "Posted" | "Canceled";
  readonly Amount: Money;
  Balance: Money;
  Currency: string;
  InvoiceDate: string;
  DueDate: string;
  PostedDate: number | undefined;
  CreatedDate: number;
  UpdatedDate: number;
  AutoPay: boolean;
  BillRunId: string | undefined;
  /** Who made it through the API: the login name of a user, which is an e-mail address, or nobody that Zuora names. */
  readonly apiUser: string | undefined;
  CreditBalanceAdjustmentAmount: Money;
  /** What credit memos pay of it. */
  CreditMemoAmount: Money;
};

export type InvoiceItemRecord = {
  readonly Id: string;
  readonly InvoiceId: string;
  readonly SubscriptionId: string;
  readonly SubscriptionNumber: string;
  readonly ChargeAmount: Money;
  /** 0 charge, 1 discount, 2 prepayment, 3 tax. */
  readonly ProcessingType: "0" | "1" | "2" | "3";
  /** The charge's id in the original version of its subscription, where an invoice has several charges of one. */
  readonly originalChargeId: string | undefined;
};

export type AdjustmentRecord = {
  readonly Id: string;
  readonly Number: string;
  readonly AccountId: string;
  readonly Type: "Increase" | "Decrease";
  readonly Amount: Money;
  readonly SourceTransactionId: string;
  readonly SourceTransactionNumber: string;
  readonly SourceTransactionType: "Invoice" | "Payment" | "Refund";
  readonly AdjustmentDate: string;
  readonly Comment: string | undefined;
  readonly ReferenceId: string | undefined;
  ReasonCode: string | undefined;
  readonly AccountingCode: string | undefined;
  Status: "Processed" | "Canceled";
  /** Epoch milliseconds. */
  CancelledOn: number | undefined;
  readonly CreatedDate: number;
  UpdatedDate: number;
  readonly CreatedById: string;
  UpdatedById: string;
};

/** Of an invoice as a whole, or of one of its items: it moves no credit. */
export type InvoiceAdjustmentRecord = {
  readonly Id: string;
  readonly AdjustmentNumber: string;
  readonly AccountId: string;
  readonly InvoiceId: string;
  readonly InvoiceNumber: string;
  readonly Type: "Charge" | "Credit";
  readonly Amount: Money;
  readonly AdjustmentDate: string;
  Status: "Processed" | "Canceled";
  readonly CreatedDate: number;
  UpdatedDate: number;
  readonly CreatedById: string;
  UpdatedById: string;
};

export type PaymentRecord = {
  readonly Id: string;
  readonly AccountId: string;
  readonly InvoiceId: string;
  readonly Amount: Money;
  Status: "Processing" | "Processed" | "Error";
  readonly CreatedDate: number;
  UpdatedDate: number;
};

/**
 * A payment that a customer made, by the names of plain REST: of what payment runs charge, {@link PaymentRecord} tells.
 * What is neither unapplied nor refunded is applied.
 */
export type CustomerPaymentRecord = {
  readonly id: string;
  readonly number: string;
  readonly accountId: string;
  readonly currency: string;
  readonly effectiveDate: string;
  status: "Draft" | "Processing" | "Processed" | "Error" | "Canceled";
  /** Reserved for prepaid usage, and for nothing else. */
  readonly prepayment: boolean;
  /** Settled outside of Zuora. */
  readonly isStandalone: boolean;
  readonly amount: Money;
  unappliedAmount: Money;
  refundAmount: Money;
  readonly createdById: string;
  readonly createdDate: number;
  updatedDate: number;
};

/** What of a payment is on an invoice now; of nothing when all of it was taken back. */
export type PaymentPartRecord = {
  readonly id: string;
  readonly paymentId: string;
  readonly invoiceId: string;
  amount: Money;
  readonly createdById: string;
  readonly createdDate: number;
  updatedById: string;
  updatedDate: number;
};

/** One event: so much of a payment was put on an invoice, or where the amount is negative taken back from it. */
export type PaymentApplicationRecord = {
  readonly id: string;
  readonly paymentId: string;
  readonly invoiceId: string;
  readonly accountId: string;
  /** Everything of one call. */
  readonly applicationGroupId: string;
  applyAmount: Money;
  readonly effectiveDate: string;
  readonly createdById: string;
  readonly createdDate: number;
  updatedDate: number;
};

export type BillRunRecord = {
  readonly Id: string;
  readonly BillRunNumber: string;
  Status: "Pending" | "Processing" | "Completed" | "Error" | "Canceled" | "Posted";
  PostedDate: number | undefined;
  CreatedDate: number;
  UpdatedDate: number;
};

export type SubscriptionRecord = {
  readonly Id: string;
  readonly AccountId: string;
  readonly Name: string;
  Status: "Active" | "Cancelled" | "Expired";
};

/** A payment run. Absent filters exclude nothing. */
export type PaymentRunRecord = {
  readonly id: string;
  /** In Object Query it is `paymentRunNumber`. */
  readonly number: string;
  status: "Pending" | "Processing" | "Completed" | "Error" | "Canceled";
  readonly targetDate: string;
  /** In the tenant's time, `YYYY-MM-DD HH:mm:ss`; it starts on the hour. */
  readonly runDate: string;
  executedOn: number | undefined;
  completedOn: number | undefined;
  readonly batch?: string;
  readonly currency?: string;
  readonly accountId?: string;
  /** It applies credit memos to what it selects before it charges; only where a tenant has memos. */
  readonly autoApplyCreditMemo?: boolean;
  /** The same of unapplied payments. */
  readonly autoApplyUnappliedPayment?: boolean;
  readonly createdDate: number;
  updatedDate: number;
};

/** A credit memo, by the names of plain REST. What is neither unapplied nor refunded is applied. */
export type CreditMemoRecord = {
  readonly id: string;
  readonly number: string;
  readonly accountId: string;
  readonly currency: string;
  readonly creditMemoDate: string;
  status: "Draft" | "Posted" | "Canceled";
  readonly amount: Money;
  unappliedAmount: Money;
  refundAmount: Money;
  readonly source: "BillRun" | "API";
  /** A bill run's number, or of `API` the login name of a user, which is an e-mail address. */
  readonly sourceId: string | undefined;
  readonly sourceType: "Subscription" | "Standalone" | "Invoice" | "Order" | "CreditMemo" | "Consolidation";
  /** The invoice that it was made from. */
  readonly referredInvoiceId: string | undefined;
  excludeFromAutoApplyRules: boolean;
  readonly reversed: boolean;
  readonly reasonCode: string | undefined;
  comment: string | undefined;
  postedOn: number | undefined;
  /** Custom fields by API name, such as `LastSweep__c`. */
  custom: Readonly<Record<string, string>>;
  readonly createdById: string;
  readonly createdDate: number;
  updatedDate: number;
};

export type CreditMemoItemRecord = {
  readonly id: string;
  readonly creditMemoId: string;
  readonly amount: Money;
  unappliedAmount: Money;
  readonly subscriptionId: string;
  readonly subscriptionNumber: string;
  readonly processingType: "Charge" | "Discount" | "Tax";
  /** The invoice item that is credited; absent from memos made before July 2021. */
  readonly creditFromItemId: string | undefined;
  readonly creditFromItemSource: "InvoiceItem" | undefined;
};

/** How much of one item of a memo is on one item of an invoice. */
export type ItemPart = {
  readonly creditMemoItemId: string;
  readonly invoiceItemId: string;
  readonly amount: Money;
};

/** What of a memo is on an invoice now; of nothing when all of it was taken back. */
export type CreditMemoPartRecord = {
  readonly id: string;
  readonly creditMemoId: string;
  readonly invoiceId: string;
  amount: Money;
  items: readonly ItemPart[];
  readonly createdById: string;
  readonly createdDate: number;
  updatedById: string;
  updatedDate: number;
};

/** One event: so much of a memo was put on an invoice, or where the amount is negative taken back from it. */
export type CreditMemoApplicationRecord = {
  readonly id: string;
  readonly creditMemoId: string;
  readonly invoiceId: string;
  readonly accountId: string;
  /** Everything of one call. */
  readonly applicationGroupId: string;
  amount: Money;
  readonly effectiveDate: string;
  readonly createdById: string;
  readonly createdDate: number;
  updatedDate: number;
};
