import type { Value } from "../records.ts";
import type { Store, Table } from "../store.ts";
import { fieldValue } from "../zoql/derived.ts";

/** What a field holds decides how a filter compares it and how it is written. */
export type FieldKind = "text" | "number" | "boolean" | "dateTime";

export type Attribute = {
  readonly kind: FieldKind;
  readonly isFilterable: boolean;
  readonly of: (row: object) => Value;
};

export type Resource = {
  readonly table: Table<object>;
  /** By its camelCase name, as answers write it; filters write it in lower case. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Lower-case filter names that an index answers, by the field of the record. */
  readonly indexed: Readonly<Record<string, string>>;
  readonly expandable: Readonly<Record<string, (row: object) => { readonly name: string; readonly rows: Related }>>;
  readonly mustFilter: boolean;
};

/** Related records, with the resource that describes them; one record or a list. */
export type Related = { readonly resource: string; readonly found: object | readonly object[] | undefined };

/** Fields as `name:kind`, filterable where a `+` follows. */
const attributesOf = (store: Store, object: string, text: string): Readonly<Record<string, Attribute>> =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((each) => {
        const [, name = "", kind = "text", mark] = /^(\w+)(?::(\w+))?(\+)?$/.exec(each) ?? [];
        const field = `${name[0]?.toUpperCase()}${name.slice(1)}`;
        const of = (row: object) =>
          name in row ? (row as Record<string, Value>)[name] : fieldValue(store, object, row, field);
        return [name, { kind: kind as FieldKind, isFilterable: mark === "+", of }];
      }),
  );

/** What Object Query offers of each resource (Zuora: Object queries, one page per resource). */
export const resourcesOf = (store: Store): Readonly<Record<string, Resource>> => ({
  invoices: {
    table: store.invoices,
    attributes: attributesOf(
      store,
      "Invoice",
      `id+ invoiceNumber+ accountId+ status+ amount:number+ balance:number+ currency invoiceDate+ dueDate+
       postedDate:dateTime updatedDate:dateTime+ createdDate:dateTime autoPay:boolean source sourceType+ sourceId+
       creditBalanceAdjustmentAmount:number creditMemoAmount:number`,
    ),
    indexed: { id: "Id", accountid: "AccountId", invoicenumber: "InvoiceNumber" },
    expandable: {
      account: (row) => ({
        name: "account",
        rows: { resource: "accounts", found: store.accounts.one("Id", idOf(row, "AccountId")) },
      }),
      invoiceitems: (row) => ({
        name: "invoiceItems",
        rows: { resource: "invoice-items", found: store.invoiceItems.where("InvoiceId", idOf(row, "Id")) },
      }),
    },
    mustFilter: false,
  },
  accounts: {
    table: store.accounts,
    attributes: attributesOf(
      store,
      "Account",
      `id+ accountNumber+ name+ status+ currency+ batch+ balance:number+ autoPay:boolean creditBalance:number
       parentId+ lastInvoiceDate+ updatedDate:dateTime+ createdDate:dateTime`,
    ),
    indexed: { id: "Id", accountnumber: "AccountNumber" },
    expandable: {
      invoices: (row) => ({
        name: "invoices",
        rows: { resource: "invoices", found: store.invoices.where("AccountId", idOf(row, "Id")) },
      }),
    },
    mustFilter: false,
  },
  "invoice-items": {
    table: store.invoiceItems,
    attributes: attributesOf(
      store,
      "InvoiceItem",
      "id+ invoiceId+ subscriptionId+ subscriptionNumber+ chargeAmount:number",
    ),
    indexed: { id: "Id", invoiceid: "InvoiceId" },
    expandable: {},
    mustFilter: true,
  },
  "billing-runs": {
    table: store.billRuns,
    attributes: attributesOf(
      store,
      "BillRun",
      "id+ billingRunNumber+ status+ targetDate+ postedDate:dateTime updatedDate:dateTime+ createdDate:dateTime",
    ),
    indexed: { id: "Id" },
    expandable: {},
    mustFilter: false,
  },
  "credit-memos": {
    table: store.creditMemos,
    attributes: attributesOf(
      store,
      "CreditMemo",
      `id+ memoNumber+ accountId+ status+ memoDate+ totalAmount:number+ balance:number+ appliedAmount:number
       refundAmount:number discountAmount:number currency comments invoiceId+ source sourceId sourceType+
       excludeFromAutoApplyRules:boolean reversed:boolean postedOn:dateTime createdById updatedDate:dateTime+
       createdDate:dateTime`,
    ),
    indexed: { id: "id", accountid: "accountId" },
    expandable: {
      creditmemoitems: (row) => ({
        name: "creditMemoItems",
        rows: { resource: "credit-memo-items", found: store.creditMemoItems.where("creditMemoId", idOf(row, "id")) },
      }),
      creditmemoapplications: (row) => ({
        name: "creditMemoApplications",
        rows: {
          resource: "credit-memo-applications",
          found: store.creditMemoApplications.where("creditMemoId", idOf(row, "id")),
        },
      }),
    },
    mustFilter: false,
  },
  "credit-memo-items": {
    table: store.creditMemoItems,
    attributes: attributesOf(
      store,
      "CreditMemoItem",
      `id+ creditMemoId+ amount:number unappliedAmount:number taxAmount:number subscriptionId+ subscriptionNumber
       processingType creditFromItemId creditFromItemSource`,
    ),
    indexed: { id: "id", creditmemoid: "creditMemoId" },
    expandable: {},
    mustFilter: true,
  },
  "credit-memo-applications": {
    table: store.creditMemoApplications,
    attributes: attributesOf(
      store,
      "CreditMemoApplication",
      `id+ amount:number effectiveDate+ creditMemoId invoiceId+ debitMemoId+ accountId+ applicationGroupId+ createdById
       createdDate:dateTime updatedDate:dateTime+`,
    ),
    indexed: { id: "id", accountid: "accountId", invoiceid: "invoiceId" },
    expandable: {
      creditmemo: (row) => ({
        name: "creditMemo",
        rows: { resource: "credit-memos", found: store.creditMemos.one("id", idOf(row, "creditMemoId")) },
      }),
    },
    mustFilter: false,
  },
  payments: {
    table: store.customerPayments,
    attributes: attributesOf(
      store,
      "CustomerPayment",
      `id+ paymentNumber+ accountId+ status+ effectiveDate+ amount:number+ appliedAmount:number
       appliedCreditBalanceAmount:number unappliedAmount:number+ refundAmount:number currency type prepayment:boolean
       isStandalone:boolean createdById createdDate:dateTime+ updatedDate:dateTime+`,
    ),
    indexed: { id: "id", accountid: "accountId" },
    expandable: {
      paymentapplications: (row) => ({
        name: "paymentApplications",
        rows: {
          resource: "payment-applications",
          found: store.paymentApplications.where("paymentId", idOf(row, "id")),
        },
      }),
    },
    mustFilter: false,
  },
  "payment-applications": {
    table: store.paymentApplications,
    attributes: attributesOf(
      store,
      "PaymentApplication",
      `id+ applyAmount:number effectiveDate+ paymentApplicationStatus paymentId+ invoiceId debitMemoId accountId+
       applicationGroupId+ createdById createdDate:dateTime updatedDate:dateTime+`,
    ),
    indexed: { id: "id", accountid: "accountId", paymentid: "paymentId" },
    expandable: {
      payment: (row) => ({
        name: "payment",
        rows: { resource: "payments", found: store.customerPayments.one("id", idOf(row, "paymentId")) },
      }),
    },
    mustFilter: false,
  },
  "payment-runs": {
    table: store.paymentRuns,
    attributes: attributesOf(
      store,
      "PaymentRun",
      `id+ paymentRunNumber+ status+ targetDate+ runDate executedOn:dateTime completedOn:dateTime batch currency
       accountId updatedDate:dateTime+ createdDate:dateTime`,
    ),
    indexed: { id: "id" },
    expandable: {},
    mustFilter: false,
  },
});

const idOf = (row: object, name: string): string => String((row as Readonly<Record<string, unknown>>)[name]);
