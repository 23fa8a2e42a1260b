import { decimalPlacesIn } from "../../../functions/domain/currency.ts";
import { decimalPlacesOf, type Money, sum } from "../../../functions/domain/money.ts";
import type { CreditMemoRecord, InvoiceRecord } from "../records.ts";
import type { Store } from "../store.ts";
import type { ApplicationRule } from "./split.ts";

/** What a tenant looks at when it judges an application. */
export type MemoRules = {
  readonly today: string;
  readonly now: number;
  readonly userId: string;
  /** Accounts whose accounting period is closed. */
  readonly closedPeriods: ReadonlySet<string>;
  readonly isWithoutRounding: boolean;
  readonly applicationRule: ApplicationRule;
  /** In [0, 1): decides orders that nobody should rely on. */
  readonly turn: () => number;
};

/** A numeric code of Zuora's, resource and category, with what a person reads. */
export type MemoRefusal = { readonly code: number; readonly message: string };

export type Entry = { readonly invoiceId: string; readonly amount: Money };

export type Application = {
  readonly effectiveDate?: string | undefined;
  readonly entries: readonly Entry[];
  /** Only to the items that are credited, one invoice in a call. */
  readonly toSourceItems?: boolean;
};

export const wrong = (message: string): MemoRefusal => ({ code: 53840020, message });

export const notAllowed = (message: string): MemoRefusal => ({ code: 53840030, message });

export type Target = { readonly invoice: InvoiceRecord; readonly amount: Money };

/** The invoices that entries name, each once. */
export const invoicesOf = (store: Store, entries: readonly Entry[]): readonly Target[] | MemoRefusal => {
  const targets: Target[] = [];
  for (const { invoiceId, amount } of entries) {
    const invoice = store.invoices.one("Id", invoiceId);
    if (invoice === undefined) return { code: 53840040, message: `Cannot find invoice by key: '${invoiceId}'.` };
    if (targets.some((each) => each.invoice === invoice)) return wrong("An invoice occurs twice.");
    targets.push({ invoice, amount });
  }
  return targets;
};

/** What of a memo or a payment decides whether it may pay. */
type Payer = Pick<CreditMemoRecord, "accountId" | "currency" | "unappliedAmount">;

/** The invoices that a memo or a payment may be applied to, or the first reason why Zuora refuses all of it. */
export const targetsOf = (
  store: Store,
  payer: Payer,
  { entries }: Application,
  rules: MemoRules,
  refusalOfPayer: MemoRefusal | undefined,
): readonly Target[] | MemoRefusal => {
  const invoices = invoicesOf(store, entries);
  if ("code" in invoices) return invoices;
  const refusals = invoices.map((each) => refusalOfInvoice(payer, each, rules));
  return refusalOfPayer ?? refusals.find((each) => each !== undefined) ?? invoices;
};

/** @param what names the payer */
export const refusalOfAmounts = (
  { currency, unappliedAmount }: Payer,
  entries: readonly Entry[],
  { isWithoutRounding }: MemoRules,
  what: string,
): MemoRefusal | undefined => {
  const places = decimalPlacesIn(currency);
  if (!isWithoutRounding && entries.some(({ amount }) => decimalPlacesOf(amount) > places))
    return wrong("The amount has wrong decimal places.");
  return sum(entries.map(({ amount }) => amount)).gt(unappliedAmount)
    ? notAllowed(`The amount exceeds the unapplied amount of the ${what}.`)
    : undefined;
};

const refusalOfInvoice = (payer: Payer, { invoice, amount }: Target, { today }: MemoRules): MemoRefusal | undefined => {
  if (invoice.AccountId !== payer.accountId) return wrong("The invoice belongs to another account.");
  if (invoice.Currency !== payer.currency) return wrong("The currencies differ.");
  if (invoice.Status !== "Posted") return notAllowed("The invoice is not posted.");
  if (invoice.InvoiceDate > today) return notAllowed("The invoice is dated in the future.");
  return amount.gt(invoice.Balance) ? wrong("The amount exceeds the balance of the invoice.") : undefined;
};
