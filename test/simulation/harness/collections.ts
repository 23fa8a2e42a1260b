import { hasCreditBalance, hasCreditMemos } from "../../../functions/domain/credit/mode.ts";
import { type Money, min, subtract, toDecimal } from "../../../functions/domain/money.ts";
import { createAdjustment, personId } from "../../zuora-simulator/adjust.ts";
import { addPaymentRun } from "../../zuora-simulator/build.ts";
import { owedBy, payByHand } from "../../zuora-simulator/hands.ts";
import { beginPayment, finishPaymentRun, selectedBy, startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import type { CreditMemoRecord, InvoiceRecord, PaymentRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { SentNumber } from "../../zuora-simulator/wire.ts";
import type { Movement } from "./people.ts";
import type { World } from "./system.ts";
import type { Filters, PlannedRun } from "./timetable.ts";

/** Somebody charging customers, as it went. Instants are epoch milliseconds. */
export type Collection = {
  /** The payment run's number, or the id of a payment that no run made. */
  readonly name: string;
  /** What it may charge. */
  readonly filters: Partial<Filters>;
  /** From when on Zuora tells of it. */
  readonly createdAt: number;
  /** The hour that it was planned for; absent where it began as soon as it was known. */
  readonly hour?: number;
  beganAt?: number;
  endedAt?: number;
  /** Accounts with credit when it began that it did not apply itself. */
  withCredit?: ReadonlySet<string>;
  /** Accounts with an open invoice when it began that it could charge. */
  exposed?: ReadonlySet<string>;
  /**
   * Accounts with a posted negative invoice, or a memo that would be applied and that it did not apply, when it began.
   */
  negative: ReadonlySet<string>;
  payments: readonly PaymentRecord[];
};

/** Where collections take place, and what they leave to look at. */
export type Collecting = {
  readonly world: World;
  readonly tenant: Tenant;
  readonly movements: Movement[];
  readonly collections: Collection[];
};

/** Plans, starts and finishes one payment run at its times. */
export const collectByRun = async (where: Collecting, planned: PlannedRun): Promise<void> => {
  const { world, tenant, collections } = where;
  const { time, chance, faults } = world;
  const { store } = tenant;
  await sleepUntil(world, planned.createdAt);
  const { filters, createdAt, hour } = planned;
  const runDate = new Date(hour ?? createdAt).toISOString().slice(0, 19).replace("T", " ");
  const appliesMemos = planned.appliesCreditFirst && hasCreditMemos(world.mode);
  const run = addPaymentRun(
    store,
    { ...filters, runDate, ...(appliesMemos ? { autoApplyCreditMemo: true, autoApplyUnappliedPayment: true } : {}) },
    time.now(),
  );
  const collection: Collection = {
    name: run.number,
    filters,
    createdAt,
    ...(hour === undefined ? {} : { hour }),
    negative: new Set(),
    payments: [],
  };
  collections.push(collection);
  if (planned.canceledAt !== undefined) {
    await sleepUntil(world, planned.canceledAt);
    const own = store.paymentRuns.one("id", run.id);
    if (own !== undefined) Object.assign(own, { status: "Canceled", updatedDate: time.now() });
    collection.endedAt = time.now();
    faults.count("payment-run-canceled");
    return;
  }
  await sleepUntil(world, (hour ?? createdAt) + planned.delayMs);
  faults.count(hour === undefined ? "payment-run-at-once" : "payment-run");
  collection.beganAt = time.now();
  const open = store.invoices.rows.filter(
    ({ Status, Balance, AutoPay, AccountId }) =>
      Status === "Posted" && Balance.gt(0) && AutoPay && store.accounts.one("Id", AccountId)?.AutoPay === true,
  );
  collection.exposed = new Set(
    open.filter((invoice) => isAllowed(store, filters, invoice)).map(({ AccountId }) => AccountId),
  );
  if (planned.appliesCreditFirst) applyCreditTo(where, selectedBy(store, run));
  collection.withCredit = new Set(
    store.accounts.rows.filter(({ CreditBalance }) => CreditBalance.gt(0)).map(({ Id }) => Id),
  );
  const applied = store.creditMemoApplications.rows.length;
  collection.payments = startPaymentRun(store, run, time.now(), tenant.memoRulesAt(time.now(), personId));
  collection.negative = accountsOwed(world, tenant);
  for (const _ of store.creditMemoApplications.rows.slice(applied)) faults.count("memo-applied-by-a-run");
  await time.sleep(planned.durationMs);
  const { taken, declined } = Object.groupBy(collection.payments, () => (chance.hits(0.15) ? "declined" : "taken"));
  for (const { Id } of declined ?? []) {
    const own = store.payments.one("Id", Id);
    if (own !== undefined) Object.assign(own, { Status: "Error", UpdatedDate: time.now() });
    faults.count("payment-declined");
  }
  whileMoving(where, collection, () => finishPaymentRun(store, run, taken ?? [], time.now()));
  for (const _ of taken ?? []) faults.count("payment-of-a-run");
  collection.endedAt = time.now();
};

/** A customer pays an open invoice through a gateway that takes its time. */
export const collectOnePayment = async (where: Collecting): Promise<void> => {
  const { world, tenant, collections } = where;
  const { time, chance, faults } = world;
  const { invoices, payments } = tenant.store;
  const beingPaid = new Set(
    payments.rows.filter(({ Status }) => Status === "Processing").map((each) => each.InvoiceId),
  );
  const open = invoices.rows.filter(
    (each) => each.Status === "Posted" && each.Balance.gt(0) && !beingPaid.has(each.Id),
  );
  if (open.length === 0) return;
  const invoice = chance.pick(open);
  const now = time.now();
  const payment = beginPayment(tenant.store, invoice, now);
  const { Id: name, AccountId: accountId } = payment;
  const collection: Collection = {
    name,
    filters: { accountId },
    createdAt: now,
    beganAt: now,
    negative: new Set(),
    payments: [payment],
  };
  collections.push(collection);
  faults.count("payment-of-its-own");
  await time.sleep(10_000 + chance.below(300_000));
  whileMoving(where, collection, () => {
    const own = payments.one("Id", name);
    const paid = invoices.one("Id", invoice.Id);
    if (own === undefined || paid === undefined) throw new RangeError(`no payment ${name}`);
    payByHand(paid, toDecimal(payment.Amount), time.now());
    own.Status = "Processed";
    own.UpdatedDate = time.now();
  });
  collection.endedAt = time.now();
};

/** Whether a run's filters allow an open invoice. */
export const isAllowed = (
  store: Store,
  { targetDate, batch, currency, accountId }: Partial<Filters>,
  { AccountId, DueDate }: InvoiceRecord,
): boolean => {
  const account = store.accounts.one("Id", AccountId);
  return (
    account !== undefined &&
    (targetDate === undefined || DueDate <= targetDate) &&
    (batch === undefined || batch === account.Batch) &&
    (currency === undefined || currency === account.Currency) &&
    (accountId === undefined || accountId === account.Id)
  );
};

const sleepUntil = ({ time }: World, instant: number): Promise<void> => time.sleep(instant - time.now());

const accountsOwed = ({ mode, policy }: World, { store: { invoices, creditMemos } }: Tenant): ReadonlySet<string> => {
  const negatives = invoices.rows.filter(({ Status, Balance }) => Status === "Posted" && Balance.lt(0));
  const isLeft = ({ sourceType, excludeFromAutoApplyRules }: CreditMemoRecord) =>
    excludeFromAutoApplyRules || (policy.standingCredit === "leave" && isStanding(sourceType));
  const memos = creditMemos.rows.filter(
    (memo) => memo.status === "Posted" && memo.unappliedAmount.gt(0) && !isLeft(memo),
  );
  return new Set([
    ...(hasCreditBalance(mode) ? negatives.map(({ AccountId }) => AccountId) : []),
    ...(hasCreditMemos(mode) ? memos.map(({ accountId }) => accountId) : []),
  ]);
};

/** Not what billing itself credits. */
const isStanding = (sourceType: string): boolean => sourceType !== "Subscription" && sourceType !== "Order";

/** What Zuora does for a run that applies credit first: as much of the credit as the invoice takes. */
const applyCreditTo = ({ world, tenant }: Collecting, selected: ReturnType<typeof selectedBy>): void => {
  for (const invoice of selected) {
    const credit = tenant.store.accounts.one("Id", invoice.AccountId)?.CreditBalance;
    if (!credit?.gt(0)) continue;
    const Amount = new SentNumber(toDecimal(min(credit, invoice.Balance)));
    const fields = { Type: "Decrease", Amount, SourceTransactionId: invoice.Id };
    createAdjustment(tenant.store, fields, tenant.rulesAt(world.time.now()));
    world.faults.count("credit-applied-by-a-run");
  }
};

/** Notes what a change of invoices took off what each customer owes. */
const whileMoving = (
  { world, tenant, movements }: Collecting,
  { payments }: Collection,
  change: () => unknown,
): void => {
  const accountIds = new Set(payments.map(({ AccountId }) => AccountId));
  const before = new Map<string, Money>([...accountIds].map((id) => [id, owedBy(tenant, id)]));
  change();
  for (const [accountId, owed] of before) {
    const owes = subtract(owedBy(tenant, accountId), owed);
    movements.push({ kind: "payment-run", accountId, invoiceId: "", at: world.time.now(), owes });
  }
};
