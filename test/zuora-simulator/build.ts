import { fromDecimal, zero } from "../../functions/domain/money.ts";
import type {
  AccountRecord,
  BillRunRecord,
  InvoiceItemRecord,
  InvoiceRecord,
  PaymentRunRecord,
  SubscriptionRecord,
} from "./records.ts";
import type { Store } from "./store.ts";

/** What one invoice of a built account differs in. Amounts are decimal text; without `balance` nothing was paid yet. */
export type InvoiceSpec = {
  readonly amount: string;
  readonly balance?: string;
  readonly number?: string;
  readonly status?: InvoiceRecord["Status"];
  readonly currency?: string;
  readonly invoiceDate?: string;
  readonly dueDate?: string;
  /** Epoch milliseconds. */
  readonly postedAt?: number;
  readonly subscriptionNumber?: string;
  readonly billRunId?: string;
  /** Who made it through the API, where no bill run did; null: nobody that Zuora names. */
  readonly apiUser?: string | null;
  /** Without, one item of the whole amount. */
  readonly items?: readonly ItemSpec[];
};

export type ItemSpec = {
  readonly amount: string;
  readonly subscriptionNumber?: string;
  readonly processingType?: InvoiceItemRecord["ProcessingType"];
  /** Tells apart the charges of one subscription. */
  readonly chargeId?: string;
};

export type AccountSpec = Partial<Omit<AccountRecord, "Id" | "CreditBalance">> & {
  readonly credit?: string;
  readonly invoices?: readonly InvoiceSpec[];
  readonly subscriptionStatus?: SubscriptionRecord["Status"];
};

const noCustomFields: AccountRecord["custom"] = {};

/** Zuora names a user by the login name, which is an address: whatever prints it fails a test. */
export const apiUserDefault = "api.user@example.invalid";

export const defaultInstant = Date.UTC(2026, 9, 1);

/** Adds an account with its invoices; names only what the account is about, everything else is ordinary. */
export const addAccount = (store: Store, spec: AccountSpec, now = defaultInstant): AccountRecord => {
  const { credit, invoices = [], subscriptionStatus = "Active", ...fields } = spec;
  const number = store.accounts.rows.length + 1;
  for (const name of Object.keys(fields.custom ?? {})) store.customFields.add(name);
  const account = store.accounts.add({
    Id: store.nextId("8aa"),
    AccountNumber: `A${String(number).padStart(8, "0")}`,
    Name: `Simulated Customer ${number}`,
    Status: "Active",
    Currency: "GBP",
    Batch: "Batch1",
    AutoPay: true,
    CreditBalance: credit === undefined ? zero : fromDecimal(credit),
    CreatedDate: now,
    UpdatedDate: now,
    custom: noCustomFields,
    workEmail: `customer${number}@example.invalid`,
    ...fields,
  });
  store.subscriptions.add({
    Id: store.nextId("8as"),
    AccountId: account.Id,
    Name: ownSubscription(account),
    Status: subscriptionStatus,
  });
  for (const invoice of invoices) addInvoice(store, account, invoice, now);
  return account;
};

/** Adds an invoice to an account, as a bill run would. */
export const addInvoice = (
  store: Store,
  account: AccountRecord,
  spec: InvoiceSpec,
  now = defaultInstant,
): InvoiceRecord => {
  const { status = "Posted", invoiceDate = dayOf(now), billRunId, apiUser = apiUserDefault } = spec;
  const number = store.invoices.rows.length + 1;
  const amount = fromDecimal(spec.amount);
  const invoice = store.invoices.add({
    Id: store.nextId("8ab"),
    InvoiceNumber: spec.number ?? `INV${String(number).padStart(8, "0")}`,
    AccountId: account.Id,
    Status: status,
    Amount: amount,
    Balance: spec.balance === undefined ? amount : fromDecimal(spec.balance),
    Currency: spec.currency ?? account.Currency,
    InvoiceDate: invoiceDate,
    DueDate: spec.dueDate ?? invoiceDate,
    PostedDate: status === "Posted" ? (spec.postedAt ?? now) : undefined,
    CreatedDate: now,
    UpdatedDate: now,
    AutoPay: true,
    BillRunId: billRunId,
    apiUser: billRunId === undefined ? (apiUser ?? undefined) : undefined,
    CreditBalanceAdjustmentAmount: zero,
    CreditMemoAmount: zero,
  });
  for (const item of spec.items ?? [{ amount: spec.amount }]) {
    store.invoiceItems.add({
      Id: store.nextId("8ai"),
      InvoiceId: invoice.Id,
      // Every version of a subscription has an id of its own.
      SubscriptionId: store.nextId("8as"),
      SubscriptionNumber: item.subscriptionNumber ?? spec.subscriptionNumber ?? ownSubscription(account),
      ChargeAmount: fromDecimal(item.amount),
      ProcessingType: item.processingType ?? "0",
      originalChargeId: item.chargeId,
    });
  }
  return invoice;
};

/** Adds a bill run that was posted; its invoices name it by `billRunId`. */
export const addBillRun = (store: Store, spec: Partial<BillRunRecord> = {}, now = defaultInstant): BillRunRecord =>
  store.billRuns.add({
    Id: store.nextId("8ae"),
    BillRunNumber: `BR-${String(store.billRuns.rows.length + 1).padStart(8, "0")}`,
    Status: "Posted",
    PostedDate: now,
    CreatedDate: now,
    UpdatedDate: now,
    ...spec,
  });

/** Plans a payment run; names only what it filters by. */
export const addPaymentRun = (
  store: Store,
  spec: Pick<PaymentRunRecord, "targetDate" | "runDate"> & Partial<PaymentRunRecord>,
  now = defaultInstant,
): PaymentRunRecord =>
  store.paymentRuns.add({
    id: store.nextId("8ar"),
    number: `PR-${String(store.paymentRuns.rows.length + 1).padStart(8, "0")}`,
    status: "Pending",
    executedOn: undefined,
    completedOn: undefined,
    createdDate: now,
    updatedDate: now,
    ...spec,
  });

/** The subscription of an account that has one. */
export const ownSubscription = ({ AccountNumber }: AccountRecord): string => `A-S${AccountNumber.slice(1)}`;

/** The day of an instant in UTC, `YYYY-MM-DD`. */
export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
