import {
  type AccountId,
  type AccountState,
  type CreditMemoRef,
  type Invoice,
  type InvoiceId,
  isNegative,
  type LocalDate,
  type PaymentRef,
  payersOf,
  unappliedIn,
} from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import { type HoldReason, heldPayer } from "../../domain/hold.ts";
import { type Money, negate, sum, zero } from "../../domain/money.ts";
import type { Planned } from "../settle/read-and-plan.ts";

/** One invoice, credit memo, unapplied payment or account that is held, with what is owed to the customer on it. */
export type Held = {
  readonly reason: HoldReason;
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly invoiceId: InvoiceId | undefined;
  /** Absent where a memo, a payment or the whole account is held. */
  readonly invoiceNumber: string | undefined;
  readonly creditMemo?: CreditMemoRef | undefined;
  readonly payment?: PaymentRef | undefined;
  readonly currency: string;
  /** What is negative of the invoice, unapplied of the memo or the payment, or all of the account. */
  readonly amount: Money;
  /** Of the invoice, or of the account's oldest negative one: when it was posted, in epoch milliseconds, and is due. */
  readonly postedAt: number | undefined;
  readonly dueDate: LocalDate | undefined;
};

/** What an account's plan holds, each with what is owed on it. */
export const heldOf = (planned: Planned | SettlementError): readonly Held[] => {
  if (planned instanceof SettlementError) return [];
  const { state, plan } = planned;
  return plan.holds.map((hold) => {
    const { reason, invoice, creditMemo, payment } = hold;
    const apart = payersOf(state).find(({ id }) => id === heldPayer(hold)?.id);
    if (apart !== undefined) {
      return {
        reason,
        accountId: state.id,
        accountNumber: state.number,
        invoiceId: undefined,
        invoiceNumber: undefined,
        ...(creditMemo === undefined ? { payment } : { creditMemo }),
        currency: apart.currency,
        amount: apart.unapplied,
        postedAt: apart.postedAt,
        dueDate: undefined,
      };
    }
    const negative = negativeOf(state, invoice?.id);
    const unapplied = invoice === undefined ? unappliedIn(payersOf(state)) : zero;
    const oldest = negative.toSorted((a, b) => (a.postedOn < b.postedOn ? -1 : 1))[0];
    const about = state.invoices.find(({ id }) => id === invoice?.id) ?? oldest;
    return {
      reason,
      accountId: state.id,
      accountNumber: state.number,
      invoiceId: invoice?.id,
      invoiceNumber: invoice?.number,
      currency: (invoice === undefined ? undefined : about?.currency) ?? state.currency,
      amount: sum([...negative.map(({ balance }) => negate(balance)), unapplied]),
      postedAt: about?.postedAt,
      dueDate: about?.dueDate,
    };
  });
};

const negativeOf = ({ invoices }: AccountState, invoiceId: string | undefined): readonly Invoice[] =>
  invoices.filter((each) => isNegative(each) && (invoiceId ?? each.id) === each.id);
