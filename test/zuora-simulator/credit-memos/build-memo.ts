import { fromDecimal, type Money, subtract } from "../../../functions/domain/money.ts";
import { apiUserId } from "../authentication.ts";
import { apiUserDefault, dayOf, defaultInstant, ownSubscription } from "../build.ts";
import type { AccountRecord, CreditMemoItemRecord, CreditMemoRecord } from "../records.ts";
import type { Store } from "../store.ts";

/** One item of a built memo; its amount is decimal text. */
export type MemoItemSpec = {
  readonly amount: string;
  readonly subscriptionNumber?: string;
  /** The invoice item that is credited. */
  readonly creditFromItemId?: string;
  readonly processingType?: CreditMemoItemRecord["processingType"];
};

/** What one memo of an account differs in. Amounts are decimal text; without `unapplied` all of it is left. */
export type MemoSpec = {
  readonly amount: string;
  readonly unapplied?: string;
  readonly currency?: string;
  readonly memoDate?: string;
  readonly status?: CreditMemoRecord["status"];
  readonly excluded?: boolean;
  readonly reasonCode?: string;
  readonly subscriptionNumber?: string;
  readonly creditFromItemId?: string;
  readonly referredInvoiceId?: string;
  /** The number of the bill run that made it; null: it came through the API. */
  readonly billRunNumber?: string | null;
  /** Without, one item of the whole amount. */
  readonly items?: readonly MemoItemSpec[];
};

/** Adds a posted credit memo, as a bill run makes one where a tenant has them. */
export const addCreditMemo = (
  store: Store,
  account: AccountRecord,
  spec: MemoSpec,
  now = defaultInstant,
): CreditMemoRecord => {
  const { amount, status = "Posted", billRunNumber = "BR-00000001" } = spec;
  const memo = store.creditMemos.add({
    id: store.nextId("8ad"),
    number: `CM${String(store.creditMemos.rows.length + 1).padStart(8, "0")}`,
    accountId: account.Id,
    currency: spec.currency ?? account.Currency,
    creditMemoDate: spec.memoDate ?? dayOf(now),
    status,
    amount: fromDecimal(amount),
    unappliedAmount: fromDecimal(status === "Posted" ? (spec.unapplied ?? amount) : "0"),
    refundAmount: fromDecimal("0"),
    source: billRunNumber === null ? "API" : "BillRun",
    sourceId: billRunNumber ?? apiUserDefault,
    sourceType: billRunNumber === null ? "Standalone" : "Subscription",
    referredInvoiceId: spec.referredInvoiceId,
    excludeFromAutoApplyRules: spec.excluded ?? false,
    reversed: false,
    reasonCode: spec.reasonCode,
    comment: undefined,
    postedOn: status === "Posted" ? now : undefined,
    custom: {},
    createdById: apiUserId,
    createdDate: now,
    updatedDate: now,
  });
  for (const item of spec.items ?? [{ amount: spec.amount }]) addItem(store, account, memo, spec, item);
  return memo;
};

const addItem = (
  store: Store,
  account: AccountRecord,
  memo: CreditMemoRecord,
  spec: MemoSpec,
  item: MemoItemSpec,
): void => {
  const creditFromItemId = item.creditFromItemId ?? spec.creditFromItemId;
  const isWhole = memo.unappliedAmount.eq(memo.amount);
  store.creditMemoItems.add({
    id: store.nextId("8ai"),
    creditMemoId: memo.id,
    amount: fromDecimal(item.amount),
    // A memo that is applied in part is built with one item.
    unappliedAmount: isWhole ? fromDecimal(item.amount) : memo.unappliedAmount,
    subscriptionId: store.nextId("8as"),
    subscriptionNumber: item.subscriptionNumber ?? spec.subscriptionNumber ?? ownSubscription(account),
    processingType: item.processingType ?? "Charge",
    creditFromItemId,
    creditFromItemSource: creditFromItemId === undefined ? undefined : "InvoiceItem",
  });
};

/** A memo is what was applied, what is left, and what was refunded. */
export const appliedOf = ({ status, amount, unappliedAmount, refundAmount }: CreditMemoRecord): Money =>
  status === "Posted" ? subtract(subtract(amount, unappliedAmount), refundAmount) : fromDecimal("0");
