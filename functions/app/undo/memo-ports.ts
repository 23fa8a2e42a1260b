import type { AccountId, CreditMemoRef, InvoiceId, InvoiceRef, PaymentRef } from "../../domain/account.ts";
import type { Money } from "../../domain/money.ts";

/** What an application took its money from. */
export type AppliedPart = { readonly creditMemo: CreditMemoRef } | { readonly payment: PaymentRef };

/** A credit memo, or a payment, that this system's user applied to an invoice. */
export type MemoApplication = AppliedPart & {
  readonly id: string;
  readonly accountId: AccountId;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

/**
 * What somebody took back from an invoice onto a memo or a payment; where Zuora shows it in the application itself,
 * nothing tells.
 */
export type TakenBack = {
  /** Zuora's id of the memo or the payment. */
  readonly payerId: string;
  readonly invoiceId: InvoiceId;
  /** Above nothing. */
  readonly amount: Money;
};

/** What is asked about applications of credit memos and of payments. All throw {@link SettlementError}. */
export type MemoApplications = {
  /**
   * Those that our user made from one instant to another, both included; and what anybody took back since the first.
   */
  ours(
    after: number,
    until: number,
  ): Promise<{ readonly applications: readonly MemoApplication[]; readonly takenBack: readonly TakenBack[] }>;
  /** What a memo or a payment pays of each invoice now. */
  parts(of: AppliedPart): Promise<ReadonlyMap<InvoiceId, Money>>;
  /** Takes the money back from the invoice onto the memo or the payment; there is no key to repeat it under. */
  unapply(application: MemoApplication): Promise<void>;
};
