import { addInvoice, type InvoiceSpec } from "../build.ts";
import type { AccountRecord, CreditMemoRecord, InvoiceRecord } from "../records.ts";
import type { Store } from "../store.ts";
import type { TenantKind } from "../tenant-kind.ts";
import { addCreditMemo } from "./build-memo.ts";

/**
 * Whether a negative total of a bill run becomes a memo (Zuora: Invoice Settlement Harmonization, billing settings).
 */
export const makesMemos = (kind: TenantKind): boolean => kind === "settlement" || kind === "harmonized-on";

/** What a bill run made of a total. */
export type Billed =
  | { readonly kind: "invoice"; readonly invoice: InvoiceRecord }
  | { readonly kind: "memo"; readonly memo: CreditMemoRecord };

/** A bill run's total for an account: what is below zero becomes what the kind of tenant makes of it. */
export const billTotal = (
  { store, kind }: { readonly store: Store; readonly kind: TenantKind },
  account: AccountRecord,
  spec: InvoiceSpec & { readonly creditFromItemId?: string },
  now: number,
): Billed => {
  const { creditFromItemId, ...invoice } = spec;
  if (!spec.amount.startsWith("-") || !makesMemos(kind)) {
    return { kind: "invoice", invoice: addInvoice(store, account, invoice, now) };
  }
  const { invoiceDate, status, subscriptionNumber, currency, billRunId, items } = spec;
  const memo = addCreditMemo(
    store,
    account,
    {
      amount: spec.amount.slice(1),
      ...(currency === undefined ? {} : { currency }),
      ...(invoiceDate === undefined ? {} : { memoDate: invoiceDate }),
      ...(status === "Draft" || status === "Canceled" ? { status } : {}),
      ...(subscriptionNumber === undefined ? {} : { subscriptionNumber }),
      ...(creditFromItemId === undefined ? {} : { creditFromItemId }),
      ...(items === undefined
        ? {}
        : {
            items: items.map((item) => ({ ...item, processingType: "Charge" as const, amount: item.amount.slice(1) })),
          }),
      billRunNumber: store.billRuns.one("Id", billRunId ?? "")?.BillRunNumber ?? "BR-00000001",
    },
    now,
  );
  return { kind: "memo", memo };
};
