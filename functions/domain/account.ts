import type { Mode } from "./credit/mode.ts";
import { type Money, sum } from "./money.ts";

/** A day as `YYYY-MM-DD` in the tenant's time zone. Compared as text, on purpose. */
export type LocalDate = string;

/** Zuora's id of a billing account; also the queue's message group. */
export type AccountId = string;

/** Whether a text may be an account's id: it is also an SQS message group id, of letters, digits and punctuation. */
export const isAccountId = (text: unknown): text is AccountId =>
  typeof text === "string" && /^[\x21-\x7e]{1,64}$/.test(text);

/** Zuora's id of an invoice. */
export type InvoiceId = string;

/** How an invoice is named to people and to Zuora. */
export type InvoiceRef = { readonly id: InvoiceId; readonly number: string };

/** How an invoice, a credit memo or a payment is named, of all that is known of it. */
export const refTo = ({ id, number }: InvoiceRef): InvoiceRef => ({ id, number });

/** A posted invoice, as far as settlement looks at it. */
export type Invoice = InvoiceRef & {
  /** The original total. Ranks compare it, since a transfer does not change it. */
  readonly amount: Money;
  /** What is still owed on it; negative when it is owed to the customer. */
  readonly balance: Money;
  readonly currency: string;
  readonly invoiceDate: LocalDate;
  readonly dueDate: LocalDate;
  /** The day of posting, or the invoice's date where Zuora does not tell. */
  readonly postedOn: LocalDate;
  /** Epoch milliseconds; absent where Zuora does not tell. Decides nothing: how late we are is measured by it. */
  readonly postedAt?: number | undefined;
  /** A credit balance adjustment of it was canceled, or a credit memo unapplied from it: a person said no. */
  readonly hasCanceledAdjustment: boolean;
  /** Zuora refuses its transfer, or whatever would pay it: the rest of the account is planned without it. */
  readonly isSetAside?: boolean | undefined;
  /**
   * No credit memo and no payment can be applied to it: counted, or Zuora said so. Credit balance and payment runs know
   * no such limit.
   */
  readonly hasTooManyItems?: boolean | undefined;
  /** A payment run may be charging it now, or soon. */
  readonly beingCollected: boolean;
  /**
   * `SubscriptionNumber`s of its items; absent while nobody looked.
   * Never `SubscriptionId`, which changes with every version of a subscription.
   */
  readonly subscriptionNumbers?: ReadonlySet<string> | undefined;
  /** Zuora's ids of its items; absent while nobody looked. */
  readonly itemIds?: ReadonlySet<string> | undefined;
};

/** Zuora's id of a credit memo, and how it is named to people. */
export type CreditMemoRef = { readonly id: string; readonly number: string };

/** A posted credit memo with money left: with Invoice Settlement, what a negative invoice is without. */
export type CreditMemo = CreditMemoRef & {
  /** The original total. Ranks compare it, as they compare an invoice's. */
  readonly amount: Money;
  /** What of it has paid nothing yet and was not refunded. */
  readonly unapplied: Money;
  readonly currency: string;
  readonly memoDate: LocalDate;
  /** The day of posting, or the memo's date where Zuora does not tell. */
  readonly postedOn: LocalDate;
  /** Epoch milliseconds; absent where Zuora does not tell. Decides nothing. */
  readonly postedAt?: number | undefined;
  /** Somebody said that nothing shall apply it by itself: `excludeFromAutoApplyRules`. */
  readonly isExcluded: boolean;
  /** Made by a person or a migration, and not by the billing of a subscription or an order. */
  readonly isStanding: boolean;
  /** It was taken back from an invoice: a person said no. */
  readonly wasUnapplied: boolean;
  /** It can be applied to no invoice, since its own items are as many as one application may have in all. */
  readonly hasTooManyItems?: boolean | undefined;
  /** `SubscriptionNumber`s of its items. */
  readonly subscriptionNumbers: ReadonlySet<string>;
  /** The very invoice items that its items credit: `creditFromItemId`. */
  readonly creditedItemIds: ReadonlySet<string>;
};

/** Zuora's id of a payment, and how it is named to people. */
export type PaymentRef = { readonly id: string; readonly number: string };

/** A processed payment with money that pays nothing yet: what a customer paid too much, or ahead of an invoice. */
export type UnappliedPayment = PaymentRef & {
  /** The original total. */
  readonly amount: Money;
  /** What of it has paid nothing yet and was not refunded. */
  readonly unapplied: Money;
  readonly currency: string;
  /** The day on which the customer paid. */
  readonly effectiveDate: LocalDate;
  /** Epoch milliseconds; absent where Zuora does not tell. Decides nothing. */
  readonly postedAt?: number | undefined;
  /** It was taken back from an invoice: a person said no. */
  readonly wasUnapplied: boolean;
};

/** Everything that decides what happens to one account, read at one time. */
export type AccountState = {
  readonly id: AccountId;
  readonly number: string;
  readonly status: string;
  readonly currency: string;
  readonly batch?: string | undefined;
  readonly optedOut: boolean;
  readonly creditBalance: Money;
  /** The part of `creditBalance` that others put there (`credit/credit-book.ts`). Absent where nothing asks. */
  readonly standingCredit?: Money | undefined;
  /** The part that came back when a person canceled an application of ours. Absent where there is none. */
  readonly freedCredit?: Money | undefined;
  /** A payment of the account is in `Processing`: no balance shows it yet. Direct debits take days. */
  readonly paymentProcessing?: boolean | undefined;
  readonly today: LocalDate;
  /** Epoch milliseconds at which it was judged whether a payment run is near; absent where nobody writes by it. */
  readonly judgedAt?: number | undefined;
  /** Epoch milliseconds: when any of its invoices changed last; absent where Zuora does not tell. Decides no step. */
  readonly changedAt?: number | undefined;
  /**
   * Posted invoices: every open and every negative one, and every *source*: an invoice with
   * `amount` < 0 that is still negative or was updated in the last 14 days.
   */
  readonly invoices: readonly Invoice[];
  /** How the tenant keeps what it owes to customers; absent: as credit balance. */
  readonly mode?: Mode | undefined;
  /** Posted credit memos with money left; absent where none are asked for. */
  readonly creditMemos?: readonly CreditMemo[] | undefined;
  /** Payments with money left; absent where the policy leaves them. */
  readonly unappliedPayments?: readonly UnappliedPayment[] | undefined;
};

/**
 * All that the tenant keeps for the customer: as credit balance, on credit memos, and of payments that may be applied.
 */
export const creditOf = (state: AccountState): Money => sum([state.creditBalance, unappliedIn(payersOf(state))]);

/** Credit memos and payments with money left: what an invoice may be paid out of beside the credit balance. */
export const payersOf = ({
  creditMemos = [],
  unappliedPayments = [],
}: Pick<AccountState, "creditMemos" | "unappliedPayments">): readonly (CreditMemo | UnappliedPayment)[] => [
  ...creditMemos,
  ...unappliedPayments,
];

/** What these have left to pay with. */
export const unappliedIn = (payers: readonly { readonly unapplied: Money }[]): Money =>
  sum(payers.map(({ unapplied }) => unapplied));

/** Whether a part of the credit balance may have to be left where it is: it is not ours to apply. */
export const hasOthersCredit = ({ standingCredit, freedCredit }: AccountState): boolean =>
  [standingCredit, freedCredit].some((part) => part?.gt(0));

export const isNegative = (invoice: Pick<Invoice, "balance">): boolean => invoice.balance.lt(0);

export const isOpen = (invoice: Invoice): boolean => invoice.balance.gt(0);

/** A source ranks the open invoices, whether or not its own balance was transferred already. */
export const isSource = (invoice: Invoice): boolean => invoice.amount.lt(0);
