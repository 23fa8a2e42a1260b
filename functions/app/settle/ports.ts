import type { AccountId, AccountState, InvoiceId } from "../../domain/account.ts";
import type { Application } from "../../domain/credit/apply-credit-memos.ts";
import type { CreditBalanceStep } from "../../domain/credit/step.ts";
import type { ErrorCode, SettlementError, ZuoraContractError } from "../../domain/errors.ts";
import type { PaymentRun } from "../../domain/payment-run.ts";

/**
 * What became of one step. Confirmed: Zuora answered `Success` with the id of an adjustment, or with the memo or
 * payment as it is then. Everything else carries the error that says what may be done about it.
 */
export type StepOutcome = AdjustmentOutcome | MemoApplied | { readonly paymentId: string };

/** The memo that was applied; where it was asked to pay the very items that it credits, whether Zuora did that. */
type MemoApplied = { readonly creditMemoId: string; readonly toSourceItems?: boolean };

/** The same of an adjustment. */
export type AdjustmentOutcome = { readonly adjustmentId: string } | { readonly error: SettlementError };

export type Confirmed = Exclude<StepOutcome, { readonly error: SettlementError }>;

export const isConfirmed = (outcome: StepOutcome | "unsent"): outcome is Confirmed =>
  outcome !== "unsent" && !("error" in outcome);

/** A step on its way to Zuora, with the run that it belongs to: the adjustment's `ReferenceId`. */
export type Adjustment = { readonly step: CreditBalanceStep; readonly runId: string };

/**
 * Asked whenever a write is about to leave: at first, once more where no answer came, and again with another token.
 *
 * @param sends how often it may still leave, this time included
 */
export type MayLeave = (sends: number) => Promise<boolean>;

/** A write was not allowed to leave, and nothing of it did. */
export class WithheldError extends Error {
  override readonly name = "WithheldError";
}

/** What tells the invoices of an account apart: their items' ids, and the `SubscriptionNumber`s on them. */
export type InvoiceItems = {
  readonly ids: ReadonlySet<string>;
  readonly subscriptionNumbers: ReadonlySet<string>;
  /** How many of them have an amount; absent where no credit memo is to be applied to any. */
  readonly charged?: number | undefined;
};

/** What settlement needs of Zuora, and nothing else. Batches, because Zuora answers many accounts as fast as one. */
export type Ledger = {
  /**
   * Reads accounts afresh; a record that cannot be read is that account's own outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} for all of them
   */
  readAccounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountState | ZuoraContractError>>;
  /**
   * The items of each invoice; one that cannot be read is its own invoice's outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  readInvoiceItems(ids: readonly InvoiceId[]): Promise<ReadonlyMap<InvoiceId, InvoiceItems | ZuoraContractError>>;
  /**
   * Payment runs that are charging customers at this moment; an answer is at most two seconds old.
   *
   * @param previous what the caller was answered before: nothing that it has acted on already
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  runsInProgress(previous?: readonly PaymentRun[]): Promise<readonly PaymentRun[]>;
  /**
   * Those of the accounts with a payment in `Processing` at this moment; an answer is at most two seconds old.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  accountsBeingPaid(ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>>;
  /**
   * Creates adjustments of one kind in one call: at most `adjustmentsPerCallMax`, one outcome each, in order.
   *
   * @param key names this attempt: never used for another request, whatever the answer
   * @throws {WithheldError} where the call was not allowed to leave
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
   *   ConfigError} where the call as a whole was refused or lost
   */
  createAdjustments(
    adjustments: readonly Adjustment[],
    key: string,
    mayLeave: MayLeave,
  ): Promise<readonly AdjustmentOutcome[]>;
  /**
   * Lets parts of one credit memo or payment pay at most `invoicesPerCallMax` invoices, in one call: all of it happens
   * or nothing. There is no key to repeat it under: where no answer came, the account is read before anything else.
   *
   * @param steps of one and the same memo or payment
   * @throws {WithheldError} where the call was not allowed to leave
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
   *   ConfigError}
   */
  applyToInvoices(steps: readonly Application[], mayLeave: MayLeave): Promise<void>;
};

/** Zuora's limit on the invoices of one application (Zuora: Apply a credit memo, Apply a payment). */
export const invoicesPerCallMax = 1_000;

/**
 * Zuora's limit on the items of one invoice of an application, those of nothing left out (Zuora: Apply a credit memo).
 */
export const itemsOfInvoiceMax = 1_000;

/** Zuora's limit on the objects of one `action/create` (Zuora: Action create). */
export const adjustmentsPerCallMax = 50;

/** Why an account was set aside, as it is written on its dead letter. */
export type DeadLetterReason = {
  readonly errorCode: ErrorCode;
  readonly errorMessage: string;
  /** Zuora's own code, where it refused something. */
  readonly zuoraCode?: string | undefined;
  readonly runId: string | undefined;
  /** ISO 8601. */
  readonly firstFailedAt: string;
  readonly attempts: number;
  readonly zuoraRequestId: string | undefined;
};

/** Epoch milliseconds; time that the account waited for something else is left out. */
export type TroubledSince = {
  /** Since when it has failed for its own reasons. */
  readonly failing?: number | undefined;
  /** Since when it has been refused as most others were. */
  readonly refusedAlike?: number | undefined;
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
  /** As far as a renewal wrote it down. */
  readonly troubledSince: TroubledSince;
  /** A scan queued it to be planned only. Whatever else was queued is to be settled, and waits for that. */
  readonly queuedDry: boolean;
};

type Counted = Pick<Delivery, "receiveCount" | "earlierAttempts">;

/** Receives so far, this one and those before renewals included. */
export const attemptsOf = ({ receiveCount, earlierAttempts }: Counted): number => receiveCount + earlierAttempts;

/** Nobody had it in hand before: it was neither delivered nor queued anew. */
export const isFirstLook = (delivery: Counted): boolean => attemptsOf(delivery) <= 1;

/** What came of looking for more; `failed` names what kept any of the receives from an answer. */
export type ReceivedMore = { readonly deliveries: readonly Delivery[]; readonly failed?: string | undefined };

/** What the processor does to deliveries beyond what Lambda's event source mapping does for it. */
export type Deliveries = {
  /**
   * Takes up to so many more messages of the same queue: an event source mapping hands out ten of a FIFO queue at most.
   * Never throws: what was received is worth more than what was not.
   */
  receiveMore(max: number): Promise<ReceivedMore>;
  /**
   * Deletes what is done with. What cannot be deleted comes again, and is found settled.
   *
   * @returns how many could not be deleted
   */
  acknowledge(deliveries: readonly Delivery[]): Promise<number>;
  /** Hides it for a while; it comes back with one more receive on its count. */
  hide(delivery: Delivery, seconds: number): Promise<void>;
  /** Queues the same body again with a fresh receive count, so that waiting never counts as failing. */
  renew(delivery: Delivery, notBefore: string, troubledSince: TroubledSince): Promise<void>;
  deadLetter(delivery: Delivery, reason: DeadLetterReason): Promise<void>;
};
