import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetter, DeadLetterQueue } from "../../app/dead-letters/ports.ts";
import { batchMax, inTens } from "./in-tens.ts";
import { readQueueDepth } from "./queue-depth.ts";

/** A receive that waits asks all of SQS's servers, so that an empty answer means an empty queue. */
const waitSeconds = 1;

/** The dead-letter queue as an operator works through it. */
export const createDeadLetterQueue = (client: SQSClient, queueUrl: string): DeadLetterQueue => ({
  receive: async (hideSeconds) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchMax,
        VisibilityTimeout: hideSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.map(toDeadLetter);
  },
  delete: async (letters) => {
    const kept: DeadLetter[] = [];
    for (const batch of inTens(letters)) {
      const { Failed = [] } = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(toEntry) }),
      );
      const failed = new Set(Failed.map(({ Id }) => Id));
      kept.push(...batch.filter((_, index) => failed.has(String(index))));
    }
    return kept;
  },
  release: async (letters) => {
    for (const batch of inTens(letters)) {
      const Entries = batch.map((letter, index) => ({ ...toEntry(letter, index), VisibilityTimeout: 0 }));
      // What cannot be released is visible already: its receipt has expired.
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  },
  depth: () => readQueueDepth(client, queueUrl),
});

const toEntry = ({ receiptHandle }: DeadLetter, index: number) => ({
  Id: String(index),
  ReceiptHandle: receiptHandle,
});

const toDeadLetter = (message: Message): DeadLetter => {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    messageGroupId: Attributes.MessageGroupId ?? MessageId,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue] as const],
      ),
    ),
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 0),
  };
};
