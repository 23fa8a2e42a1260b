import { min, subtract, zero } from "../../functions/domain/money.ts";
import type { AccountRecord, InvoiceRecord, PaymentRecord, PaymentRunRecord } from "./records.ts";
import { refuseRest } from "./rest-refusal.ts";
import type { Store } from "./store.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

const pageSizeMax = 40;

/** Filters of the list, equality only; `null` stands for no value. */
const filterNames = ["status", "targetDate", "batch", "currency", "accountId"] as const;

/** `GET /v1/payment-runs`: equality filters and pages. */
export const listPaymentRuns = (store: Store, request: TenantRequest): TenantResponse => {
  const query = new URL(request.path, "http://tenant").searchParams;
  const pageSize = Number(query.get("pageSize") ?? 20);
  const page = Number(query.get("page") ?? 1);
  if (
    !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= pageSizeMax && Number.isInteger(page) && page >= 1)
  ) {
    return refuseRest(request, 58490020, `pageSize is 1 to ${pageSizeMax} and page at least 1`);
  }
  const matching = store.paymentRuns.rows.filter((run) =>
    filterNames.every((name) => {
      const wanted = query.get(name);
      return wanted === null || (run[name] ?? "null") === wanted;
    }),
  );
  const paymentRuns = matching.slice((page - 1) * pageSize, page * pageSize).map(written);
  return json(200, { paymentRuns, success: true }, paymentRuns.length);
};

/** `GET /v1/payment-runs/{paymentRunKey}`: by id or number. */
export const retrievePaymentRun = (store: Store, request: TenantRequest, key: string): TenantResponse => {
  const run = store.paymentRuns.rows.find(({ id, paymentRunNumber }) => id === key || paymentRunNumber === key);
  if (run === undefined) return refuseRest(request, 58490040, `Cannot find entity by key: '${key}'.`);
  return json(200, { ...written(run), success: true }, 1);
};

const written = ({ executedOn, completedOn, batch, currency, accountId, ...run }: PaymentRunRecord) => ({
  ...run,
  batch: batch ?? null,
  currency: currency ?? null,
  accountId: accountId ?? null,
  executedOn: instantOrNull(executedOn),
  completedOn: instantOrNull(completedOn),
  collectPayment: true,
  applyCreditBalance: false,
});

const instantOrNull = (epochMs: number | undefined) =>
  epochMs === undefined ? null : new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");

/** Open invoices that a run selects: posted, due by the target date, paid automatically, and within its filters. */
export const selectedBy = ({ invoices, accounts }: Store, run: PaymentRunRecord): readonly InvoiceRecord[] =>
  invoices.rows.filter((invoice) => {
    const account = accounts.one("Id", invoice.AccountId);
    return account !== undefined && isSelected(run, account, invoice);
  });

const isSelected = (run: PaymentRunRecord, account: AccountRecord, invoice: InvoiceRecord): boolean =>
  invoice.Status === "Posted" &&
  invoice.Balance.gt(0) &&
  invoice.DueDate <= run.targetDate &&
  account.AutoPay &&
  invoice.AutoPay &&
  account.Status === "Active" &&
  (run.batch === undefined || run.batch === account.Batch) &&
  (run.currency === undefined || run.currency === account.Currency) &&
  (run.accountId === undefined || run.accountId === account.Id);

/** The run begins: it decides what it will charge, and the payments are on their way. */
export const startPaymentRun = (store: Store, { id }: PaymentRunRecord, now: number): readonly PaymentRecord[] => {
  const run = ownRun(store, id);
  run.status = "Processing";
  run.executedOn = now;
  return selectedBy(store, run).map((invoice) =>
    store.payments.add({
      Id: store.nextId("8ap"),
      AccountId: invoice.AccountId,
      InvoiceId: invoice.Id,
      Amount: invoice.Balance,
      Status: "Processing",
      CreatedDate: now,
      UpdatedDate: now,
    }),
  );
};

/** The gateway has answered: each payment takes its amount off its invoice. What is beyond the balance is a real overcharge. */
export const finishPaymentRun = (
  store: Store,
  { id }: PaymentRunRecord,
  payments: readonly PaymentRecord[],
  now: number,
) => {
  const run = ownRun(store, id);
  const overcharged: PaymentRecord[] = [];
  for (const payment of payments) {
    const invoice = store.invoices.one("Id", payment.InvoiceId);
    const own = store.payments.one("Id", payment.Id);
    if (invoice === undefined || own === undefined) continue;
    if (payment.Amount.gt(invoice.Balance)) overcharged.push(own);
    invoice.Balance = subtract(invoice.Balance, min(payment.Amount, invoice.Balance.gt(0) ? invoice.Balance : zero));
    invoice.UpdatedDate = now;
    own.Status = "Processed";
    own.UpdatedDate = now;
  }
  run.status = "Completed";
  run.completedOn = now;
  return overcharged;
};

/** The run as the store holds it now: a restored store holds other objects. */
const ownRun = (store: Store, id: string): PaymentRunRecord => {
  const run = store.paymentRuns.one("id", id);
  if (run === undefined) throw new RangeError(`no payment run ${id}`);
  return run;
};
