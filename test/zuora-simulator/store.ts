import type {
  AccountRecord,
  AdjustmentRecord,
  BillRunRecord,
  InvoiceItemRecord,
  InvoiceRecord,
  PaymentRecord,
  PaymentRunRecord,
  SubscriptionRecord,
} from "./records.ts";

/** The rows of one key; a lone row stands for itself, since most keys have one and a tenant has many keys. */
type Entry<R> = R | R[];

/** Records in insertion order, with the look-ups that queries by account and invoice need. */
class Table<R extends object> {
  readonly rows: R[] = [];
  readonly #indexes: ReadonlyMap<string, Map<string, Entry<R>>>;

  constructor(indexed: readonly (keyof R & string)[]) {
    this.#indexes = new Map(indexed.map((name) => [name, new Map<string, Entry<R>>()]));
  }

  add(row: R): R {
    this.rows.push(row);
    for (const [name, index] of this.#indexes) {
      const key = String(row[name as keyof R]);
      const entry = index.get(key);
      if (entry === undefined) index.set(key, row);
      else if (Array.isArray(entry)) entry.push(row);
      else index.set(key, [entry, row]);
    }
    return row;
  }

  isIndexed(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** By an indexed field, whose value never changes. */
  where(name: string, key: string): readonly R[] {
    const entry = this.#indexes.get(name)?.get(key) ?? [];
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
    for (const row of this.rows.splice(0)) {
      for (const [name, index] of this.#indexes) index.delete(String(row[name as keyof R]));
    }
    for (const copy of copies) this.add({ ...copy });
  }
}

export type { Table };

/** Everything a tenant holds. */
export class Store {
  readonly accounts = new Table<AccountRecord>(["Id", "AccountNumber"]);
  readonly invoices = new Table<InvoiceRecord>(["Id", "InvoiceNumber", "AccountId"]);
  readonly invoiceItems = new Table<InvoiceItemRecord>(["Id", "InvoiceId"]);
  readonly adjustments = new Table<AdjustmentRecord>(["Id", "AccountId", "SourceTransactionId", "ReferenceId"]);
  readonly payments = new Table<PaymentRecord>(["Id", "AccountId"]);
  readonly billRuns = new Table<BillRunRecord>(["Id"]);
  readonly subscriptions = new Table<SubscriptionRecord>(["Id", "AccountId"]);
  readonly paymentRuns = new Table<PaymentRunRecord>(["id"]);

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
    };
  }

  restore(snapshot: StoreSnapshot): void {
    this.accounts.restore(snapshot.accounts);
    this.invoices.restore(snapshot.invoices);
    this.adjustments.restore(snapshot.adjustments);
    this.payments.restore(snapshot.payments);
    this.paymentRuns.restore(snapshot.paymentRuns);
  }
}

/** The records that change while the system runs. */
export type StoreSnapshot = {
  readonly accounts: readonly AccountRecord[];
  readonly invoices: readonly InvoiceRecord[];
  readonly adjustments: readonly AdjustmentRecord[];
  readonly payments: readonly PaymentRecord[];
  readonly paymentRuns: readonly PaymentRunRecord[];
};
