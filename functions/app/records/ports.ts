import type { AccountId, InvoiceId, InvoiceRef } from "../../domain/account.ts";
import type { SettlementError } from "../../domain/errors.ts";
import type { Money } from "../../domain/money.ts";
import type { StepOutcome } from "../ports.ts";
import type { Planned } from "../settle/read-and-plan.ts";

/** A message of the dead-letter queue, hidden from everybody else until it is deleted or released. */
export type DeadLetter = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly messageGroupId: string;
  /** Text of the message attributes: what `DeadLetterReason` wrote, or nothing where SQS itself set it aside. */
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly receiveCount: number;
};

/** How many messages a queue holds, roughly. */
export type QueueDepth = { readonly visible: number; readonly hidden: number };

/** The dead-letter queue in the hands of an operator. */
export type DeadLetterQueue = {
  /**
   * Takes at most ten messages and hides them. SQS gives no more of an account while some of its messages are hidden.
   *
   * @returns none when there is none to be had now
   */
  receive(hideSeconds: number): Promise<readonly DeadLetter[]>;
  /** @returns those that could not be deleted, since they came back to the queue meanwhile */
  delete(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]>;
  /** Makes messages visible again at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  depth(): Promise<QueueDepth>;
};

/** What is to be done about each account today, or why that cannot be told. */
export type Assess = (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, Planned | SettlementError>>;

/** Where everything that an operator changes is written down, with who did it, before it is done. */
export type Journal = {
  record(action: string, fields: Readonly<Record<string, unknown>>): void;
};

/** A credit balance adjustment as Zuora recorded it, whoever made it. Instants are epoch milliseconds. */
export type AdjustmentRecord = {
  readonly id: string;
  /** Zuora's number, such as `CBA-00000001`. */
  readonly number: string;
  readonly accountId: AccountId;
  readonly invoice: InvoiceRef;
  readonly type: "Increase" | "Decrease";
  readonly amount: Money;
  readonly status: "Processed" | "Canceled";
  /** `ReferenceId`: a run's id on ours; on others anything or nothing. */
  readonly reference: string | undefined;
  readonly comment: string | undefined;
  readonly createdAt: number;
  /** The last change; of a canceled one, its cancellation. */
  readonly updatedAt: number;
};

/** A posted invoice as a report looks at it. */
export type BilledInvoice = InvoiceRef & {
  readonly accountId: AccountId;
  readonly amount: Money;
  readonly balance: Money;
  /** Absent where Zuora does not tell; then the account's. */
  readonly currency: string | undefined;
};

/** What names an account and its money to people. */
export type AccountLabel = {
  readonly number: string;
  readonly currency: string;
  readonly creditBalance: Money;
};

/**
 * Zuora's own records, which are the audit trail. Each method asks queries of its own, so that terms of a report check
 * one another. Instants are epoch milliseconds.
 */
export type Records = {
  /** Invoices of a negative amount, posted before an instant, that were negative at it or changed since. */
  invoicesPostedBefore(instant: number): Promise<readonly BilledInvoice[]>;
  /** Invoices of a negative amount, posted since an instant. */
  invoicesPostedSince(instant: number): Promise<readonly BilledInvoice[]>;
  /** Invoices that are negative now. */
  negativeInvoices(): Promise<readonly BilledInvoice[]>;
  /** Adjustments that were created since an instant, or canceled since. */
  adjustmentsSince(instant: number): Promise<readonly AdjustmentRecord[]>;
  adjustmentsOfInvoices(ids: readonly InvoiceId[]): Promise<readonly AdjustmentRecord[]>;
  adjustmentsOfRun(runId: string): Promise<readonly AdjustmentRecord[]>;
  accounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountLabel>>;
};

/** Money of somebody who has gone: credit on an account without an active subscription. Refunding it is for people. */
export type StrandedCredit = {
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly currency: string;
  readonly amount: Money;
  /** Epoch milliseconds of the last processed Increase; absent where there was none, as of credit that was migrated. */
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

/** One harmless read of Zuora, looked at more closely than settlement does. */
export type ProbeAnswer = {
  /** Zuora's refusal in words, with its code; absent where it answered what was asked. */
  readonly problem?: string;
  /** Numbers are text. */
  readonly body: unknown;
  /** Zuora's clock, epoch milliseconds. */
  readonly serverTime: number | undefined;
  /** Zuora's limit headers, as they came. */
  readonly limits: Readonly<Record<string, string>>;
};

export type Probe = {
  /** @throws {SettlementError} where there is no way in */
  query(zoql: string): Promise<ProbeAnswer>;
  /** @throws {SettlementError} where there is no way in */
  get(path: string): Promise<ProbeAnswer>;
};

/** A row that a probe asks Zuora to create, to see what it says. */
export type TrialRow = {
  readonly type: AdjustmentRecord["type"];
  readonly amount: Money;
  readonly invoice: InvoiceRef;
};

/** What Zuora said to a row. What it did not answer is thrown instead. */
export type TrialResult =
  | { readonly adjustmentId: string }
  | { readonly refusal: { readonly code: string | undefined; readonly text: string } };

/** An adjustment as Zuora gives it back, with nothing checked: what is absent is an answer too. Amounts are source text. */
export type TrialRecord = {
  readonly id: string;
  readonly number: string | undefined;
  readonly type: string | undefined;
  readonly status: string | undefined;
  readonly amount: string | undefined;
  readonly reference: string | undefined;
  readonly invoiceId: string | undefined;
  readonly invoiceNumber: string | undefined;
};

export type TrialAccount = {
  readonly currency: string;
  readonly creditBalance: Money;
  /** All that are posted; `updatedAt` as Zuora wrote it. */
  readonly invoices: readonly (InvoiceRef & { readonly balance: Money; readonly updatedAt: string })[];
};

/** One account of a sandbox, to try on it what documents do not say. All throw {SettlementError}. */
export type Trial = {
  create(
    rows: readonly TrialRow[],
    key: string,
    options?: { readonly misspelt: boolean },
  ): Promise<readonly TrialResult[]>;
  cancel(ids: readonly string[], key: string): Promise<readonly StepOutcome[]>;
  account(): Promise<TrialAccount>;
  /** Those of this trial's run, and those that are named. */
  adjustments(ids: readonly string[]): Promise<readonly TrialRecord[]>;
};
