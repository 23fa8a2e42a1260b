import type { CreditMemo, InvoiceId } from "../../domain/account.ts";
import { instantOf, localDayOf } from "../query/fields.ts";
import type { MemoRecord } from "./memo-records.ts";

/** What billing itself makes; everything else is a person's or a migration's (Zuora: source types of credit memos). */
export const isOfBilling = (sourceType: unknown): boolean => sourceType === "Subscription" || sourceType === "Order";

/** Zuora's limit on the items of an application, those of nothing left out and those of the invoice included. */
const itemsMax = 15_000;

/** One memo in the domain's words. */
export const toCreditMemo = (record: MemoRecord, timeZone: string): CreditMemo => {
  const items = record.creditMemoItems ?? [];
  const credited = items.filter(({ creditFromItemSource = "InvoiceItem" }) => creditFromItemSource === "InvoiceItem");
  const { postedOn, memoDate } = record;
  return {
    id: record.id,
    number: record.memoNumber,
    amount: record.totalAmount,
    unapplied: record.balance,
    currency: record.currency,
    memoDate,
    postedOn: postedOn === undefined ? memoDate : localDayOf(postedOn, timeZone),
    postedAt: instantOf(postedOn),
    isExcluded: record.excludeFromAutoApplyRules === true,
    isStanding: !isOfBilling(record.sourceType),
    ...(items.filter(({ amount }) => !amount?.eq(0)).length < itemsMax ? {} : { hasTooManyItems: true }),
    wasUnapplied: (record.creditMemoApplications ?? []).some(wasTakenBack),
    subscriptionNumbers: new Set(items.flatMap(({ subscriptionNumber }) => subscriptionNumber ?? [])),
    creditedItemIds: new Set(credited.flatMap(({ creditFromItemId }) => creditFromItemId ?? [])),
  };
};

/** The invoices that a memo paid and that somebody took its money back from. */
export const takenBackFrom = ({ creditMemoApplications }: MemoRecord): readonly InvoiceId[] =>
  (creditMemoApplications ?? []).filter(wasTakenBack).flatMap(({ invoiceId }) => invoiceId ?? []);

type Application = NonNullable<MemoRecord["creditMemoApplications"]>[number];

/**
 * How an unapply shows is not documented: as an application of less than nothing, or in the first one, with nothing
 * left of it. That it was changed alone says nothing, since accounting changes applications as well.
 */
const wasTakenBack = ({ amount }: Application): boolean => !amount.gt(0);
