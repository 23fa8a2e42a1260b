import {
  type AccountState,
  type CreditMemo,
  type CreditMemoRef,
  type Invoice,
  type InvoiceRef,
  isNegative,
  type LocalDate,
  type PaymentRef,
  type UnappliedPayment,
} from "./account.ts";
import { hasCreditBalance } from "./credit/mode.ts";
import type { Policy } from "./policy.ts";

/** Why something is left to people. Stable: reports, metrics and the runbook key on these words. */
export const holdReasons = [
  "account-not-active",
  "account-not-enabled",
  "batch-not-enabled",
  "currency-not-enabled",
  "opted-out",
  "over-account-limit",
  "transfer-only",
  "standing-credit-left",
  "payment-run-collecting",
  "payment-processing",
  "future-dated",
  "other-currency",
  "cancelled-by-person",
  "posted-before-start",
  "below-minimum-amount",
  "excluded-memo",
  "negative-invoice-under-settlement",
  "too-many-items",
] as const;

export type HoldReason = (typeof holdReasons)[number];

/**
 * A part of an account left alone, with the reason: one invoice, one credit memo, one unapplied payment, or without any
 * of them the account itself.
 */
export type Hold = {
  readonly reason: HoldReason;
  readonly invoice?: InvoiceRef | undefined;
  readonly creditMemo?: CreditMemoRef | undefined;
  readonly payment?: PaymentRef | undefined;
};

/** The memo or payment that a hold is about, which no invoice is. */
export const heldPayer = ({
  creditMemo,
  payment,
}: Pick<Hold, "creditMemo" | "payment">): CreditMemoRef | PaymentRef | undefined => creditMemo ?? payment;

/** The invoice, memo or payment that a hold is about; undefined where it is about the whole account. */
export const heldPart = (hold: Hold): InvoiceRef | CreditMemoRef | PaymentRef | undefined =>
  hold.invoice ?? heldPayer(hold);

export const isOfWholeAccount = (hold: Hold): boolean => heldPart(hold) === undefined;

/** What rules look at to tell whose account is touched at all. */
export type AccountTerms = Pick<AccountState, "id" | "number" | "status" | "currency" | "batch" | "optedOut">;

/** Why nothing of an account is touched, if anything says so. */
export const holdOfAccount = (state: AccountTerms, policy: Policy): HoldReason | undefined => {
  if (state.status !== "Active") return "account-not-active";
  if (!isListed(policy.accountsAllowed, state) || policy.accountsDenied.some(names(state)))
    return "account-not-enabled";
  if (policy.currencies !== undefined && !policy.currencies.includes(state.currency)) return "currency-not-enabled";
  if (policy.batches !== undefined && !policy.batches.includes(state.batch ?? "")) return "batch-not-enabled";
  return state.optedOut ? "opted-out" : undefined;
};

/** What rules look at to tell whether one invoice is left alone. */
export type InvoiceTerms = Pick<Invoice, "balance" | "currency" | "invoiceDate" | "postedOn" | "hasCanceledAdjustment">;

/** Why one invoice is left alone, if anything says so. It never stops the account's other invoices. */
export const holdOfInvoice = (
  invoice: InvoiceTerms,
  state: Pick<AccountState, "mode" | "currency" | "today">,
  policy: Policy,
): HoldReason | undefined => {
  // It can be neither transferred nor converted (Zuora: Limitations in credit and debit memos).
  if (isNegative(invoice) && !hasCreditBalance(state.mode)) return "negative-invoice-under-settlement";
  if (invoice.hasCanceledAdjustment) return "cancelled-by-person";
  const reason = holdOfDocument(invoice, invoice.invoiceDate, state, policy);
  if (reason !== undefined) return reason;
  const minimum = policy.minimumAmount[state.currency];
  const isSmall = minimum !== undefined && invoice.balance.lt(0) && invoice.balance.times(-1).lt(minimum);
  return isSmall ? "below-minimum-amount" : undefined;
};

/** Why one credit memo is left alone, if anything says so. It never stops the account's other memos. */
export const holdOfCreditMemo = (memo: CreditMemo, state: AccountState, policy: Policy): HoldReason | undefined => {
  if (memo.wasUnapplied) return "cancelled-by-person";
  if (memo.isExcluded) return "excluded-memo";
  const reason = holdOfDocument(memo, memo.memoDate, state, policy);
  if (reason !== undefined) return reason;
  if (memo.hasTooManyItems) return "too-many-items";
  if (memo.isStanding && policy.standingCredit === "leave") return "standing-credit-left";
  const minimum = policy.minimumAmount[state.currency];
  // The original amount: what is left of a memo that has begun to pay is no smaller credit.
  return minimum !== undefined && memo.amount.lt(minimum) ? "below-minimum-amount" : undefined;
};

/** Why one unapplied payment is left alone, if anything says so. It never stops the account's other payments. */
export const holdOfPayment = (
  payment: UnappliedPayment,
  state: AccountState,
  policy: Policy,
): HoldReason | undefined => {
  const { currency, effectiveDate, wasUnapplied } = payment;
  if (wasUnapplied) return "cancelled-by-person";
  return holdOfDocument({ currency, postedOn: effectiveDate }, effectiveDate, state, policy);
};

/**
 * What holds everything alike that money comes from or goes to.
 *
 * @param day the day on its face
 */
const holdOfDocument = (
  { currency, postedOn }: Pick<Invoice, "currency" | "postedOn">,
  day: LocalDate,
  state: Pick<AccountState, "currency" | "today">,
  { postedSince }: Policy,
): HoldReason | undefined => {
  // Credit from an invoice dated after today is only available from that date on (Zuora: Rules for specifying the
  // adjustment date).
  if (day > state.today) return "future-dated";
  if (currency !== state.currency) return "other-currency";
  return postedOn < postedSince ? "posted-before-start" : undefined;
};

const names = (state: AccountTerms) => (key: string) => key === state.id || key === state.number;

const isListed = (keys: readonly string[] | undefined, state: AccountTerms): boolean =>
  keys === undefined || keys.some(names(state));
