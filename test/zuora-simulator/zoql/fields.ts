/** What a field holds decides how it is compared and how its literal is written. */
export type FieldType = "text" | "number" | "boolean" | "date" | "dateTime";

export type Field = {
  readonly type: FieldType;
  readonly isFilterable: boolean;
  /** The WSDL version (`X-Zuora-WSDL-Version`) from which on the field exists. */
  readonly sinceWsdl: number;
};

const field = (type: FieldType, { filter = true, since = 0 } = {}): Field => ({
  type,
  isFilterable: filter,
  sinceWsdl: since,
});

const text = field("text");
const amount = field("number");
const yesOrNo = field("boolean");
const day = field("date");
const instant = field("dateTime");

const audit = { CreatedById: text, CreatedDate: instant, UpdatedById: text, UpdatedDate: instant };

const invoiceAdjustment = {
  Id: text,
  AdjustmentNumber: text,
  AccountId: text,
  InvoiceId: text,
  InvoiceNumber: text,
  Type: text,
  Amount: amount,
  AdjustmentDate: day,
  Status: text,
  ...audit,
};

/**
 * Objects and fields of Zuora's SOAP field pages. CreditMemo, PaymentRun and whatever else is not here is no object.
 */
export const objects: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Account: {
    Id: text,
    AccountNumber: text,
    Name: text,
    Status: text,
    Currency: text,
    Batch: text,
    AutoPay: yesOrNo,
    Balance: amount,
    CreditBalance: amount,
    TotalInvoiceBalance: amount,
    LastInvoiceDate: day,
    ParentId: text,
    DefaultPaymentMethodId: text,
    ...audit,
  },
  Invoice: {
    Id: text,
    InvoiceNumber: text,
    AccountId: text,
    Status: text,
    Amount: amount,
    AmountWithoutTax: amount,
    Balance: amount,
    Currency: field("text", { filter: false, since: 147 }),
    InvoiceDate: day,
    DueDate: day,
    TargetDate: day,
    PostedDate: instant,
    AutoPay: field("boolean", { since: 89 }),
    BillRunId: field("text", { since: 66 }),
    Source: text,
    SourceId: text,
    SourceType: field("text", { since: 118 }),
    IncludesOneTime: yesOrNo,
    IncludesRecurring: yesOrNo,
    IncludesUsage: yesOrNo,
    AdjustmentAmount: amount,
    CreditBalanceAdjustmentAmount: field("number", { filter: false }),
    PaymentAmount: amount,
    RefundAmount: amount,
    TaxAmount: amount,
    ...audit,
  },
  InvoiceItem: {
    Id: text,
    InvoiceId: text,
    SubscriptionId: text,
    SubscriptionNumber: text,
    ChargeAmount: amount,
    TaxAmount: amount,
    ProcessingType: text,
    AccountingCode: text,
    RatePlanChargeId: text,
    RevRecCode: text,
    RevRecStartDate: day,
    ServiceStartDate: day,
    ServiceEndDate: day,
    ...audit,
  },
  CreditBalanceAdjustment: {
    Id: text,
    Number: text,
    AccountId: text,
    Type: text,
    Amount: amount,
    SourceTransactionId: text,
    SourceTransactionNumber: text,
    SourceTransactionType: text,
    AdjustmentDate: day,
    Comment: text,
    ReferenceId: text,
    ReasonCode: text,
    AccountingCode: text,
    Status: text,
    CancelledOn: instant,
    TransferredToAccounting: text,
    ...audit,
  },
  InvoiceAdjustment: invoiceAdjustment,
  InvoiceItemAdjustment: invoiceAdjustment,
  Payment: { Id: text, AccountId: text, Amount: amount, Status: text, ...audit },
  BillRun: {
    Id: field("text", { since: 63 }),
    BillRunNumber: field("text", { since: 63 }),
    Status: field("text", { since: 63 }),
    PostedDate: field("dateTime", { since: 63 }),
    ExecutedDate: field("dateTime", { since: 63 }),
    InvoiceDate: field("date", { since: 63 }),
    TargetDate: field("date", { since: 63 }),
    NumberOfAccounts: field("number", { since: 63 }),
    NumberOfInvoices: field("number", { since: 63 }),
    AccountId: field("text", { since: 63 }),
    AutoPost: field("boolean", { since: 63 }),
    Batches: field("text", { since: 102 }),
    ErrorMessage: field("text", { filter: false, since: 63 }),
    CreatedDate: field("dateTime", { since: 63 }),
    UpdatedDate: field("dateTime", { since: 63 }),
  },
  Subscription: { Id: text, AccountId: text, Name: text, Status: text, ...audit },
};
