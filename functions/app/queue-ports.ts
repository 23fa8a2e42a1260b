import type { AccountId } from "../domain/account.ts";
import type { ErrorCode } from "../domain/errors.ts";

/** A queue message. A reference, never a balance: it may be late, repeated or out of order. */
export type AccountMessage = { readonly version: 1; readonly accountId: AccountId; readonly runId: string };

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
  /** A scan queued it to be planned only. Whatever else was queued is to be settled, and waits for that. */
  readonly queuedDry: boolean;
};

/** The work queue as the scanner sees it. */
export type WorkQueue = {
  /** How many messages wait, roughly. */
  depth(): Promise<number>;
  /**
   * Queues one message per account.
   *
   * @param isDry to be planned only, while the switch says `dry-run`
   * @throws {Error} naming how many entries SQS refused, after asking again
   */
  send(accountIds: Iterable<AccountId>, runId: string, firstQueuedAt: string, isDry?: boolean): Promise<number>;
};

/** What the processor does to a delivery that is not simply done. */
export type Deliveries = {
  /** Hides it for a while; it comes back with one more receive on its count. */
  hide(delivery: Delivery, seconds: number): Promise<void>;
  /** Queues the same body again with a fresh receive count, so that waiting never counts as failing. */
  renew(delivery: Delivery, notBefore: string): Promise<void>;
  deadLetter(delivery: Delivery, reason: DeadLetterReason): Promise<void>;
};
