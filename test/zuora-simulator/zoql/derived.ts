import { subtract, sum, zero } from "../../../functions/domain/money.ts";
import { appliedOf } from "../credit-memos/build-memo.ts";
import type {
  AccountRecord,
  BillRunRecord,
  CreditMemoItemRecord,
  CreditMemoRecord,
  CustomerPaymentRecord,
  InvoiceRecord,
  PaymentApplicationRecord,
  PaymentRunRecord,
  Value,
} from "../records.ts";
import type { Store } from "../store.ts";
import { appliedOfPayment } from "../unapplied-payments/build-payment.ts";

type Derive<R> = (row: R, store: Store) => Value;

const postedOf = ({ Id }: AccountRecord, { invoices }: Store): readonly InvoiceRecord[] =>
  invoices.where("AccountId", Id).filter(({ Status }) => Status === "Posted");

const totalInvoiceBalance: Derive<AccountRecord> = (account, store) =>
  sum(postedOf(account, store).map(({ Balance }) => Balance));

const ofAccount: Readonly<Record<string, Derive<AccountRecord>>> = {
  TotalInvoiceBalance: totalInvoiceBalance,
  // Zuora: GET account, `balance` is what the invoices total less the credit.
  Balance: (account, store) => subtract(totalInvoiceBalance(account, store) as typeof zero, account.CreditBalance),
  LastInvoiceDate: (account, store) =>
    postedOf(account, store)
      .map(({ InvoiceDate }) => InvoiceDate)
      .sort()
      .at(-1),
};

const ofInvoice: Readonly<Record<string, Derive<InvoiceRecord>>> = {
  AmountWithoutTax: ({ Amount }) => Amount,
  TaxAmount: () => zero,
  AdjustmentAmount: () => zero,
  RefundAmount: () => zero,
  PaymentAmount: ({ Amount, Balance, CreditBalanceAdjustmentAmount, CreditMemoAmount }) =>
    subtract(subtract(subtract(Amount, Balance), CreditBalanceAdjustmentAmount), CreditMemoAmount),
  TargetDate: ({ InvoiceDate }) => InvoiceDate,
  Source: ({ BillRunId }) => (BillRunId === undefined ? "API" : "BillRun"),
  SourceId: ({ BillRunId, apiUser }, { billRuns }) =>
    BillRunId === undefined ? apiUser : billRuns.one("Id", BillRunId)?.BillRunNumber,
  SourceType: () => "Subscription",
};

const ofBillRun: Readonly<Record<string, Derive<BillRunRecord>>> = {
  ExecutedDate: ({ CreatedDate }) => CreatedDate,
  // Object Query's name for the same number.
  BillingRunNumber: ({ BillRunNumber }) => BillRunNumber,
};

const ofPaymentRun: Readonly<Record<string, Derive<PaymentRunRecord>>> = {
  // Object Query's name for the same number.
  PaymentRunNumber: ({ number }) => number,
};

/** Object Query's names; that `balance` is what is unapplied is inferred. */
const ofCreditMemo: Readonly<Record<string, Derive<CreditMemoRecord>>> = {
  MemoNumber: ({ number }) => number,
  MemoDate: ({ creditMemoDate }) => creditMemoDate,
  TotalAmount: ({ amount }) => amount,
  Balance: ({ unappliedAmount }) => unappliedAmount,
  AppliedAmount: (memo) => appliedOf(memo),
  DiscountAmount: () => zero,
  Comments: ({ comment }) => comment,
  InvoiceId: ({ referredInvoiceId }) => referredInvoiceId,
};

const ofCreditMemoItem: Readonly<Record<string, Derive<CreditMemoItemRecord>>> = {
  TaxAmount: () => zero,
};

const ofCustomerPayment: Readonly<Record<string, Derive<CustomerPaymentRecord>>> = {
  // Object Query's name for the same number.
  PaymentNumber: ({ number }) => number,
  AppliedAmount: (payment) => appliedOfPayment(payment),
  AppliedCreditBalanceAmount: () => zero,
  Type: () => "External",
};

const ofPaymentApplication: Readonly<Record<string, Derive<PaymentApplicationRecord>>> = {
  PaymentApplicationStatus: () => "Processed",
};

const derived: Readonly<Record<string, Readonly<Record<string, Derive<never>>>>> = {
  Account: ofAccount,
  Invoice: ofInvoice,
  BillRun: ofBillRun,
  PaymentRun: ofPaymentRun,
  CreditMemo: ofCreditMemo,
  CreditMemoItem: ofCreditMemoItem,
  CustomerPayment: ofCustomerPayment,
  PaymentApplication: ofPaymentApplication,
};

/** The value of a field as Zuora shows it: as stored, a custom field's, or what follows from other records. */
export const fieldValue = (store: Store, object: string, row: object, name: string): Value => {
  const derive = derived[object]?.[name];
  if (derive !== undefined) return derive(row as never, store);
  const fields = row as Readonly<Record<string, Value>> & { readonly custom?: Readonly<Record<string, string>> };
  return name.endsWith("__c") ? fields.custom?.[name] : fields[name];
};
