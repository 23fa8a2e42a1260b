import { randomUUID } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { type SqsServer, startSqsServer } from "../../local/sqs-server.ts";

/** Another SQS to hold against the same expectations, with the credentials and region of the environment. */
const otherEndpoint = process.env["SQS_CONFORMANCE_ENDPOINT"];

type Queue = { readonly url: string; readonly arn: string };

let server: SqsServer | undefined;
let sqs: SQSClient;

beforeAll(async () => {
  server = otherEndpoint ? undefined : await startSqsServer(region);
  sqs = new SQSClient(server ? { endpoint: server.endpoint, region, credentials } : { endpoint: otherEndpoint ?? "" });
});

afterAll(async () => {
  sqs.destroy();
  await server?.stop();
});

const createQueue = async (attributes: Record<string, string> = {}): Promise<Queue> => {
  const { QueueUrl: url = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `conformance-${randomUUID()}.fifo`,
      Attributes: { FifoQueue: "true", ...attributes },
    }),
  );
  return { url, arn: (await attributesOf({ url, arn: "" }))["QueueArn"] ?? "" };
};

const attributesOf = async (queue: Queue): Promise<Record<string, string>> =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["All"] }))).Attributes ?? {};

const countsOf = async (queue: Queue): Promise<unknown[]> => {
  const attributes = await attributesOf(queue);
  return [attributes["ApproximateNumberOfMessages"], attributes["ApproximateNumberOfMessagesNotVisible"]];
};

const send = (queue: Queue, body: string, group: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
      ...more,
    }),
  );

const receive = async (queue: Queue, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 0,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
    ...more,
  });
  return (await sqs.send(command)).Messages ?? [];
};

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

const handle = (queue: Queue, message: Message | undefined) => ({
  QueueUrl: queue.url,
  ReceiptHandle: message?.ReceiptHandle ?? "",
});

const remove = (queue: Queue, message: Message | undefined) =>
  sqs.send(new DeleteMessageCommand(handle(queue, message)));

const show = (queue: Queue, message: Message | undefined) =>
  sqs.send(new ChangeMessageVisibilityCommand({ ...handle(queue, message), VisibilityTimeout: 0 }));

const queueWithDeadLetters = async (maxReceiveCount: number) => {
  const deadLetters = await createQueue();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount });
  return { deadLetters, queue: await createQueue({ RedrivePolicy }) };
};

describe.concurrent("a FIFO queue of SQS", () => {
  it("returns several messages of one group in one receive, in order", async () => {
    const queue = await createQueue();
    for (const body of ["a1", "a2", "a3"]) await send(queue, body, "A");
    expect(bodies(await receive(queue))).toEqual(["a1", "a2", "a3"]);
  });

  it("locks a group while one of its messages is in flight, and no other group", async () => {
    const queue = await createQueue();
    for (const body of ["a1", "a2", "a3"]) await send(queue, body, "A");
    const [a1, a2] = await receive(queue, { MaxNumberOfMessages: 2 });
    await send(queue, "b1", "B");
    expect(bodies(await receive(queue))).toEqual(["b1"]);
    await remove(queue, a1);
    expect(await receive(queue)).toEqual([]);
    await remove(queue, a2);
    expect(bodies(await receive(queue))).toEqual(["a3"]);
  });

  it("gives messages that were shown again back in their order", async () => {
    const queue = await createQueue();
    for (const body of ["a1", "a2", "a3", "a4"]) await send(queue, body, "A");
    for (const message of await receive(queue, { MaxNumberOfMessages: 3 })) await show(queue, message);
    expect(bodies(await receive(queue))).toEqual(["a1", "a2", "a3", "a4"]);
  });

  it("gives messages whose visibility timeout ran out back in their order, counted, and wakes a long poll for it", async () => {
    const queue = await createQueue({ VisibilityTimeout: "1" });
    for (const body of ["a1", "a2", "a3", "a4"]) await send(queue, body, "A");
    await receive(queue, { MaxNumberOfMessages: 3 });
    expect(await receive(queue)).toEqual([]);
    const again = await receive(queue, { WaitTimeSeconds: 5 });
    expect(bodies(again)).toEqual(["a1", "a2", "a3", "a4"]);
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["2", "2", "2", "1"]);
  });

  it("hides a message for as long as it is told", async () => {
    const queue = await createQueue({ VisibilityTimeout: "1" });
    await send(queue, "a", "A");
    const [a] = await receive(queue);
    await sqs.send(new ChangeMessageVisibilityCommand({ ...handle(queue, a), VisibilityTimeout: 60 }));
    expect(await receive(queue, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  it("wakes a long poll when a message is sent", async () => {
    const queue = await createQueue();
    const waiting = receive(queue, { WaitTimeSeconds: 10 });
    await send(queue, "a", "A");
    expect(bodies(await waiting)).toEqual(["a"]);
  });

  it("gives nothing to a long poll whose client has gone", async () => {
    const queue = await createQueue();
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 10 });
    const waiting = sqs.send(command, { abortSignal: gone.signal });
    await countsOf(queue);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    // Other requests, so that the server has had its turn to notice.
    for (let i = 0; i < 3; i++) await countsOf(queue);
    await send(queue, "a", "A");
    const [message] = await receive(queue, { WaitTimeSeconds: 5 });
    expect(message).toMatchObject({ Body: "a", Attributes: { ApproximateReceiveCount: "1" } });
  });

  it("drops a message with a known deduplication id, even after the first one was deleted", async () => {
    const queue = await createQueue();
    const first = await send(queue, "a", "A", { MessageDeduplicationId: "same" });
    const [a] = await receive(queue);
    await remove(queue, a);
    const second = await send(queue, "b", "A", { MessageDeduplicationId: "same" });
    expect(second.MessageId).toBe(first.MessageId);
    expect(await receive(queue)).toEqual([]);
  });

  it("in high-throughput mode knows deduplication ids per group", async () => {
    const queue = await createQueue({
      FifoThroughputLimit: "perMessageGroupId",
      DeduplicationScope: "messageGroup",
    });
    for (const group of ["A", "B"]) await send(queue, group, group, { MessageDeduplicationId: "same" });
    const messages = await receive(queue);
    expect(bodies(messages).toSorted()).toEqual(["A", "B"]);
    expect(messages.map(({ Attributes }) => Attributes?.MessageDeduplicationId)).toEqual(["same", "same"]);
  });

  it.skipIf(otherEndpoint !== undefined)("remembers more than 10,000 deduplication ids", async () => {
    const queue = await createQueue();
    const ids = Array.from({ length: 10_010 }, (_, i) => `id-${i}`);
    const entriesOf = (chunk: readonly string[]) =>
      chunk.map((id) => ({ Id: id, MessageBody: id, MessageGroupId: id, MessageDeduplicationId: id }));
    const batches = Array.from({ length: ids.length / 10 }, (_, i) => entriesOf(ids.slice(i * 10, i * 10 + 10)));
    const sender = async () => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) {
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: batch }));
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    for (const id of ids.slice(0, 10)) await send(queue, id, id);
    expect(await countsOf(queue)).toEqual(["10010", "0"]);
  });

  it("tells how many messages wait and how many are in flight, without a receive in between", async () => {
    const queue = await createQueue({ VisibilityTimeout: "1" });
    for (const group of ["A", "B", "C"]) await send(queue, group, group);
    await receive(queue, { MaxNumberOfMessages: 2 });
    expect(await countsOf(queue)).toEqual(["1", "2"]);
    await vi.waitFor(async () => expect(await countsOf(queue)).toEqual(["3", "0"]), 5_000);
  });

  it("refuses to delete with a receipt handle that expired", async () => {
    const queue = await createQueue({ VisibilityTimeout: "1" });
    for (const group of ["A", "B"]) await send(queue, group, group);
    const [a] = await receive(queue, { MaxNumberOfMessages: 1 });
    const [b] = await receive(queue, { MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    await receive(queue, { WaitTimeSeconds: 5 });
    await expect(remove(queue, a)).rejects.toThrow("expired");
    const Entries = [a, b].map((message, i) => ({ Id: `${i}`, ReceiptHandle: message?.ReceiptHandle ?? "" }));
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["1"]);
    expect(answer.Failed?.map(({ Id }) => Id)).toEqual(["0"]);
  });

  it("tells of each message its group, its receive count and when it was sent, and keeps its attributes", async () => {
    const queue = await createQueue();
    const MessageAttributes = { firstQueuedAt: { DataType: "String", StringValue: "2026-07-01T00:00:00Z" } };
    await send(queue, "a", "A", { MessageAttributes });
    const [message] = await receive(queue);
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: "A",
      MessageDeduplicationId: "a",
      ApproximateReceiveCount: "1",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SequenceNumber: expect.stringMatching(/^\d{18,20}$/),
    });
    expect(message?.MessageAttributes?.["firstQueuedAt"]?.StringValue).toBe("2026-07-01T00:00:00Z");
  });

  it("keeps the trace header that a message was sent under, through every receive", async () => {
    const queue = await createQueue();
    const traceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a87bd80c:1";
    await send(queue, "a", "A", {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
    });
    for (const _ of [1, 2]) {
      const [message] = await receive(queue);
      expect(message?.Attributes).toMatchObject({ AWSTraceHeader: traceHeader });
      await show(queue, message);
    }
  });

  it("refuses an attribute without a value, a message without a group, and an eleventh message in a batch", async () => {
    const queue = await createQueue();
    const MessageAttributes = { empty: { DataType: "String", StringValue: "" } };
    await expect(send(queue, "a", "A", { MessageAttributes })).rejects.toThrow("non-empty");
    await expect(send(queue, "a", "", { MessageGroupId: undefined })).rejects.toThrow("MessageGroupId");
    const Entries = Array.from({ length: 11 }, (_, i) => ({
      Id: `${i}`,
      MessageBody: "x",
      MessageGroupId: "A",
      MessageDeduplicationId: `${i}`,
    }));
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))).rejects.toThrow();
  });

  it("names a queue that does not exist", async () => {
    const { url } = await createQueue();
    await expect(send({ url: url.replace("conformance", "absent"), arn: "" }, "a", "A")).rejects.toThrow(
      QueueDoesNotExist,
    );
  });

  it("dead-letters a message after its last receive, with its body, group, attributes and source", async () => {
    const { queue, deadLetters } = await queueWithDeadLetters(2);
    const MessageAttributes = { firstQueuedAt: { DataType: "String", StringValue: "then" } };
    await send(queue, "poison", "A", { MessageAttributes });
    for (const count of ["1", "2"]) {
      const [message] = await receive(queue);
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
      await show(queue, message);
    }
    expect(await receive(queue)).toEqual([]);
    const [dead] = await receive(deadLetters, { WaitTimeSeconds: 5 });
    expect(dead).toMatchObject({
      Body: "poison",
      MessageAttributes: { firstQueuedAt: { StringValue: "then" } },
      Attributes: { MessageGroupId: "A", DeadLetterQueueSourceArn: queue.arn },
    });
  });

  it("moves dead letters back where they came from, counted from zero", async () => {
    const { queue, deadLetters } = await queueWithDeadLetters(1);
    await send(queue, "poison", "A");
    await show(queue, (await receive(queue))[0]);
    expect(await receive(queue)).toEqual([]);
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters.url }));
    expect(sources.queueUrls).toEqual([queue.url]);

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetters.arn }));
    const [back] = await receive(queue, { WaitTimeSeconds: 10 });
    expect(back).toMatchObject({ Body: "poison", Attributes: { ApproximateReceiveCount: "1" } });
    const taskOf = async () =>
      (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: deadLetters.arn }))).Results?.[0];
    await vi.waitFor(async () => expect((await taskOf())?.Status).toBe("COMPLETED"), 5_000);
    expect((await taskOf())?.ApproximateNumberOfMessagesMoved).toBe(1);
  });

  it("moves no messages out of a queue that is nobody's dead-letter queue", async () => {
    const queue = await createQueue();
    const start = sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
    await expect(start).rejects.toThrow("Dead Letter Queue");
  });
});
