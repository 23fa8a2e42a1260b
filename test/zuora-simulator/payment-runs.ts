import { min, subtract, zero } from "../../functions/domain/money.ts";
import { applyMemosTo } from "./credit-memos/auto-apply.ts";
import type { MemoRules } from "./credit-memos/judge-application.ts";
import type { AccountRecord, InvoiceRecord, PaymentRecord, PaymentRunRecord } from "./records.ts";
import { refuseRest } from "./rest-refusal.ts";
import type { Store } from "./store.ts";
import type { Tenant } from "./tenant.ts";
import { applyPaymentsTo } from "./unapplied-payments/payment-hands.ts";
import { json, localDateTimeOf, type TenantRequest, type TenantResponse } from "./wire.ts";

const pageSizeMax = 40;

/** Filters of the list, equality only; `null` stands for no value. */
const filterNames = ["status", "targetDate", "createdDate", "updatedDate"] as const;

export const paymentRunParameters: readonly string[] = [...filterNames, "sort", "page", "pageSize"];

const sortNames: readonly string[] = ["status", "targetDate", "createdDate", "updatedDate"];

/**
 * `GET /v1/payment-runs`: equality filters, at most two sort fields and pages (Zuora: List payment runs). The signs of
 * `sort` run against habit: `-` is ascending, `+` and no sign are descending.
 */
export const listPaymentRuns = ({ store, timeZone }: Tenant, request: TenantRequest): TenantResponse => {
  const query = new URL(request.path, "http://tenant").searchParams;
  const pageSize = Number(query.get("pageSize") ?? 20);
  const page = Number(query.get("page") ?? 1);
  if (
    !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= pageSizeMax && Number.isInteger(page) && page >= 1)
  ) {
    return refuseRest(request, 58490020, `pageSize is 1 to ${pageSizeMax} and page at least 1`);
  }
  const order = orderOf(query.get("sort"));
  if (order === undefined) return refuseRest(request, 58490020, `sort is at most two of ${sortNames.join(", ")}`);
  const matching = store.paymentRuns.rows.map(writtenIn(timeZone)).filter((run) =>
    filterNames.every((name) => {
      const wanted = query.get(name);
      return wanted === null || (run[name] ?? "null") === wanted;
    }),
  );
  const paymentRuns = matching.toSorted(order).slice((page - 1) * pageSize, page * pageSize);
  query.set("page", String(page + 1));
  const next = page * pageSize < matching.length ? { nextPage: `/payment-runs?${query}` } : {};
  return json(200, { paymentRuns, ...next, success: true }, paymentRuns.length);
};

type Written = ReturnType<ReturnType<typeof writtenIn>>;

type Order = (a: Written, b: Written) => number;

const byNumber: Order = (a, b) => compareText(b.number, a.number);

/** Undefined where Zuora knows no such order. A `+` that was sent as it is arrives as a space. */
const orderOf = (sort: string | null): Order | undefined => {
  if (sort === null) return byNumber;
  const orders: Order[] = [];
  for (const each of sort.split(",")) {
    const [, sign, name = ""] = /^([-+ ]?)(\w+)$/.exec(each) ?? [];
    if (!sortNames.includes(name)) return undefined;
    const field = name as "status";
    orders.push((a, b) => (sign === "-" ? compareText(a[field], b[field]) : compareText(b[field], a[field])));
  }
  return orders.length > 2 ? undefined : (a, b) => orders.reduce((so, next) => so || next(a, b), 0) || byNumber(a, b);
};

const compareText = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** `GET /v1/payment-runs/{paymentRunKey}`: by id or number. */
export const retrievePaymentRun = (
  { store, timeZone }: Tenant,
  request: TenantRequest,
  key: string,
): TenantResponse => {
  const run = store.paymentRuns.rows.find(({ id, number }) => id === key || number === key);
  if (run === undefined) return refuseRest(request, 58490040, `Cannot find entity by key: '${key}'.`);
  return json(200, { ...writtenIn(timeZone)(run), success: true }, 1);
};

/** Times are the tenant's own, and carry no offset. */
const writtenIn = (timeZone: string) => (record: PaymentRunRecord) => {
  const instant = (epochMs: number): string => localDateTimeOf(timeZone, epochMs);
  const instantOrNull = (epochMs: number | undefined) => (epochMs === undefined ? null : instant(epochMs));
  const {
    autoApplyCreditMemo = false,
    autoApplyUnappliedPayment = false,
    executedOn,
    completedOn,
    batch,
    currency,
    accountId,
    createdDate,
    updatedDate,
    ...run
  } = record;
  return {
    ...run,
    batch: batch ?? null,
    currency: currency ?? null,
    accountId: accountId ?? null,
    executedOn: instantOrNull(executedOn),
    completedOn: instantOrNull(completedOn),
    collectPayment: true,
    applyCreditBalance: false,
    autoApplyCreditMemo,
    autoApplyUnappliedPayment,
    createdDate: instant(createdDate),
    updatedDate: instant(updatedDate),
  };
};

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

/**
 * The run begins: it applies credit memos and unapplied payments where it is told to, decides what it will charge, and
 * the payments are on their way.
 *
 * @param memoRules what applications are judged by; without, the run applies nothing
 */
export const startPaymentRun = (
  store: Store,
  { id }: PaymentRunRecord,
  now: number,
  memoRules?: MemoRules,
): readonly PaymentRecord[] => {
  const run = ownRun(store, id);
  if (run.autoApplyCreditMemo && memoRules !== undefined) applyMemosTo(store, selectedBy(store, run), memoRules);
  if (run.autoApplyUnappliedPayment && memoRules !== undefined)
    applyPaymentsTo(store, selectedBy(store, run), memoRules);
  run.status = "Processing";
  run.executedOn = now;
  run.updatedDate = now;
  return selectedBy(store, run).map((invoice) => beginPayment(store, invoice, now));
};

/** A payment of all that an invoice owes is on its way. */
export const beginPayment = (store: Store, invoice: InvoiceRecord, now: number): PaymentRecord =>
  store.payments.add({
    Id: store.nextId("8ap"),
    AccountId: invoice.AccountId,
    InvoiceId: invoice.Id,
    Amount: invoice.Balance,
    Status: "Processing",
    CreatedDate: now,
    UpdatedDate: now,
  });

/**
 * The gateway has answered: each payment takes its amount off its invoice. What is beyond the balance is a real
 * overcharge.
 */
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
  run.updatedDate = now;
  return overcharged;
};

/** The run as the store holds it now: a restored store holds other objects. */
const ownRun = (store: Store, id: string): PaymentRunRecord => {
  const run = store.paymentRuns.one("id", id);
  if (run === undefined) throw new RangeError(`no payment run ${id}`);
  return run;
};
