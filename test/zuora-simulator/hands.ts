import { decimalPlacesIn } from "../../functions/domain/currency.ts";
import { localDateIn } from "../../functions/domain/local-time.ts";
import { add, fromDecimal, min, negate, subtract, sum, toDecimal } from "../../functions/domain/money.ts";
import { cancelAdjustment, createAdjustment, personId } from "./adjust.ts";
import { addBillRun } from "./build.ts";
import { billTotal } from "./credit-memos/bill.ts";
import type { AccountRecord, AdjustmentRecord, CreditMemoRecord, InvoiceRecord } from "./records.ts";
import type { Store } from "./store.ts";
import type { Tenant } from "./tenant.ts";
import { SentNumber } from "./wire.ts";

/**
 * A person cancels an adjustment in Zuora's own pages.
 *
 * @returns whether Zuora let them: credit that was spent meanwhile cannot be taken back
 */
export const cancelByHand = (tenant: Tenant, adjustment: AdjustmentRecord, now: number): boolean =>
  cancelAdjustment(tenant.store, adjustment, { ...tenant.rulesAt(now), userId: personId }) === undefined;

/** A customer pays so much of an open invoice, at most its balance. */
export const payByHand = (invoice: InvoiceRecord, amount: string, now: number): void => {
  invoice.Balance = subtract(invoice.Balance, min(fromDecimal(amount), invoice.Balance));
  invoice.UpdatedDate = now;
};

/** Somebody posts a draft; anything else stays what it is. */
export const postByHand = (invoice: InvoiceRecord, now: number): void => {
  if (invoice.Status !== "Draft") return;
  invoice.Status = "Posted";
  invoice.PostedDate = now;
  invoice.UpdatedDate = now;
};

/** So many invoices of a bill run that was just posted. */
export type PostedBillRun = {
  readonly id: string;
  readonly number: string;
  readonly invoices: readonly InvoiceRecord[];
  readonly memos: readonly CreditMemoRecord[];
};

/** Somebody posts a bill run in which so many active accounts were each billed a holiday stop. */
export const postBillRunByHand = (tenant: Tenant, accounts: number, now: number): PostedBillRun => {
  const { store, timeZone } = tenant;
  const { Id: id, BillRunNumber: number } = addBillRun(store, {}, now);
  const billed = store.accounts.rows
    .filter(({ Status }) => Status === "Active")
    .slice(0, accounts)
    .map((account) => billTotal(tenant, account, { ...holidayStop(account, timeZone, now), billRunId: id }, now));
  return {
    id,
    number,
    invoices: billed.flatMap((each) => (each.kind === "invoice" ? each.invoice : [])),
    memos: billed.flatMap((each) => (each.kind === "memo" ? each.memo : [])),
  };
};

/** A credit of a week or so, in the currency's own number of places. */
export const holidayStop = ({ Currency }: AccountRecord, timeZone: string, now: number) => {
  const places = decimalPlacesIn(Currency);
  const amount = places === 0 ? "-12" : `-12.${"3".repeat(places)}`;
  return { amount, invoiceDate: localDateIn(timeZone, now) };
};

/** Somebody books so much to the credit, as of an overpayment. */
export const creditByHand = (store: Store, account: AccountRecord, amount: string, now: number): void => {
  moveCredit(store, account, { Type: "Increase", Amount: fromDecimal(amount), SourceTransactionType: "Payment" }, now);
};

/**
 * Somebody adjusts an invoice, or an item of it: a charge adds to its balance, a credit takes from it. No credit moves.
 */
export const adjustInvoiceByHand = (
  store: Store,
  invoice: InvoiceRecord,
  {
    object,
    type,
    amount,
  }: { object: "InvoiceAdjustment" | "InvoiceItemAdjustment"; type: "Charge" | "Credit"; amount: string },
  now: number,
): void => {
  const ofItem = object === "InvoiceItemAdjustment";
  const table = ofItem ? store.invoiceItemAdjustments : store.invoiceAdjustments;
  const Amount = fromDecimal(amount);
  table.add({
    Id: store.nextId("8ad"),
    AdjustmentNumber: `${ofItem ? "IIA" : "IA"}-${String(table.rows.length + 1).padStart(8, "0")}`,
    AccountId: invoice.AccountId,
    InvoiceId: invoice.Id,
    InvoiceNumber: invoice.InvoiceNumber,
    Type: type,
    Amount,
    AdjustmentDate: new Date(now).toISOString().slice(0, 10),
    Status: "Processed",
    CreatedDate: now,
    CreatedById: personId,
    UpdatedDate: now,
    UpdatedById: personId,
  });
  invoice.Balance = type === "Charge" ? add(invoice.Balance, Amount) : subtract(invoice.Balance, Amount);
  invoice.UpdatedDate = now;
};

/** Somebody applies as much of the credit to an open invoice as it takes. */
export const applyByHand = (tenant: Tenant, account: AccountRecord, invoice: InvoiceRecord, now: number): void => {
  const Amount = new SentNumber(toDecimal(min(account.CreditBalance, invoice.Balance)));
  const fields = { Type: "Decrease", Amount, SourceTransactionId: invoice.Id };
  createAdjustment(tenant.store, fields, tenant.rulesAt(now));
};

/** The same of a refund, as Zuora records it. */
export const refundRecorded = (store: Store, account: AccountRecord, amount: string, now: number): void => {
  const Amount = min(fromDecimal(amount), account.CreditBalance);
  moveCredit(store, account, { Type: "Decrease", Amount, SourceTransactionType: "Refund" }, now);
};

type CreditChange = Pick<AdjustmentRecord, "Type" | "Amount" | "SourceTransactionType">;

const moveCredit = (store: Store, account: AccountRecord, change: CreditChange, now: number): void => {
  const source = store.nextId("8ap");
  store.adjustments.add({
    ...change,
    Id: store.nextId("8ac"),
    Number: `CBA-${String(store.adjustments.rows.length + 1).padStart(8, "0")}`,
    AccountId: account.Id,
    SourceTransactionId: source,
    SourceTransactionNumber: `P-${source.slice(-8)}`,
    AdjustmentDate: new Date(now).toISOString().slice(0, 10),
    Comment: undefined,
    ReferenceId: undefined,
    ReasonCode: undefined,
    AccountingCode: undefined,
    Status: "Processed",
    CancelledOn: undefined,
    CreatedDate: now,
    CreatedById: personId,
    UpdatedDate: now,
    UpdatedById: personId,
  });
  const moved = change.Type === "Increase" ? change.Amount : negate(change.Amount);
  account.CreditBalance = add(account.CreditBalance, moved);
  account.UpdatedDate = now;
};

/** The customer gets so much of the credit back, at most all of it, and nothing records it. */
export const refundByHand = (account: AccountRecord, amount: string, now: number): void => {
  account.CreditBalance = subtract(account.CreditBalance, min(fromDecimal(amount), account.CreditBalance));
  account.UpdatedDate = now;
};

/**
 * What the records of an account add up to: invoices less credit of every kind, and less what the customer paid beyond
 * them. No adjustment or application changes it.
 */
export const owedBy = ({ store }: Tenant, accountId: string) => {
  const account = store.accounts.one("Id", accountId);
  if (account === undefined) throw new RangeError(`no account ${accountId}`);
  const apart = [
    ...store.creditMemos.where("accountId", accountId),
    ...store.customerPayments.where("accountId", accountId),
  ];
  const unapplied = sum(apart.map(({ unappliedAmount }) => unappliedAmount));
  return store.invoices
    .where("AccountId", accountId)
    .filter(({ Status }) => Status === "Posted")
    .reduce((total, invoice) => add(total, invoice.Balance), negate(add(account.CreditBalance, unapplied)));
};
