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
const day = field("date");
const instant = field("dateTime");

/** Objects and fields of Zuora's SOAP field pages, as far as this project and its tests look at them. */
export const objects: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Account: {
    Id: text,
    AccountNumber: text,
    Name: text,
    Status: text,
    Currency: text,
    Batch: text,
    AutoPay: field("boolean"),
    CreditBalance: amount,
    CreatedDate: instant,
    UpdatedDate: instant,
  },
  Invoice: {
    Id: text,
    InvoiceNumber: text,
    AccountId: text,
    Status: text,
    Amount: amount,
    Balance: amount,
    Currency: field("text", { filter: false, since: 147 }),
    InvoiceDate: day,
    DueDate: day,
    PostedDate: instant,
    CreatedDate: instant,
    UpdatedDate: instant,
    AutoPay: field("boolean", { since: 89 }),
    BillRunId: field("text", { since: 66 }),
    CreditBalanceAdjustmentAmount: field("number", { filter: false }),
  },
  InvoiceItem: { Id: text, InvoiceId: text, SubscriptionId: text, SubscriptionNumber: text, ChargeAmount: amount },
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
    CancelledOn: day,
    CreatedDate: instant,
    UpdatedDate: instant,
  },
  Payment: { Id: text, AccountId: text, Amount: amount, Status: text, CreatedDate: instant, UpdatedDate: instant },
  BillRun: {
    Id: field("text", { since: 63 }),
    BillRunNumber: field("text", { since: 63 }),
    Status: field("text", { since: 63 }),
    PostedDate: field("dateTime", { since: 63 }),
    CreatedDate: field("dateTime", { since: 63 }),
    UpdatedDate: field("dateTime", { since: 63 }),
  },
  Subscription: { Id: text, AccountId: text, Name: text, Status: text },
};
