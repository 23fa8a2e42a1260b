import { randomUUID } from "node:crypto";
import { SqsQueue, type StoredMessage } from "./fauxqs.ts";

type FauxqsQueue = InstanceType<typeof SqsQueue>;
type Received = ReturnType<FauxqsQueue["dequeue"]>[number];
type QueueByArn = (arn: string) => FauxqsQueue | undefined;

/** As many as SQS hands out in one receive. */
const receiveMax = 10;

/**
 * A FIFO queue as SQS runs it, where fauxqs differs: a receive returns several messages of one group, in order;
 * messages come back to their own place; counts are up to date; an expired receipt handle deletes nothing.
 */
export class FifoQueue extends SqsQueue {
  /** Receipt handles whose visibility timeout ran out. Set by `FifoStore`, which turns a plain queue into this one. */
  declare expiredHandles: Set<string>;

  override dequeue(maxCount: number, visibilitySeconds?: number, queueByArn?: QueueByArn): Received[] {
    this.processTimers();
    const deadline = Date.now() + (visibilitySeconds ?? Number(this.attributes["VisibilityTimeout"])) * 1000;
    const received: Received[] = [];
    const count = Math.min(maxCount, receiveMax);
    for (const [groupId, messages] of this.fifoMessages) {
      if (received.length >= count) break;
      if (this.fifoLockedGroups.has(groupId)) continue;
      while (received.length < count && messages.length > 0) {
        const message = messages.shift() as StoredMessage;
        if (!this.deadLetter(message, queueByArn)) received.push(this.hide(groupId, message, deadline));
      }
      // To the end of the line, so that a busy group does not starve the others.
      this.fifoMessages.delete(groupId);
      if (messages.length > 0) this.fifoMessages.set(groupId, messages);
    }
    return received;
  }

  /** Takes the first message that nobody holds out of the queue for good, for a message move task. */
  takeFirst(): StoredMessage | undefined {
    this.processTimers();
    for (const [groupId, messages] of this.fifoMessages) {
      if (this.fifoLockedGroups.has(groupId)) continue;
      const message = messages.shift();
      if (messages.length === 0) this.fifoMessages.delete(groupId);
      if (message) return message;
    }
    return undefined;
  }

  override processTimers(): void {
    const now = Date.now();
    for (const [handle, { visibilityDeadline }] of this.inflightMessages) {
      if (visibilityDeadline > now) continue;
      this.expiredHandles.add(handle);
      this.release(handle);
    }
    super.processTimers();
  }

  override changeVisibility(receiptHandle: string, timeoutSeconds: number): void {
    if (timeoutSeconds > 0) {
      super.changeVisibility(receiptHandle, timeoutSeconds);
    } else {
      this.release(receiptHandle);
      this.processTimers();
    }
  }

  override deleteMessage(receiptHandle: string): boolean {
    this.processTimers();
    return super.deleteMessage(receiptHandle);
  }

  override getAllAttributes(requested: string[]): Record<string, string> {
    this.processTimers();
    return super.getAllAttributes(requested);
  }

  private deadLetter(message: StoredMessage, queueByArn: QueueByArn | undefined): boolean {
    const { RedrivePolicy } = this.attributes;
    if (RedrivePolicy === undefined) return false;
    const policy = JSON.parse(RedrivePolicy) as { maxReceiveCount: number | string; deadLetterTargetArn: string };
    if (message.approximateReceiveCount < Number(policy.maxReceiveCount)) return false;
    const target = queueByArn?.(policy.deadLetterTargetArn);
    if (!target) return false;
    moveMessage(message, target);
    message.deadLetterQueueSourceArn = this.arn;
    return true;
  }

  private hide(groupId: string, message: StoredMessage, visibilityDeadline: number): Received {
    const receiptHandle = randomUUID();
    message.approximateReceiveCount++;
    message.approximateFirstReceiveTimestamp ??= Date.now();
    this.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
    this.fifoLockedGroups.set(groupId, (this.fifoLockedGroups.get(groupId) ?? 0) + 1);
    const { messageAttributes, md5OfMessageAttributes } = message;
    return {
      MessageId: message.messageId,
      ReceiptHandle: receiptHandle,
      MD5OfBody: message.md5OfBody,
      Body: message.body,
      ...(md5OfMessageAttributes && { MD5OfMessageAttributes: md5OfMessageAttributes }),
      ...(Object.keys(messageAttributes).length > 0 && { MessageAttributes: messageAttributes }),
    };
  }

  /** Makes a hidden message visible again, at its own place in its group. */
  private release(receiptHandle: string): void {
    const entry = this.inflightMessages.get(receiptHandle);
    if (!entry) return;
    this.inflightMessages.delete(receiptHandle);
    const groupId = entry.message.messageGroupId ?? "";
    const held = (this.fifoLockedGroups.get(groupId) ?? 1) - 1;
    if (held > 0) this.fifoLockedGroups.set(groupId, held);
    else this.fifoLockedGroups.delete(groupId);
    const messages = this.fifoMessages.get(groupId) ?? [];
    const place = messages.findIndex((other) => sequence(other) > sequence(entry.message));
    messages.splice(place === -1 ? messages.length : place, 0, entry.message);
    this.fifoMessages.set(groupId, messages);
  }
}

/** Puts a message that another queue gave away at the end of `target`. */
export const moveMessage = (message: StoredMessage, target: FauxqsQueue): void => {
  message.sequenceNumber = target.nextSequenceNumber();
  target.enqueue(message);
};

const sequence = (message: StoredMessage): string => message.sequenceNumber ?? "";
