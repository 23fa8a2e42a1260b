import { fromDecimal, toDecimal } from "../../../functions/domain/money.ts";
import { personId } from "../adjust.ts";
import { apiUserId } from "../authentication.ts";
import { type AccountSpec, addAccount, addInvoice, type InvoiceSpec } from "../build.ts";
import type { AccountRecord, CreditMemoRecord } from "../records.ts";
import type { Store } from "../store.ts";
import type { TenantKind } from "../tenant-kind.ts";
import { applyMemo } from "./apply-memo.ts";
import { addCreditMemo } from "./build-memo.ts";
import type { MemoRules } from "./judge-application.ts";
import { unapplyMemo } from "./unapply-memo.ts";

/** Zuora's own reason code of what a migration to Invoice Settlement made of credit and of negative invoices. */
const migrated = "AR Mig - negative invoice";

/**
 * Adds the account of a case as a tenant of the kind holds it: below zero are invoices, credit memos, or where both
 * exist one of them and the next time the other; and credit that stands there is a migrated memo where there is no
 * credit balance.
 */
export const addCase = (store: Store, spec: AccountSpec, kind: TenantKind, now: number): AccountRecord => {
  if (kind === "legacy" || kind === "harmonized-off") return addAccount(store, spec, now);
  const { credit, invoices = [], ...fields } = spec;
  const isBelowZero = ({ amount }: InvoiceSpec) => amount.startsWith("-");
  const isSettlement = kind === "settlement";
  const account = addAccount(
    store,
    {
      ...fields,
      ...(isSettlement || credit === undefined ? {} : { credit }),
      invoices: invoices.filter((invoice) => !isBelowZero(invoice)),
    },
    now,
  );
  for (const [index, invoice] of invoices.filter(isBelowZero).entries()) {
    const isInvoice = !isSettlement && (store.accounts.rows.length + index) % 2 === 0;
    if (isInvoice) addInvoice(store, account, invoice, now);
    else addMemoInstead(store, account, invoice, now);
  }
  if (isSettlement && credit !== undefined)
    addCreditMemo(store, account, { amount: credit, billRunNumber: null, reasonCode: migrated }, now);
  return account;
};

const addMemoInstead = (store: Store, account: AccountRecord, spec: InvoiceSpec, now: number): void => {
  const { amount, invoiceDate, currency, subscriptionNumber, status } = spec;
  const mirrored = store.invoices
    .where("AccountId", account.Id)
    .find((invoice) => invoice.Status === "Posted" && invoice.Amount.plus(amount).eq(0));
  const [item] = mirrored === undefined ? [] : store.invoiceItems.where("InvoiceId", mirrored.Id);
  addCreditMemo(
    store,
    account,
    {
      amount: amount.slice(1),
      ...(invoiceDate === undefined ? {} : { memoDate: invoiceDate }),
      ...(currency === undefined ? {} : { currency }),
      ...(subscriptionNumber === undefined ? {} : { subscriptionNumber }),
      ...(status === "Draft" ? { status } : {}),
      ...(item === undefined ? {} : { creditFromItemId: item.Id }),
    },
    now,
  );
};

/**
 * A rare thing of tenants with memos alone: somebody keeps a memo for something, or a total stayed a negative invoice.
 */
export const addRarity = (store: Store, account: AccountRecord, index: number, now: number): void => {
  const [memo] = store.creditMemos.where("accountId", account.Id);
  if (index % 20 === 7 && memo !== undefined) memo.excludeFromAutoApplyRules = true;
  if (index % 40 === 13) addInvoice(store, account, { amount: "-3" }, now);
};

/** Somebody applied the memo to an invoice of its amount, and somebody else took it back. */
export const applyAndUnapply = (store: Store, memo: CreditMemoRecord, today: string, now: number): void => {
  const account = store.accounts.one("Id", memo.accountId);
  if (account === undefined) throw new RangeError(`no account ${memo.accountId}`);
  const amount = toDecimal(memo.amount);
  const invoice = addInvoice(store, account, { amount, invoiceDate: memo.creditMemoDate }, now);
  const rules: MemoRules = {
    today,
    now,
    userId: apiUserId,
    closedPeriods: new Set(),
    isWithoutRounding: false,
    applicationRule: "Proration",
    turn: () => 0,
  };
  const application = { entries: [{ invoiceId: invoice.Id, amount: fromDecimal(amount) }] };
  const refusal =
    applyMemo(store, memo, application, rules) ??
    unapplyMemo(store, memo, application, { ...rules, userId: personId, unapplyShownAs: "negative-amount" });
  if (refusal !== undefined) throw new Error(refusal.message);
};
