import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { createWorkQueue } from "../../../../functions/aws/sqs/work-queue.ts";

const sqs = mockClient(SQSClient);
const queue = createWorkQueue(new SQSClient({ region: "eu-west-1" }), "https://sqs.example.com/1/accounts.fifo");

const runId = "zcs-0mb0abc123";
const firstQueuedAt = "2026-03-16T12:00:00.000Z";
const accounts = (count: number) => Array.from({ length: count }, (_, index) => `account-${index}`);

beforeEach(() => {
  sqs.reset();
});

const batches = (): readonly (readonly SendMessageBatchRequestEntry[])[] =>
  sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries ?? []);

const failed = (...ids: readonly string[]) => ({
  Successful: [],
  Failed: ids.map((Id) => ({ Id, Code: "InternalError", SenderFault: false })),
});

it("queues one message per account: grouped by account, deduplicated by run and account", async () => {
  sqs.on(SendMessageBatchCommand).resolves(failed());
  expect(await queue.send(["a"], runId, firstQueuedAt)).toBe(1);
  expect(batches()).toEqual([
    [
      {
        Id: "0",
        MessageBody: '{"version":1,"accountId":"a","runId":"zcs-0mb0abc123"}',
        MessageGroupId: "a",
        MessageDeduplicationId: "zcs-0mb0abc123-a",
        MessageAttributes: { firstQueuedAt: { DataType: "String", StringValue: firstQueuedAt } },
      },
    ],
  ]);
});

it("marks what is to be planned only", async () => {
  sqs.on(SendMessageBatchCommand).resolves(failed());
  await queue.send(["a"], runId, firstQueuedAt, true);
  expect(batches()[0]?.[0]?.MessageAttributes).toMatchObject({ dryRun: { StringValue: "true" } });
});

it("sends in tens, every account once", async () => {
  sqs.on(SendMessageBatchCommand).resolves(failed());
  expect(await queue.send(accounts(101), runId, firstQueuedAt)).toBe(101);
  expect(
    batches()
      .map((entries) => entries.length)
      .sort((a, b) => a - b),
  ).toEqual([1, ...Array(10).fill(10)]);
  const sent = batches()
    .flat()
    .map(({ MessageGroupId }) => MessageGroupId);
  expect(sent.toSorted()).toEqual(accounts(101).toSorted());
});

it("has several batches in flight, and not too many", async () => {
  let inFlight = 0;
  let most = 0;
  sqs.on(SendMessageBatchCommand).callsFake(async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return failed();
  });
  await queue.send(accounts(500), runId, firstQueuedAt);
  expect(most).toBe(8);
});

it("sends nothing where nothing was found", async () => {
  expect([await queue.send([], runId, firstQueuedAt), batches()]).toEqual([0, []]);
});

describe("entries that SQS refused", () => {
  it("are sent again, and only they", async () => {
    sqs.on(SendMessageBatchCommand).resolvesOnce(failed("1", "3")).resolvesOnce(failed("3")).resolves(failed());
    expect(await queue.send(accounts(5), runId, firstQueuedAt)).toBe(5);
    expect(batches().map((entries) => entries.map(({ MessageGroupId }) => MessageGroupId))).toEqual([
      accounts(5),
      ["account-1", "account-3"],
      ["account-3"],
    ]);
  });

  it("fail the scan loudly after three tries", async () => {
    sqs.on(SendMessageBatchCommand).resolves(failed("0", "1"));
    await expect(queue.send(accounts(2), runId, firstQueuedAt)).rejects.toThrow(
      "SQS refused 2 messages: InternalError",
    );
    expect(batches()).toHaveLength(3);
  });
});

it("fails where SQS cannot be reached", async () => {
  sqs.on(SendMessageBatchCommand).rejects(new Error("connect ECONNREFUSED"));
  await expect(queue.send(["a"], runId, firstQueuedAt)).rejects.toThrow("ECONNREFUSED");
});

it("tells how many messages wait", async () => {
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: "50001" } });
  expect(await queue.depth()).toBe(50_001);
});
