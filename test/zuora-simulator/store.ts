import type {
  AccountRecord,
  AdjustmentRecord,
  BillRunRecord,
  CreditMemoApplicationRecord,
  CreditMemoItemRecord,
  CreditMemoPartRecord,
  CreditMemoRecord,
  CustomerPaymentRecord,
  InvoiceAdjustmentRecord,
  InvoiceItemRecord,
  InvoiceRecord,
  PaymentApplicationRecord,
  PaymentPartRecord,
  PaymentRecord,
  PaymentRunRecord,
  SubscriptionRecord,
} from "./records.ts";

/** The rows of one key; a lone row stands for itself, since most keys have one and a tenant has many keys. */
type Entry<R> = R | R[];

/** Records in insertion order, with the look-ups that queries by account and invoice need. */
class Table<R extends object> {
  readonly rows: R[] = [];
  /** Built when it is first asked for: most never are, and they would be most of what a large tenant takes. */
  readonly #indexes = new Map<string, Map<string, Entry<R>>>();
  readonly #indexed: ReadonlySet<string>;

  constructor(indexed: readonly (keyof R & string)[]) {
    this.#indexed = new Set(indexed);
  }

  add(row: R): R {
    this.rows.push(row);
    for (const [name, index] of this.#indexes) enter(index, name, row);
    return row;
  }

  isIndexed(name: string): boolean {
    return this.#indexed.has(name);
  }

  /** By an indexed field, whose value never changes. */
  where(name: string, key: string): readonly R[] {
    const entry = this.#indexOf(name).get(key) ?? [];
    return Array.isArray(entry) ? entry : [entry];
  }

  one(name: keyof R & string, key: string): R | undefined {
    return this.where(name, key)[0];
  }

  copy(): R[] {
    return this.rows.map((row) => ({ ...row }));
  }

  /** Takes rows back to what they were; rows that came later are forgotten. */
  restore(copies: readonly R[]): void {
    this.#indexes.clear();
    this.rows.length = 0;
    for (const copy of copies) this.rows.push({ ...copy });
  }

  #indexOf(name: string): ReadonlyMap<string, Entry<R>> {
    const built = this.#indexes.get(name);
    if (built !== undefined) return built;
    if (!this.isIndexed(name)) throw new RangeError(`no index on ${name}`);
    const index = new Map<string, Entry<R>>();
    for (const row of this.rows) enter(index, name, row);
    this.#indexes.set(name, index);
    return index;
  }
}

const enter = <R extends object>(index: Map<string, Entry<R>>, name: string, row: R): void => {
  const key = String(row[name as keyof R]);
  const entry = index.get(key);
  if (entry === undefined) index.set(key, row);
  else if (Array.isArray(entry)) entry.push(row);
  else index.set(key, [entry, row]);
};

export type { Table };

/** Everything a tenant holds. */
export class Store {
  readonly accounts = new Table<AccountRecord>(["Id", "AccountNumber"]);
  readonly invoices = new Table<InvoiceRecord>(["Id", "InvoiceNumber", "AccountId"]);
  readonly invoiceItems = new Table<InvoiceItemRecord>(["Id", "InvoiceId"]);
  readonly adjustments = new Table<AdjustmentRecord>(["Id", "AccountId", "SourceTransactionId", "ReferenceId"]);
  readonly invoiceAdjustments = new Table<InvoiceAdjustmentRecord>(["Id", "InvoiceId"]);
  readonly invoiceItemAdjustments = new Table<InvoiceAdjustmentRecord>(["Id", "InvoiceId"]);
  readonly payments = new Table<PaymentRecord>(["Id", "AccountId"]);
  readonly billRuns = new Table<BillRunRecord>(["Id"]);
  readonly subscriptions = new Table<SubscriptionRecord>(["Id", "AccountId"]);
  readonly paymentRuns = new Table<PaymentRunRecord>(["id"]);
  readonly creditMemos = new Table<CreditMemoRecord>(["id", "number", "accountId"]);
  readonly creditMemoItems = new Table<CreditMemoItemRecord>(["id", "creditMemoId"]);
  readonly creditMemoParts = new Table<CreditMemoPartRecord>(["id", "creditMemoId", "invoiceId"]);
  readonly creditMemoApplications = new Table<CreditMemoApplicationRecord>([
    "id",
    "accountId",
    "creditMemoId",
    "invoiceId",
  ]);

  readonly customerPayments = new Table<CustomerPaymentRecord>(["id", "number", "accountId"]);
  readonly paymentParts = new Table<PaymentPartRecord>(["id", "paymentId", "invoiceId"]);
  readonly paymentApplications = new Table<PaymentApplicationRecord>(["id", "accountId", "paymentId", "invoiceId"]);

  /** API names of the custom fields that the tenant has on accounts; every other `__c` is an unknown field. */
  readonly customFields = new Set<string>();
  /** The same of credit memos. */
  readonly memoCustomFields = new Set<string>();
  /** Fields that a feature of the tenant adds, such as `InvoiceItem.Field`. */
  readonly featureFields = new Set<string>();

  #count = 0;

  /** The next of Zuora's 32-character ids. */
  nextId(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count.toString(16).padStart(32 - prefix.length, "0")}`;
  }

  snapshot(): StoreSnapshot {
    return {
      accounts: this.accounts.copy(),
      invoices: this.invoices.copy(),
      adjustments: this.adjustments.copy(),
      payments: this.payments.copy(),
      paymentRuns: this.paymentRuns.copy(),
      creditMemos: this.creditMemos.copy(),
      creditMemoItems: this.creditMemoItems.copy(),
      creditMemoParts: this.creditMemoParts.copy(),
      creditMemoApplications: this.creditMemoApplications.copy(),
      customerPayments: this.customerPayments.copy(),
      paymentParts: this.paymentParts.copy(),
      paymentApplications: this.paymentApplications.copy(),
    };
  }

  restore(snapshot: StoreSnapshot): void {
    this.accounts.restore(snapshot.accounts);
    this.invoices.restore(snapshot.invoices);
    this.adjustments.restore(snapshot.adjustments);
    this.payments.restore(snapshot.payments);
    this.paymentRuns.restore(snapshot.paymentRuns);
    this.creditMemos.restore(snapshot.creditMemos);
    this.creditMemoItems.restore(snapshot.creditMemoItems);
    this.creditMemoParts.restore(snapshot.creditMemoParts);
    this.creditMemoApplications.restore(snapshot.creditMemoApplications);
    this.customerPayments.restore(snapshot.customerPayments);
    this.paymentParts.restore(snapshot.paymentParts);
    this.paymentApplications.restore(snapshot.paymentApplications);
  }
}

/** The records that change while the system runs. */
export type StoreSnapshot = {
  readonly accounts: readonly AccountRecord[];
  readonly invoices: readonly InvoiceRecord[];
  readonly adjustments: readonly AdjustmentRecord[];
  readonly payments: readonly PaymentRecord[];
  readonly paymentRuns: readonly PaymentRunRecord[];
  readonly creditMemos: readonly CreditMemoRecord[];
  readonly creditMemoItems: readonly CreditMemoItemRecord[];
  readonly creditMemoParts: readonly CreditMemoPartRecord[];
  readonly creditMemoApplications: readonly CreditMemoApplicationRecord[];
  readonly customerPayments: readonly CustomerPaymentRecord[];
  readonly paymentParts: readonly PaymentPartRecord[];
  readonly paymentApplications: readonly PaymentApplicationRecord[];
};
