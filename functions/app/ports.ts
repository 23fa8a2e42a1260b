import type { AccountId, AccountState, InvoiceId } from "../domain/account.ts";
import type { ErrorCode, SettlementError, ZuoraContractError } from "../domain/errors.ts";
import type { HoldReason } from "../domain/hold.ts";
import type { Money } from "../domain/money.ts";
import type { Step } from "../domain/plan.ts";
import type { WaitReason } from "./outcome.ts";

/** The world's time, so that nothing under `app/` or `zuora/` reads a clock of its own. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
};

/** How much time the current invocation has left, in milliseconds. */
export type RemainingMs = () => number;

/**
 * What became of one adjustment. Confirmed: Zuora answered `Success` with an id.
 * Everything else carries the error that says what may be done about it.
 */
export type StepOutcome = { readonly adjustmentId: string } | { readonly error: SettlementError };

/** A step on its way to Zuora, with the run that it belongs to: the adjustment's `ReferenceId`. */
export type Adjustment = { readonly step: Step; readonly runId: string };

/** What settlement needs of Zuora, and nothing else. Batches, because Zuora answers ten accounts as fast as one. */
export type Ledger = {
  /**
   * Reads accounts afresh; a record that cannot be read is that account's own outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} for all of them
   */
  readAccounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountState | ZuoraContractError>>;
  /**
   * The `SubscriptionNumber`s of each invoice's items; an item that cannot be read is its own invoice's outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  readSubscriptionNumbers(
    ids: readonly InvoiceId[],
  ): Promise<ReadonlyMap<InvoiceId, ReadonlySet<string> | ZuoraContractError>>;
  /**
   * Creates adjustments of one kind in one call: at most `adjustmentsPerCallMax`, one outcome each, in order.
   *
   * @param key names this attempt: never used for another request, whatever the answer
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
   *   ConfigError} where the call as a whole was refused or lost
   */
  createAdjustments(adjustments: readonly Adjustment[], key: string): Promise<readonly StepOutcome[]>;
};

/** Zuora's limit on the objects of one `action/create` (Zuora: Action create). */
export const adjustmentsPerCallMax = 50;

/** A row of the scan: a posted negative invoice. Amount or currency are absent where they could not be read. */
export type NegativeInvoice = {
  readonly id: InvoiceId;
  readonly accountId: AccountId;
  readonly balance?: Money | undefined;
  readonly currency?: string | undefined;
  /** Epoch milliseconds. */
  readonly postedAt?: number | undefined;
};

/**
 * What the scan asks of Zuora. Streams, so that memory grows with what is kept and not with what is read.
 * With `since` (epoch milliseconds) only invoices updated at or after it, with `before` only those updated before.
 *
 * All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}.
 */
export type Candidates = {
  negativeInvoices(since: number | undefined, before?: number): AsyncIterable<NegativeInvoice>;
  /** Accounts that have credit, of whatever age. */
  accountsWithCredit(): AsyncIterable<AccountId>;
  /** The account of every open invoice, as often as it has one. */
  accountsOfOpenInvoices(since: number | undefined, before?: number): AsyncIterable<AccountId>;
};

/** One processed adjustment of a run, as Zuora recorded it. */
export type RunAdjustment = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly type: "Increase" | "Decrease";
  readonly amount: Money;
};

/** `on` settles, `dry-run` plans and writes nothing, `off` leaves every message waiting. */
export type Switch = "on" | "dry-run" | "off";

export type SwitchReader = {
  /** @throws {ConfigError} where it cannot be read or says something else */
  read(): Promise<Switch>;
};

/** Where the last scan that completed began; a hint, absent meaning "scan everything". */
export type LastScan = {
  read(): Promise<number | undefined>;
  write(startedAt: number): Promise<void>;
};

/** A queue message. A reference, never a balance: it may be late, repeated or out of order. */
export type AccountMessage = { readonly version: 1; readonly accountId: AccountId; readonly runId: string };

/** Why an account was set aside, as it is written on its dead letter. */
export type DeadLetterReason = {
  readonly errorCode: ErrorCode;
  readonly errorMessage: string;
  readonly runId: string | undefined;
  /** ISO 8601. */
  readonly firstFailedAt: string;
  readonly attempts: number;
  readonly zuoraRequestId: string | undefined;
};

/** One receipt of a message, as SQS delivered it. */
export type Delivery = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly messageGroupId: string;
  readonly receiveCount: number;
  /** ISO 8601; when SQS first delivered this message. */
  readonly firstReceivedAt: string;
  /** ISO 8601; when the work was first queued, kept over every renewal. */
  readonly firstQueuedAt: string;
  /** Receives that earlier copies of this message used up before it was renewed. */
  readonly earlierAttempts: number;
  /** ISO 8601; a renewed message is left alone until then. */
  readonly notBefore: string | undefined;
};

/** The work queue as the scanner sees it. */
export type WorkQueue = {
  /** How many messages wait, roughly. */
  depth(): Promise<number>;
  /**
   * Queues one message per account.
   *
   * @throws {Error} naming how many entries SQS refused, after asking again
   */
  send(accountIds: Iterable<AccountId>, runId: string, firstQueuedAt: string): Promise<number>;
};

/** What the processor does to a delivery that is not simply done. */
export type Deliveries = {
  /** Hides it for a while; it comes back with one more receive on its count. */
  hide(delivery: Delivery, seconds: number): Promise<void>;
  /** Queues the same body again with a fresh receive count, so that waiting never counts as failing. */
  renew(delivery: Delivery, notBefore: string): Promise<void>;
  deadLetter(delivery: Delivery, reason: DeadLetterReason): Promise<void>;
};

/** Names of structured log lines; the local report and the saved log queries key on them. */
export type LogEvent =
  | "account outcome"
  | "adjustment created"
  | "scan completed"
  | "scan refused"
  | "payment runs not watched"
  | "posting not scanned"
  | "negative when a payment run began"
  | "switch is not on"
  | "dead-lettered"
  | "renewed"
  | "queue operation failed"
  | "read tried again";

/** Where logs and metrics go. Ids and amounts only: never a token, a name, an e-mail address or a whole body. */
export type Telemetry = {
  info(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  warn(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  count(metric: string, value: number, dimensions?: Readonly<Record<string, string>>): void;
};

/** The line that tells how one account left one invocation. Amounts are decimal text in the account's currency. */
export type AccountOutcomeLine = {
  readonly runId: string;
  readonly accountId: AccountId;
  /** `failed` either became a dead letter or, where it may pass, is tried again. */
  readonly outcome: "settled" | "no-op" | "held" | "waiting" | "failed";
  readonly dryRun: boolean;
  readonly currency?: string;
  readonly transferred?: string;
  readonly applied?: string;
  readonly leftAsCredit?: string;
  readonly holds?: readonly { readonly reason: HoldReason; readonly invoiceNumber?: string }[];
  readonly code?: ErrorCode;
  readonly errorMessage?: string;
  /** By which Zuora's support finds the call that failed. */
  readonly zuoraRequestId?: string;
  /** Why it waits, where that is no error of Zuora's. */
  readonly waitReason?: WaitReason;
};
