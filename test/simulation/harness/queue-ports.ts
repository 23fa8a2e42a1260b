import { writeMessage } from "../../../functions/app/message.ts";
import type { WorkQueue } from "../../../functions/app/queue-ports.ts";
import type { Deliveries, Delivery, TroubledSince } from "../../../functions/app/settle/ports.ts";
import type { FifoQueue, StoredMessage } from "./fifo-queue.ts";

const dryMark = (isDry: boolean): Readonly<Record<string, string>> => (isDry ? { dryRun: "true" } : {});

/** The scanner's end of the queue, as the SQS adapter writes it. */
export const workQueueOf = (queue: FifoQueue): WorkQueue => ({
  depth: async () => queue.messages.length,
  send: async (accountIds, runId, firstQueuedAt, isDry = false) => {
    let sent = 0;
    for (const accountId of accountIds) {
      const body = writeMessage({ accountId, runId });
      const attributes = { firstQueuedAt, ...dryMark(isDry) };
      queue.send({ body, groupId: accountId, deduplicationId: `${runId}-${accountId}`, attributes });
      sent += 1;
    }
    return sent;
  },
});

/** What a processor has in hand beyond what it was delivered. */
export type Hand = {
  readonly take: (messages: readonly StoredMessage[]) => void;
  /** Deletes one that is done with. */
  readonly finish: (message: StoredMessage) => void;
  /** Told of one that is put off: nothing more is done about it. */
  readonly hide: (message: StoredMessage) => void;
};

/** The processor's end of the queues, as the SQS adapter writes them. */
export const deliveriesOf = (queue: FifoQueue, deadLetters: FifoQueue, hand: Hand): Deliveries => ({
  receiveMore: async (max) => {
    const messages: StoredMessage[] = [];
    while (messages.length < max) {
      const received = queue.receive(Math.min(10, max - messages.length));
      if (received.length === 0) break;
      hand.take(received);
      messages.push(...received);
    }
    return { deliveries: messages.map(deliveryOf) };
  },
  acknowledge: async (deliveries) => {
    for (const { receiptHandle } of deliveries) {
      const message = queue.messages.find((each) => each.receiptHandle === receiptHandle);
      if (message !== undefined) hand.finish(message);
    }
    return 0;
  },
  hide: async ({ receiptHandle }, seconds) => hand.hide(queue.hide(receiptHandle, seconds)),
  renew: async (delivery, notBefore, troubledSince) => {
    const attempts = String(delivery.earlierAttempts + delivery.receiveCount);
    queue.send({
      body: delivery.body,
      groupId: delivery.messageGroupId,
      deduplicationId: `${delivery.messageId}-r`,
      attributes: {
        firstQueuedAt: delivery.firstQueuedAt,
        attempts,
        notBefore,
        ...dryMark(delivery.queuedDry),
        troubledSince: JSON.stringify(troubledSince),
      },
    });
  },
  deadLetter: async (delivery, { errorCode, errorMessage }) => {
    const { body, messageGroupId: groupId, messageId: deduplicationId } = delivery;
    deadLetters.send({ body, groupId, deduplicationId, attributes: { errorCode, errorMessage } });
  },
});

export const deliveryOf = (message: StoredMessage): Delivery => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle ?? "",
  body: message.body,
  messageGroupId: message.groupId,
  receiveCount: message.receiveCount,
  firstReceivedAt: new Date(message.firstReceivedAt ?? message.sentAt).toISOString(),
  firstQueuedAt: message.attributes["firstQueuedAt"] ?? new Date(message.sentAt).toISOString(),
  earlierAttempts: Number(message.attributes["attempts"] ?? 0),
  notBefore: message.attributes["notBefore"],
  troubledSince: JSON.parse(message.attributes["troubledSince"] ?? "{}") as TroubledSince,
  queuedDry: message.attributes["dryRun"] !== undefined,
});
