import type { AccountId, CreditMemoRef, InvoiceId, InvoiceRef } from "../../domain/account.ts";
import type { Money } from "../../domain/money.ts";

/** A credit memo that this system's user applied to an invoice. */
export type MemoApplication = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly creditMemo: CreditMemoRef;
  readonly invoice: InvoiceRef;
  readonly amount: Money;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

/** What somebody took back from an invoice onto a memo; where Zuora shows it in the application itself, nothing tells. */
export type TakenBack = {
  readonly creditMemoId: string;
  readonly invoiceId: InvoiceId;
  /** Above nothing. */
  readonly amount: Money;
};

/** What is asked about applications of credit memos. All throw {@link SettlementError}. */
export type MemoApplications = {
  /** Those that our user made from one instant to another, both included; and what anybody took back since the first. */
  ours(
    after: number,
    until: number,
  ): Promise<{ readonly applications: readonly MemoApplication[]; readonly takenBack: readonly TakenBack[] }>;
  /** What a memo pays of each invoice now. */
  parts(creditMemoId: string): Promise<ReadonlyMap<InvoiceId, Money>>;
  /** Takes the money back from the invoice onto the memo; there is no key to repeat it under. */
  unapply(application: MemoApplication): Promise<void>;
};
