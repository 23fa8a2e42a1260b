import { writeMessage } from "../../../functions/app/message.ts";
import type {
  DeadLetterReason,
  Deliveries,
  Delivery,
  ReceivedMore,
  TroubledSince,
} from "../../../functions/app/settle/ports.ts";

/** Remembers what was asked of it; an operation that the test broke fails as SQS does. */
export class FakeQueue implements Deliveries {
  readonly hidden: { readonly messageId: string; readonly seconds: number }[] = [];
  readonly renewed: {
    readonly messageId: string;
    readonly firstQueuedAt: string;
    readonly notBefore: string;
    readonly troubledSince: TroubledSince;
  }[] = [];
  readonly deadLetters: (DeadLetterReason & { readonly messageId: string })[] = [];
  /** What waits behind a delivery. */
  waiting: Delivery[] = [];
  /** What was deleted, one call a line. */
  readonly acknowledged: (readonly string[])[] = [];
  isDown = false;

  receiveMore = async (max: number): Promise<ReceivedMore> =>
    this.isDown ? { deliveries: [], failed: "TimeoutError" } : { deliveries: this.waiting.splice(0, max) };

  acknowledge = async (deliveries: readonly Delivery[]): Promise<number> => {
    if (this.isDown) return deliveries.length;
    this.acknowledged.push(deliveries.map(({ messageId }) => messageId));
    return 0;
  };

  hide = async ({ messageId }: Delivery, seconds: number): Promise<void> => {
    this.#check();
    this.hidden.push({ messageId, seconds });
  };

  renew = async (
    { messageId, firstQueuedAt }: Delivery,
    notBefore: string,
    troubledSince: TroubledSince,
  ): Promise<void> => {
    this.#check();
    this.renewed.push({ messageId, firstQueuedAt, notBefore, troubledSince });
  };

  deadLetter = async ({ messageId }: Delivery, reason: DeadLetterReason): Promise<void> => {
    this.#check();
    this.deadLetters.push({ messageId, ...reason });
  };

  #check(): void {
    if (this.isDown) throw Object.assign(new Error("connect ECONNREFUSED"), { name: "TimeoutError" });
  }
}

/** A first delivery of an account's message, but for what the test names. */
export const delivery = (accountId: string, facts: Partial<Delivery> = {}): Delivery => ({
  messageId: `message-of-${accountId}`,
  receiptHandle: `receipt-of-${accountId}`,
  body: writeMessage({ accountId, runId: "zcs-0mb0abc123" }),
  messageGroupId: accountId,
  receiveCount: 1,
  firstReceivedAt: "2026-03-16T11:00:00.000Z",
  firstQueuedAt: "2026-03-16T10:00:00.000Z",
  earlierAttempts: 0,
  notBefore: undefined,
  troubledSince: {},
  queuedDry: false,
  ...facts,
});
