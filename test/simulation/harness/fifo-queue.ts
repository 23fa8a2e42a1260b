import type { Clock } from "../../../functions/app/ports.ts";

/** A message as it lies in the queue. */
export type StoredMessage = {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: number;
  /** `redriven` to a dead-letter queue by SQS itself, or `repeated` since its deletion was lost. */
  readonly origin: "sent" | "redriven" | "repeated";
  firstReceivedAt: number | undefined;
  receiveCount: number;
  visibleAt: number;
  receiptHandle: string | undefined;
};

export type NewMessage = Pick<StoredMessage, "body" | "groupId" | "attributes"> & { readonly deduplicationId: string };

const deduplicationWindowMs = 5 * 60_000;

/**
 * An SQS FIFO queue in memory and in virtual time: message groups in order and locked while one of their messages is
 * in flight, visibility, receive counts, deduplication for five minutes, redrive to a dead-letter queue.
 */
export class FifoQueue {
  readonly #clock: Clock;
  readonly #visibilityMs: number;
  readonly #redrive: { readonly to: FifoQueue; readonly maxReceiveCount: number } | undefined;
  #messages: StoredMessage[] = [];
  readonly #sent = new Map<string, number>();
  readonly #name: string;
  #count = 0;

  /** @param name what the ids of its messages begin with */
  constructor(
    clock: Clock,
    visibilityMs: number,
    redrive?: { readonly to: FifoQueue; readonly maxReceiveCount: number },
    name = "",
  ) {
    this.#name = name;
    this.#clock = clock;
    this.#visibilityMs = visibilityMs;
    this.#redrive = redrive;
  }

  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  send({ body, groupId, attributes, deduplicationId }: NewMessage): void {
    const now = this.#clock.now();
    if (now - (this.#sent.get(deduplicationId) ?? Number.NEGATIVE_INFINITY) < deduplicationWindowMs) return;
    this.#sent.set(deduplicationId, now);
    this.#store({ body, groupId, attributes, sentAt: now, origin: "sent" });
  }

  /** Takes in a message that was in a queue before. One whose deletion was lost is the same one, under the same id. */
  takeIn({ messageId, body, groupId, attributes, sentAt }: StoredMessage, origin: "redriven" | "repeated"): void {
    this.#store({ body, groupId, attributes, sentAt, origin }, origin === "repeated" ? messageId : undefined);
  }

  receive(max: number): readonly StoredMessage[] {
    const now = this.#clock.now();
    const locked = new Set(this.#messages.filter((each) => each.visibleAt > now).map((each) => each.groupId));
    const received: StoredMessage[] = [];
    for (const message of [...this.#messages]) {
      if (received.length === max) break;
      if (locked.has(message.groupId)) continue;
      if (this.#redrive !== undefined && message.receiveCount >= this.#redrive.maxReceiveCount) {
        this.#messages = this.#messages.filter((each) => each !== message);
        this.#redrive.to.takeIn(message, "redriven");
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + this.#visibilityMs;
      message.receiptHandle = `${message.messageId}#${message.receiveCount}`;
      received.push(message);
    }
    return received;
  }

  /** @throws {Error} where the receipt has expired: FIFO queues refuse it */
  hide(receiptHandle: string, seconds: number): StoredMessage {
    const message = this.#inFlight(receiptHandle);
    message.visibleAt = this.#clock.now() + seconds * 1000;
    return message;
  }

  /** @throws {Error} where the receipt has expired: FIFO queues refuse it */
  delete(receiptHandle: string): StoredMessage {
    const message = this.#inFlight(receiptHandle);
    this.#messages = this.#messages.filter((each) => each !== message);
    return message;
  }

  #inFlight(receiptHandle: string): StoredMessage {
    const now = this.#clock.now();
    const message = this.#messages.find((each) => each.receiptHandle === receiptHandle && each.visibleAt > now);
    if (message === undefined) throw new Error("The receipt handle has expired");
    return message;
  }

  #store(
    message: Pick<StoredMessage, "body" | "groupId" | "attributes" | "sentAt" | "origin">,
    messageId?: string,
  ): void {
    this.#count += 1;
    this.#messages.push({
      ...message,
      messageId: messageId ?? `${this.#name}m${this.#count}`,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: 0,
      receiptHandle: undefined,
    });
  }
}
