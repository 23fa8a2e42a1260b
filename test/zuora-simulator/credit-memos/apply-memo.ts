import { decimalPlacesIn } from "../../../functions/domain/currency.ts";
import { add, type Money, subtract, sum, zero } from "../../../functions/domain/money.ts";
import type { CreditMemoRecord, InvoiceRecord, ItemPart } from "../records.ts";
import type { Store } from "../store.ts";
import {
  type Application,
  type MemoRefusal,
  type MemoRules,
  notAllowed,
  refusalOfAmounts,
  type Target,
  targetsOf,
  wrong,
} from "./judge-application.ts";
import { type Share, splitByRule } from "./split.ts";

const itemsOfOneInvoiceMax = 1_000;
const itemsMax = 15_000;

/** Applies a memo to invoices: all of it, or the first reason why Zuora refuses all of it. */
export const applyMemo = (
  store: Store,
  memo: CreditMemoRecord,
  application: Application,
  rules: MemoRules,
): MemoRefusal | undefined => {
  const invoices = targetsOf(store, memo, application, rules, refusalOfMemo(store, memo, application, rules));
  if ("code" in invoices) return invoices;
  const refusal = refusalOfItems(store, memo, invoices);
  if (refusal !== undefined) return refusal;
  const splits = invoices.map(({ invoice, amount }) => ({
    invoice,
    amount,
    items: application.toSourceItems ? toSourceItems(store, memo, invoice, amount) : undefined,
  }));
  if (splits.some(({ items }) => items !== undefined && "code" in items))
    return wrong("The credit memo items do not match the items of the invoice.");
  const group = store.nextId("8ag");
  for (const { invoice, amount, items } of splits) {
    carryOut(store, memo, { invoice, amount, items: items as readonly ItemPart[] | undefined, group }, rules);
  }
  return undefined;
};

const refusalOfMemo = (
  store: Store,
  memo: CreditMemoRecord,
  { entries, effectiveDate, toSourceItems = false }: Application,
  rules: MemoRules,
): MemoRefusal | undefined => {
  const { today, closedPeriods } = rules;
  if (memo.status !== "Posted") return notAllowed("Only credit memos in Posted status can be applied.");
  if (store.accounts.one("Id", memo.accountId)?.Status !== "Active") return notAllowed("The account is not active.");
  if (memo.creditMemoDate > today) return notAllowed("The credit memo is dated in the future.");
  if (closedPeriods.has(memo.accountId)) return notAllowed("The accounting period is closed.");
  if (effectiveDate !== undefined && (effectiveDate > today || effectiveDate < memo.creditMemoDate))
    return wrong("The effective date is out of range.");
  if (toSourceItems && entries.length !== 1)
    return wrong("With ApplyCreditToSourceItemRule a credit memo is applied to one invoice at a time.");
  return refusalOfAmounts(memo, entries, rules, "credit memo");
};

/** Items of nothing do not count (Zuora: Apply a credit memo, limits). */
const refusalOfItems = (store: Store, memo: CreditMemoRecord, targets: readonly Target[]): MemoRefusal | undefined => {
  const counts = targets.map(
    ({ invoice }) =>
      store.invoiceItems.where("InvoiceId", invoice.Id).filter((item) => !item.ChargeAmount.eq(0)).length,
  );
  const own = store.creditMemoItems.where("creditMemoId", memo.id).filter((item) => !item.amount.eq(0)).length;
  if (counts.some((count) => count > itemsOfOneInvoiceMax))
    return notAllowed(`An invoice of more than ${itemsOfOneInvoiceMax} items.`);
  return counts.reduce((total, count) => total + count, own) > itemsMax
    ? notAllowed(`More than ${itemsMax} items in all.`)
    : undefined;
};

/** Each memo item to the invoice item that it credits, at most what is open of both. */
const toSourceItems = (
  store: Store,
  memo: CreditMemoRecord,
  invoice: InvoiceRecord,
  amount: Money,
): readonly ItemPart[] | MemoRefusal => {
  const open = new Map(openItems(store, invoice).map(({ id, amount }) => [id, amount]));
  const parts: ItemPart[] = [];
  let left = amount;
  for (const { id, unappliedAmount, creditFromItemId = "" } of store.creditMemoItems.where("creditMemoId", memo.id)) {
    if (!unappliedAmount.gt(0)) continue;
    if (unappliedAmount.gt(open.get(creditFromItemId) ?? zero)) return wrong("No matching item.");
    const part = unappliedAmount.gt(left) ? left : unappliedAmount;
    parts.push({ creditMemoItemId: id, invoiceItemId: creditFromItemId, amount: part });
    left = subtract(left, part);
  }
  return left.eq(0) ? parts.filter((part) => part.amount.gt(0)) : wrong("No matching item.");
};

/** What is open of each item, as far as memos are concerned; items below zero take nothing. */
const openItems = (store: Store, { Id, Balance }: InvoiceRecord): readonly Share[] => {
  const taken = new Map<string, Money>();
  for (const { items } of store.creditMemoParts.where("invoiceId", Id)) {
    for (const { invoiceItemId, amount } of items)
      taken.set(invoiceItemId, add(taken.get(invoiceItemId) ?? zero, amount));
  }
  const open = store.invoiceItems
    .where("InvoiceId", Id)
    .map((item) => ({ id: item.Id, amount: subtract(item.ChargeAmount, taken.get(item.Id) ?? zero) }))
    .filter(({ amount }) => amount.gt(0));
  // An invoice may be built with a balance that its items do not add up to.
  const missing = subtract(Balance, sum(open.map(({ amount }) => amount)));
  return missing.gt(0) ? [...open, { id: `${Id}-rest`, amount: missing }] : open;
};

type Deed = Target & { readonly items: readonly ItemPart[] | undefined; readonly group: string };

const carryOut = (
  store: Store,
  memo: CreditMemoRecord,
  { invoice, amount, items, group }: Deed,
  { now, today, userId, isWithoutRounding, applicationRule, turn }: MemoRules,
): void => {
  const own = store.creditMemoItems.where("creditMemoId", memo.id);
  const from = own
    .map(({ id, unappliedAmount }) => ({ id, amount: unappliedAmount }))
    .filter((each) => each.amount.gt(0));
  const places = isWithoutRounding ? 9 : decimalPlacesIn(memo.currency);
  const sides = { from, to: openItems(store, invoice) };
  const parts = items ?? splitByRule(amount, sides, { rule: applicationRule, places, turn: turn() });
  for (const { creditMemoItemId, amount: given } of parts) {
    const item = store.creditMemoItems.one("id", creditMemoItemId);
    if (item !== undefined) item.unappliedAmount = subtract(item.unappliedAmount, given);
  }
  move(store, memo, invoice, amount, now);
  const by = { createdById: userId, createdDate: now, updatedDate: now };
  const part = store.creditMemoParts
    .where("creditMemoId", memo.id)
    .find(({ invoiceId, amount: held }) => invoiceId === invoice.Id && held.gt(0));
  if (part === undefined) {
    const ids = { id: store.nextId("8ah"), creditMemoId: memo.id, invoiceId: invoice.Id };
    store.creditMemoParts.add({ ...ids, ...by, amount, items: parts, updatedById: userId });
  } else {
    const more = { amount: add(part.amount, amount), items: [...part.items, ...parts] };
    Object.assign(part, more, { updatedById: userId, updatedDate: now });
  }
  store.creditMemoApplications.add({
    ...by,
    id: store.nextId("8ak"),
    creditMemoId: memo.id,
    invoiceId: invoice.Id,
    accountId: memo.accountId,
    applicationGroupId: group,
    amount,
    effectiveDate: today,
  });
};

/** Moves value between a memo and an invoice: positive towards the invoice. */
export const move = (store: Store, memo: CreditMemoRecord, invoice: InvoiceRecord, value: Money, now: number): void => {
  memo.unappliedAmount = subtract(memo.unappliedAmount, value);
  memo.updatedDate = now;
  invoice.Balance = subtract(invoice.Balance, value);
  invoice.CreditMemoAmount = add(invoice.CreditMemoAmount, value);
  invoice.UpdatedDate = now;
  const account = store.accounts.one("Id", memo.accountId);
  if (account !== undefined) account.UpdatedDate = now;
};
