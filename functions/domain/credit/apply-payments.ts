import { type Invoice, type InvoiceRef, type PaymentRef, refTo, type UnappliedPayment } from "../account.ts";
import type { Money } from "../money.ts";
import { applyInOrder, type Payer } from "./apply-in-order.ts";

/** How well an open invoice fits a payment, of which nothing else is known: 3 its amount, 4 not even that. */
export type PaymentRank = 3 | 4;

/** A part of an unapplied payment pays an open invoice. `rank` is absent where no choice was to be made. */
export type ApplyPayment = {
  readonly kind: "ApplyPayment";
  readonly payment: PaymentRef;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  readonly rank?: PaymentRank | undefined;
};

const none: ReadonlySet<string> = new Set();

/**
 * Lets unapplied payments pay open invoices, as {@link applyInOrder}: first an invoice of the very amount that was
 * paid, then whatever is due, the oldest payment first.
 */
export const applyPayments = (
  payments: readonly UnappliedPayment[],
  open: readonly Invoice[],
): readonly ApplyPayment[] =>
  applyInOrder<UnappliedPayment & Payer, PaymentRank>(
    payments.map((each) => ({ ...each, day: each.effectiveDate, creditedItemIds: none, subscriptionNumbers: none })),
    open,
    [3, 4],
  ).map(({ payer, ...applied }) => ({ kind: "ApplyPayment", payment: refTo(payer), ...applied }));
