import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { attemptsOf, type Deliveries, type Delivery } from "../../app/settle/ports.ts";
import { inTens, receiveMany } from "./in-tens.ts";
import { dryMark, textAttribute } from "./message-attributes.ts";

type QueueUrls = { readonly workQueueUrl: string; readonly deadLetterQueueUrl: string };

const errorMessageBytesMax = 1024;

/** What the processor does with the messages that it was handed. */
export const createDeliveries = (client: SQSClient, { workQueueUrl, deadLetterQueueUrl }: QueueUrls): Deliveries => ({
  receiveMore: async (max) => {
    const { messages, failed } = await receiveMany(client, workQueueUrl, max);
    return { deliveries: messages.map(ofMessage), failed };
  },
  acknowledge: async (deliveries) => {
    const remove = async (batch: readonly Delivery[]): Promise<number> => {
      const Entries = batch.map(({ receiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle: receiptHandle }));
      const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: workQueueUrl, Entries }));
      return Failed.length;
    };
    const batches = inTens(deliveries);
    const left = await Promise.all(batches.map((batch) => remove(batch).catch(() => batch.length)));
    return left.reduce((sum, each) => sum + each, 0);
  },
  hide: async ({ receiptHandle }, seconds) => {
    const hidden = { QueueUrl: workQueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await client.send(new ChangeMessageVisibilityCommand(hidden));
  },
  renew: async (delivery, notBefore, { failing, refusedAlike }) => {
    const attempts = String(attemptsOf(delivery));
    await client.send(
      new SendMessageCommand({
        QueueUrl: workQueueUrl,
        MessageBody: delivery.body,
        MessageGroupId: delivery.messageGroupId,
        MessageDeduplicationId: `${delivery.messageId}-r`,
        MessageAttributes: textAttribute({
          firstQueuedAt: delivery.firstQueuedAt,
          attempts,
          notBefore,
          failingSince: isoOf(failing),
          refusedAlikeSince: isoOf(refusedAlike),
          dryRun: delivery.queuedDry ? dryMark : undefined,
        }),
      }),
    );
  },
  deadLetter: async (delivery, { errorMessage, attempts, ...reason }) => {
    const message = truncate(errorMessage, errorMessageBytesMax);
    await client.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: delivery.body,
        MessageGroupId: delivery.messageGroupId,
        MessageDeduplicationId: delivery.messageId,
        MessageAttributes: textAttribute({ ...reason, errorMessage: message, attempts: String(attempts) }),
      }),
    );
  },
});

/** A record of the event source mapping in the words of the use case. */
export const toDelivery = ({ messageId, receiptHandle, body, attributes, messageAttributes }: SQSRecord): Delivery =>
  deliveryOf({ messageId, receiptHandle, body }, { ...attributes }, (name) => messageAttributes[name]?.stringValue);

/** The same of a message that the function received itself. */
const ofMessage = ({ MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes }: Message) =>
  deliveryOf(
    { messageId: MessageId, receiptHandle: ReceiptHandle, body: Body },
    Attributes ?? {},
    (name) => MessageAttributes?.[name]?.StringValue,
  );

const deliveryOf = (
  message: Pick<Delivery, "messageId" | "receiptHandle" | "body">,
  attributes: Readonly<Record<string, string | undefined>>,
  text: (name: string) => string | undefined,
): Delivery => {
  const sentAt = iso(attributes["SentTimestamp"]) ?? new Date(0).toISOString();
  return {
    ...message,
    messageGroupId: attributes["MessageGroupId"] ?? message.messageId,
    receiveCount: Number(attributes["ApproximateReceiveCount"]),
    firstReceivedAt: iso(attributes["ApproximateFirstReceiveTimestamp"]) ?? sentAt,
    firstQueuedAt: text("firstQueuedAt") ?? sentAt,
    earlierAttempts: wholeNumber(text("attempts")),
    notBefore: text("notBefore"),
    troubledSince: { failing: instant(text("failingSince")), refusedAlike: instant(text("refusedAlikeSince")) },
    queuedDry: text("dryRun") === dryMark,
  };
};

const isoOf = (epochMs: number | undefined): string | undefined =>
  epochMs === undefined ? undefined : new Date(epochMs).toISOString();

const iso = (epochMs: string | undefined): string | undefined =>
  epochMs === undefined || !/^\d{1,15}$/.test(epochMs) ? undefined : new Date(Number(epochMs)).toISOString();

const instant = (text: string | undefined): number | undefined => {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : at;
};

const wholeNumber = (text: string | undefined): number =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;

/** Cuts to so many bytes of UTF-8 without splitting a character. */
const truncate = (text: string, bytesMax: number): string =>
  new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytesMax), { stream: true });
