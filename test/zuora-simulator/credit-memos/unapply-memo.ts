import { add, type Money, negate, subtract, zero } from "../../../functions/domain/money.ts";
import type { CreditMemoRecord, ItemPart } from "../records.ts";
import type { Store } from "../store.ts";
import { move } from "./apply-memo.ts";
import {
  type Application,
  invoicesOf,
  type MemoRefusal,
  type MemoRules,
  notAllowed,
  type Target,
  wrong,
} from "./judge-application.ts";

/** How an unapply shows among the applications: nobody says. Both must be understood. */
export type UnapplyShownAs = "negative-amount" | "changed-row";

export type UnapplyRules = MemoRules & { readonly unapplyShownAs: UnapplyShownAs };

/** Takes back what of a memo is on invoices; without entries, all of it. */
export const unapplyMemo = (
  store: Store,
  memo: CreditMemoRecord,
  { effectiveDate, entries }: Application,
  rules: UnapplyRules,
): MemoRefusal | undefined => {
  const parts = store.creditMemoParts.where("creditMemoId", memo.id).filter(({ amount }) => amount.gt(0));
  const wanted = entries.length > 0 ? entries : parts.map(({ invoiceId, amount }) => ({ invoiceId, amount }));
  if (memo.status !== "Posted") return notAllowed("Only credit memos in Posted status can be unapplied.");
  if (rules.closedPeriods.has(memo.accountId)) return notAllowed("The accounting period is closed.");
  const invoices = invoicesOf(store, wanted);
  if ("code" in invoices) return invoices;
  const applied = store.creditMemoApplications.where("creditMemoId", memo.id).map((each) => each.effectiveDate);
  const latest = applied.toSorted().at(-1) ?? memo.creditMemoDate;
  if (effectiveDate !== undefined && (effectiveDate > rules.today || effectiveDate < latest))
    return wrong("The effective date is before the latest application or in the future.");
  const held = (id: string): Money => parts.find(({ invoiceId }) => invoiceId === id)?.amount ?? zero;
  if (invoices.some(({ invoice, amount }) => amount.gt(held(invoice.Id))))
    return wrong("The amount exceeds what is applied to the invoice.");
  const group = store.nextId("8ag");
  for (const target of invoices) takeBack(store, memo, { ...target, group }, rules);
  return undefined;
};

const takeBack = (
  store: Store,
  memo: CreditMemoRecord,
  { invoice, amount, group }: Target & { readonly group: string },
  { now, today, userId, unapplyShownAs }: UnapplyRules,
): void => {
  const part = store.creditMemoParts
    .where("creditMemoId", memo.id)
    .find(({ invoiceId, amount: held }) => invoiceId === invoice.Id && held.gt(0));
  if (part === undefined) throw new RangeError("nothing of the memo is on the invoice");
  let left = amount;
  const items: ItemPart[] = [];
  // First in, first out (Zuora: Unapply credit memos).
  for (const item of part.items) {
    const taken = item.amount.gt(left) ? left : item.amount;
    left = subtract(left, taken);
    const own = store.creditMemoItems.one("id", item.creditMemoItemId);
    if (own !== undefined) own.unappliedAmount = add(own.unappliedAmount, taken);
    if (item.amount.gt(taken)) items.push({ ...item, amount: subtract(item.amount, taken) });
  }
  Object.assign(part, { amount: subtract(part.amount, amount), items, updatedById: userId, updatedDate: now });
  move(store, memo, invoice, negate(amount), now);
  if (unapplyShownAs === "changed-row") {
    shrinkRows(store, memo.id, invoice.Id, amount, now);
    return;
  }
  store.creditMemoApplications.add({
    id: store.nextId("8ak"),
    creditMemoId: memo.id,
    invoiceId: invoice.Id,
    accountId: memo.accountId,
    applicationGroupId: group,
    amount: negate(amount),
    effectiveDate: today,
    createdById: userId,
    createdDate: now,
    updatedDate: now,
  });
};

const shrinkRows = (store: Store, memoId: string, invoiceId: string, amount: Money, now: number): void => {
  let left = amount;
  for (const row of store.creditMemoApplications.where("creditMemoId", memoId)) {
    if (row.invoiceId !== invoiceId || !row.amount.gt(0) || !left.gt(0)) continue;
    const taken = row.amount.gt(left) ? left : row.amount;
    left = subtract(left, taken);
    row.amount = subtract(row.amount, taken);
    row.updatedDate = now;
  }
};
