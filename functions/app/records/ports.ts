import type { AccountId, CreditMemoRef, InvoiceId, InvoiceRef, PaymentRef } from "../../domain/account.ts";
import type { Money } from "../../domain/money.ts";

/** A credit balance adjustment as Zuora recorded it, whoever made it. Instants are epoch milliseconds. */
export type AdjustmentRecord = {
  readonly id: string;
  /** Zuora's number, such as `CBA-00000001`. */
  readonly number: string;
  readonly accountId: AccountId;
  /** The other side of it: an invoice, or where `sourceType` says so a payment or a refund. */
  readonly invoice: InvoiceRef;
  /** `Invoice`, `Payment` or `Refund`; absent where Zuora does not tell, which is then an invoice. */
  readonly sourceType?: string | undefined;
  readonly type: "Increase" | "Decrease";
  /** It changed the invoice alone, and no credit: then `Increase` is Zuora's `Charge`, and `Decrease` its `Credit`. */
  readonly isOfInvoiceAlone?: true | undefined;
  readonly amount: Money;
  readonly status: "Processed" | "Canceled";
  /** `ReferenceId`: a run's id on ours; on others anything or nothing. */
  readonly reference: string | undefined;
  readonly comment: string | undefined;
  readonly createdAt: number;
  /** The last change; of a canceled one, its cancellation. */
  readonly updatedAt: number;
  /** Zuora's ids of the users who created and last changed it; absent where Zuora does not tell. */
  readonly createdBy?: string | undefined;
  readonly updatedBy?: string | undefined;
};

/** A posted invoice as a report looks at it. */
export type BilledInvoice = InvoiceRef & {
  readonly accountId: AccountId;
  readonly amount: Money;
  readonly balance: Money;
  /** Absent where Zuora does not tell; then the account's. */
  readonly currency: string | undefined;
  /** Epoch milliseconds; absent where Zuora does not tell. */
  readonly postedAt: number | undefined;
  /** Epoch milliseconds of its last change; absent where Zuora does not tell. */
  readonly updatedAt: number | undefined;
};

/** What names an account and its money to people. */
export type AccountLabel = {
  readonly number: string;
  readonly currency: string;
  readonly creditBalance: Money;
};

/**
 * Zuora's own records, which are the audit trail. Each method asks queries of its own, so that terms of a report check
 * one another. Instants are epoch milliseconds. With an account's id, of that account alone.
 */
export type Records = {
  /** Invoices of a negative amount, posted before an instant, that were negative at it or changed since. */
  invoicesPostedBefore(instant: number, accountId?: AccountId): Promise<readonly BilledInvoice[]>;
  /** Invoices of a negative amount, posted since an instant, and before another where there is one. */
  invoicesPostedSince(instant: number, until?: number, accountId?: AccountId): Promise<readonly BilledInvoice[]>;
  /** Invoices that are negative now. */
  negativeInvoices(accountId?: AccountId): Promise<readonly BilledInvoice[]>;
  /** Adjustments that were created since an instant, or canceled since. */
  adjustmentsSince(instant: number, accountId?: AccountId): Promise<readonly AdjustmentRecord[]>;
  adjustmentsOfInvoices(ids: readonly InvoiceId[]): Promise<readonly AdjustmentRecord[]>;
  adjustmentsOfAccounts(ids: readonly AccountId[]): Promise<readonly AdjustmentRecord[]>;
  /**
   * Invoice adjustments and invoice item adjustments, which move no credit; none where the tenant has no such objects.
   */
  adjustmentsOfInvoicesAlone(ids: readonly InvoiceId[]): Promise<readonly AdjustmentRecord[]>;
  adjustmentsOfRun(runId: string): Promise<readonly AdjustmentRecord[]>;
  accounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountLabel>>;
};

/** An application of a credit memo as Zuora recorded it, whoever made it; or that one was taken back. */
export type MemoApplicationRecord = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly creditMemo: CreditMemoRef;
  /** Absent where a debit memo was paid. */
  readonly invoice: InvoiceRef | undefined;
  /** Of the memo. */
  readonly currency: string;
  /** Less than nothing where it was taken back. */
  readonly amount: Money;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Zuora's id of the user. */
  readonly createdBy: string;
  /** By the user that this system signs in as: an application carries no other mark. */
  readonly isOurs: boolean;
};

/** The same of a payment. */
export type PaymentApplicationRecord = Omit<MemoApplicationRecord, "creditMemo"> & { readonly payment: PaymentRef };

/** What Zuora records of payments. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}. */
export type PaymentRecords = {
  /** Every application of a payment of an account, and what of them was taken back. */
  applicationsOfAccount(accountId: AccountId): Promise<readonly PaymentApplicationRecord[]>;
};

/** A posted credit memo as a report looks at it. Instants are epoch milliseconds. */
export type PostedMemo = CreditMemoRef & {
  readonly accountId: AccountId;
  readonly currency: string;
  readonly amount: Money;
  readonly unapplied: Money;
  readonly refunded: Money;
  readonly postedAt: number;
  /** Its last change; absent where Zuora does not tell. */
  readonly updatedAt: number | undefined;
  /** Nobody is to apply it by a rule; or the policy may say that nobody applies what a person or a migration made. */
  readonly isExcluded: boolean;
  readonly isStanding: boolean;
  /** All that there ever were. */
  readonly applications: readonly MemoApplicationRecord[];
};

/**
 * What Zuora records of credit memos. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}.
 */
export type MemoRecords = {
  /** Posted memos that have money left, or that changed or were applied since an instant; of one account or of all. */
  memosSince(instant: number, accountId?: AccountId): Promise<readonly PostedMemo[]>;
  /** Every posted memo of an account. */
  memosOfAccount(accountId: AccountId): Promise<readonly PostedMemo[]>;
};

/**
 * Money of somebody who has gone: credit of an account without an active subscription, as credit balance or on credit
 * memos. Refunding it is for people.
 */
export type StrandedCredit = {
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly currency: string;
  readonly amount: Money;
  /**
   * Epoch milliseconds of the last processed Increase, or of the last memo's posting; absent where there was none, as
   * of credit that was migrated.
   */
  readonly since: number | undefined;
};

export type AccountWithCredit = Omit<StrandedCredit, "since">;

/** What is asked about credit. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}. */
export type CreditRecords = {
  accountsWithCredit(): Promise<readonly AccountWithCredit[]>;
  withActiveSubscription(ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>>;
  /** Epoch milliseconds of each account's last processed Increase. */
  lastIncreases(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, number>>;
};

export type ReportFile = { readonly name: string; readonly contentType: string; readonly text: string };

/** Where the reports that come by themselves are kept. */
export type ReportArchive = {
  /** @returns where people find the folder, or why it could not be written as a whole */
  keep(folder: string, files: readonly ReportFile[]): Promise<{ readonly place: string } | { readonly failed: string }>;
};
