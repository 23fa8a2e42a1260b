import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import type { DeadLetterReason } from "../../../../functions/app/settle/ports.ts";
import { createDeliveries, toDelivery } from "../../../../functions/aws/sqs/deliveries.ts";
import { delivery } from "../../fakes/fake-queue.ts";

const sqs = mockClient(SQSClient);
const deliveries = createDeliveries(new SQSClient({ region: "eu-west-1" }), {
  workQueueUrl: "https://sqs.example.com/1/accounts.fifo",
  deadLetterQueueUrl: "https://sqs.example.com/1/dead-letters.fifo",
});

beforeEach(() => {
  sqs.reset();
});

const sent = () => sqs.commandCalls(SendMessageCommand)[0]?.args[0].input;

const attributes = () =>
  Object.fromEntries(
    Object.entries(sent()?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
  );

it("hides a message for as long as asked", async () => {
  await deliveries.hide(delivery("A"), 42);
  expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
    QueueUrl: "https://sqs.example.com/1/accounts.fifo",
    ReceiptHandle: "receipt-of-A",
    VisibilityTimeout: 42,
  });
});

describe("taking more of the queue", () => {
  const message = (id: string) => ({
    MessageId: id,
    ReceiptHandle: `r-${id}`,
    Body: "{}",
    Attributes: { MessageGroupId: "A", ApproximateReceiveCount: "2", SentTimestamp: "1773655200000" },
    MessageAttributes: { attempts: { DataType: "String", StringValue: "12" } },
  });
  const tens = (count: number, first = 0) => Array.from({ length: count }, (_, index) => message(`m-${first + index}`));
  const receives = () => sqs.commandCalls(ReceiveMessageCommand).map((call) => call.args[0].input);

  it("asks for all of it at once, in the words of the use case", async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: tens(10) })
      .resolvesOnce({ Messages: tens(5, 10) });
    const { deliveries: more } = await deliveries.receiveMore(15);
    expect(receives().map(({ MaxNumberOfMessages }) => MaxNumberOfMessages)).toEqual([10, 5]);
    expect(more[0]).toMatchObject({ messageId: "m-0", messageGroupId: "A", receiveCount: 2, earlierAttempts: 12 });
    expect(new Set(receives().map(({ ReceiveRequestAttemptId }) => ReceiveRequestAttemptId)).size).toBe(2);
  });

  it("asks again for what is missing, since a receive that does not wait may miss some, but only so often", async () => {
    sqs.on(ReceiveMessageCommand).resolves({ Messages: tens(1) });
    expect((await deliveries.receiveMore(20)).deliveries).toHaveLength(6);
    expect(receives()).toHaveLength(6);
  });

  it("asks no more where nothing came", async () => {
    sqs.on(ReceiveMessageCommand).resolves({});
    expect(await deliveries.receiveMore(90)).toEqual({ deliveries: [] });
    expect(receives()).toHaveLength(9);
  });

  it("keeps what came where another receive failed, and says so", async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: tens(10) })
      .rejects(Object.assign(new Error("no"), { name: "OverLimit" }));
    const more = await deliveries.receiveMore(20);
    expect([more.deliveries.length, more.failed]).toEqual([10, "OverLimit"]);
  });
});

describe("deleting what is done with", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => delivery(`A${index}`));

  it("takes ten at a time", async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({});
    expect(await deliveries.acknowledge(many(12))).toBe(0);
    const sizes = sqs.commandCalls(DeleteMessageBatchCommand).map((call) => call.args[0].input.Entries?.length);
    expect(sizes).toEqual([10, 2]);
  });

  it("says how many were left, whatever kept them", async () => {
    const failed = { Id: "0", SenderFault: true, Code: "InvalidParameterValue" };
    sqs
      .on(DeleteMessageBatchCommand)
      .resolvesOnce({ Failed: [failed] })
      .rejects(new Error("no"));
    expect(await deliveries.acknowledge(many(12))).toBe(3);
  });
});

it("renews a message with the same body and group under an id of its own, and keeps when it was first queued", async () => {
  await deliveries.renew(delivery("A", { receiveCount: 4, earlierAttempts: 8 }), "2026-03-16T12:05:00.000Z", {});
  expect(sent()).toMatchObject({
    QueueUrl: "https://sqs.example.com/1/accounts.fifo",
    MessageBody: delivery("A").body,
    MessageGroupId: "A",
    MessageDeduplicationId: "message-of-A-r",
  });
  expect(attributes()).toEqual({
    firstQueuedAt: "2026-03-16T10:00:00.000Z",
    attempts: "12",
    notBefore: "2026-03-16T12:05:00.000Z",
  });
});

it("keeps, when it renews a message, since when its account fails and that it is to be planned only", async () => {
  const troubledSince = {
    failing: Date.parse("2026-03-16T11:00:00.000Z"),
    refusedAlike: Date.parse("2026-03-16T11:30:00.000Z"),
  };
  await deliveries.renew(delivery("A", { queuedDry: true }), "2026-03-16T12:05:00.000Z", troubledSince);
  expect(attributes()).toMatchObject({
    failingSince: "2026-03-16T11:00:00.000Z",
    refusedAlikeSince: "2026-03-16T11:30:00.000Z",
    dryRun: "true",
  });
});

describe("a dead letter", () => {
  const reason = (facts: Partial<DeadLetterReason> = {}): DeadLetterReason => ({
    errorCode: "ZUORA_REJECTED",
    errorMessage: "Zuora refused: ACCOUNTING_PERIOD_CLOSED: closed",
    runId: "zcs-0mb0abc123",
    firstFailedAt: "2026-03-16T12:00:00.000Z",
    attempts: 2,
    zuoraRequestId: "r-1",
    ...facts,
  });

  it("carries the same body and everything that explains it", async () => {
    await deliveries.deadLetter(delivery("A"), reason());
    expect(sent()).toMatchObject({
      QueueUrl: "https://sqs.example.com/1/dead-letters.fifo",
      MessageBody: delivery("A").body,
      MessageGroupId: "A",
      MessageDeduplicationId: "message-of-A",
    });
    expect(attributes()).toEqual({ ...reason(), attempts: "2" });
  });

  it("omits what is absent or empty, since SQS refuses empty values", async () => {
    await deliveries.deadLetter(delivery("A"), reason({ runId: undefined, zuoraRequestId: "" }));
    expect(Object.keys(attributes()).sort()).toEqual(["attempts", "errorCode", "errorMessage", "firstFailedAt"]);
  });

  it.each([
    ["ASCII", "x".repeat(5_000), 1_024],
    ["letters of three bytes, none of them split", "€".repeat(5_000), 1_023],
    ["pictures of four bytes, none of them split", `a${"😀".repeat(5_000)}`, 1_021],
  ])("cuts its message to 1 KB of UTF-8: %s", async (_name, errorMessage, bytes) => {
    await deliveries.deadLetter(delivery("A"), reason({ errorMessage }));
    const message = attributes()["errorMessage"] ?? "";
    expect([Buffer.byteLength(message), errorMessage.startsWith(message)]).toEqual([bytes, true]);
  });

  it("leaves out the characters that SQS does not take", async () => {
    await deliveries.deadLetter(delivery("A"), reason({ errorMessage: "a\u0000b\u001fc\td\uffff" }));
    expect(attributes()["errorMessage"]).toBe("a b c\td ");
  });
});

describe("a record of the event source mapping", () => {
  const record = (facts: Partial<SQSRecord> = {}): SQSRecord => ({
    messageId: "m-1",
    receiptHandle: "r-1",
    body: "{}",
    attributes: {
      ApproximateReceiveCount: "3",
      SentTimestamp: "1773655200000",
      SenderId: "s",
      ApproximateFirstReceiveTimestamp: "1773655260000",
      MessageGroupId: "A",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn",
    awsRegion: "eu-west-1",
    ...facts,
  });

  const attribute = (stringValue: string) => ({ stringValue, dataType: "String" });

  it("is read in the words of the use case", () => {
    expect(toDelivery(record())).toEqual({
      messageId: "m-1",
      receiptHandle: "r-1",
      body: "{}",
      messageGroupId: "A",
      receiveCount: 3,
      firstReceivedAt: "2026-03-16T10:01:00.000Z",
      firstQueuedAt: "2026-03-16T10:00:00.000Z",
      earlierAttempts: 0,
      notBefore: undefined,
      troubledSince: {},
      queuedDry: false,
    });
  });

  it("that was renewed knows when it was first queued, how often it was received before, and when it is due", () => {
    const messageAttributes = {
      firstQueuedAt: attribute("2026-03-15T00:00:00.000Z"),
      attempts: attribute("12"),
      notBefore: attribute("2026-03-16T12:05:00.000Z"),
      failingSince: attribute("2026-03-16T11:00:00.000Z"),
      refusedAlikeSince: attribute("2026-03-16T11:30:00.000Z"),
    };
    expect(toDelivery(record({ messageAttributes }))).toMatchObject({
      firstQueuedAt: "2026-03-15T00:00:00.000Z",
      earlierAttempts: 12,
      notBefore: "2026-03-16T12:05:00.000Z",
      troubledSince: {
        failing: Date.parse("2026-03-16T11:00:00.000Z"),
        refusedAlike: Date.parse("2026-03-16T11:30:00.000Z"),
      },
    });
  });

  it("that a dry scan queued is known as such", () => {
    expect(toDelivery(record({ messageAttributes: { dryRun: attribute("true") } })).queuedDry).toBe(true);
  });

  it("with attributes that somebody else wrote is read all the same", () => {
    expect(toDelivery(record({ messageAttributes: { attempts: attribute("many") } })).earlierAttempts).toBe(0);
  });
});
