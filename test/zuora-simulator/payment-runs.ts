import { min, subtract, zero } from "../../functions/domain/money.ts";
import type { AccountRecord, InvoiceRecord, PaymentRecord, PaymentRunRecord } from "./records.ts";
import type { Store } from "./store.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

const pageSizeMax = 40;

/** `GET /v1/payment-runs`: equality filters and pages. */
export const listPaymentRuns = (store: Store, { path }: TenantRequest): TenantResponse => {
  const query = new URL(path, "http://tenant").searchParams;
  const pageSize = Number(query.get("pageSize") ?? 20);
  const page = Number(query.get("page") ?? 1);
  if (!(pageSize >= 1 && pageSize <= pageSizeMax && page >= 1)) {
    return json(400, { success: false, reasons: [{ code: 58490020, message: `pageSize is 1 to ${pageSizeMax}` }] });
  }
  const status = query.get("status");
  const matching = store.paymentRuns.rows.filter((run) => status === null || run.status === status);
  const paymentRuns = matching.slice((page - 1) * pageSize, page * pageSize).map(written);
  return json(200, { paymentRuns, success: true }, paymentRuns.length);
};

const written = ({ executedOn, completedOn, ...run }: PaymentRunRecord) => ({
  ...run,
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
export const startPaymentRun = (store: Store, run: PaymentRunRecord, now: number): readonly PaymentRecord[] => {
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
  run: PaymentRunRecord,
  payments: readonly PaymentRecord[],
  now: number,
) => {
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
