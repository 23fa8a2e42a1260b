import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { createDeadLetterQueue } from "../../../../functions/aws/sqs/dead-letter-queue.ts";
import { deadLetter } from "../../fakes/fake-dead-letters.ts";

const sqs = mockClient(SQSClient);
const queue = createDeadLetterQueue(new SQSClient({ region: "eu-west-1" }), "https://sqs.example.com/1/dead.fifo");

beforeEach(() => {
  sqs.reset();
});

const letters = (count: number) => Array.from({ length: count }, (_, index) => deadLetter(`account-${index}`));

it("takes ten messages, hidden for as long as it was told, with all that is known of them", async () => {
  sqs.on(ReceiveMessageCommand).resolves({
    Messages: [
      {
        MessageId: "m",
        ReceiptHandle: "r",
        Body: "{}",
        Attributes: { MessageGroupId: "a", SentTimestamp: "1773658800000", ApproximateReceiveCount: "3" },
        MessageAttributes: { errorCode: { DataType: "String", StringValue: "ZUORA_REJECTED" } },
      },
    ],
  });
  expect(await queue.receive(60)).toEqual([
    {
      messageId: "m",
      receiptHandle: "r",
      body: "{}",
      messageGroupId: "a",
      attributes: { errorCode: "ZUORA_REJECTED" },
      sentAt: "2026-03-16T11:00:00.000Z",
      receiveCount: 3,
    },
  ]);
  expect(sqs.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toMatchObject({
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 60,
  });
});

it("deletes in tens and names those that SQS kept", async () => {
  const kept = { Id: "1", Code: "ReceiptHandleIsInvalid", SenderFault: true };
  sqs
    .on(DeleteMessageBatchCommand)
    .resolvesOnce({ Successful: [], Failed: [] })
    .resolves({ Successful: [], Failed: [kept] });
  const all = letters(12);
  expect(await queue.delete(all)).toEqual([all[11]]);
  expect(sqs.commandCalls(DeleteMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length)).toEqual([10, 2]);
});

it("makes messages visible again at once, in tens", async () => {
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [] });
  await queue.release(letters(12));
  const entries = sqs
    .commandCalls(ChangeMessageVisibilityBatchCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? []);
  expect(entries.map(({ VisibilityTimeout }) => VisibilityTimeout)).toEqual(Array(12).fill(0));
});
