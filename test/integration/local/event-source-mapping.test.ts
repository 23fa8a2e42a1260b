import type { Message } from "@aws-sdk/client-sqs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { type EventSourceMapping, handledOf, startEventSourceMapping } from "../../local/event-source-mapping.ts";
import { countMessages, createQueues, type Queue, queueNames } from "../../local/queues.ts";
import { type SqsServer, startSqsServer } from "../../local/sqs-server.ts";

let server: SqsServer;
let sqs: SQSClient;
let queue: Queue;
let mapping: EventSourceMapping | undefined;

beforeEach(async () => {
  server = await startSqsServer(region);
  sqs = new SQSClient({ endpoint: server.endpoint, region, credentials });
  queue = (await createQueues(sqs, { visibilityTimeoutSeconds: 1, maxReceiveCount: 2 })).work;
});

afterEach(async () => {
  mapping?.stop();
  await mapping?.finished;
  mapping = undefined;
  sqs.destroy();
  await server.stop();
});

const send = (body: string, group = body) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: `${body}-${Math.random()}`,
      MessageAttributes: { firstQueuedAt: { DataType: "String", StringValue: "then" } },
    }),
  );

const map = (invoke: (event: SQSEvent) => Promise<unknown>, pollers = 1): void => {
  mapping = startEventSourceMapping({
    sqs,
    queueUrl: queue.url,
    queueArn: queue.arn,
    batchSize: 10,
    pollers,
    invoke: (event) => invoke(event as SQSEvent),
  });
};

const isEmpty = async () => {
  const { visible, hidden } = await countMessages(sqs, queue);
  return visible + hidden === 0 && mapping?.handling === 0;
};

const bodiesOf = (event: SQSEvent) => event.Records.map(({ body }) => body);

describe("an event source mapping", () => {
  it("hands over batches of at most ten, each message as Lambda describes it, and deletes what was handled", async () => {
    for (let i = 0; i < 12; i++) await send(`m${i}`);
    const events: SQSEvent[] = [];
    map(async (event) => void events.push(event));
    await vi.waitFor(async () => expect(await isEmpty()).toBe(true), 10_000);
    expect(events.map(({ Records }) => Records.length)).toEqual([10, 2]);
    expect(events.flatMap(bodiesOf)).toEqual(Array.from({ length: 12 }, (_, i) => `m${i}`));
    expect(events[0]?.Records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      attributes: { MessageGroupId: "m0", ApproximateReceiveCount: "1" },
      messageAttributes: { firstQueuedAt: { dataType: "String", stringValue: "then" } },
      eventSource: "aws:sqs",
      eventSourceARN: queue.arn,
      awsRegion: region,
    });
  });

  it("leaves only the messages that the function names to be received again", async () => {
    for (const body of ["good", "bad"]) await send(body);
    const received: string[][] = [];
    map(async (event) => {
      received.push(bodiesOf(event));
      const failed = event.Records.filter(
        ({ body, attributes }) => body === "bad" && attributes.ApproximateReceiveCount === "1",
      );
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await vi.waitFor(async () => expect(await isEmpty()).toBe(true), 10_000);
    expect(received).toEqual([["good", "bad"], ["bad"]]);
  });

  it("deletes nothing when the function fails, so that SQS dead-letters what keeps failing", async () => {
    await send("poison");
    const receiveCounts: (string | undefined)[] = [];
    map(async (event) => {
      receiveCounts.push(event.Records[0]?.attributes.ApproximateReceiveCount);
      throw new Error("out of memory");
    });
    await vi.waitFor(
      () => expect(server.messagesIn(queueNames.deadLetter)).toMatchObject([{ body: "poison" }]),
      10_000,
    );
    expect(receiveCounts).toEqual(["1", "2"]);
  });

  it("runs as many batches at a time as it has pollers, and no two of one group", async () => {
    for (const body of ["a1", "a2", "b1"]) await send(body, body[0]);
    const gate = Promise.withResolvers<void>();
    const batches: string[][] = [];
    map(async (event) => {
      batches.push(bodiesOf(event));
      await gate.promise;
    }, 2);
    await vi.waitFor(() => expect(mapping?.handling).toBe(3));
    await send("a3", "a");
    await send("c1", "c");
    await vi.waitFor(() => expect(batches.flat()).toContain("c1"));
    expect(batches.flat()).not.toContain("a3");
    gate.resolve();
    await vi.waitFor(() => expect(batches.flat()).toContain("a3"));
  });

  it("fails, instead of waiting for ever, when the queue is gone", async () => {
    const gone = { ...queue, url: `${queue.url}-gone.fifo` };
    const broken = startEventSourceMapping({
      sqs,
      queueUrl: gone.url,
      queueArn: gone.arn,
      batchSize: 10,
      pollers: 1,
      invoke: async () => null,
    });
    await expect(broken.finished).rejects.toThrow("does not exist");
  });
});

describe("a function's answer", () => {
  const messages: Message[] = [{ MessageId: "1" }, { MessageId: "2" }];
  const [first, second] = messages;

  it.each([
    ["names nothing", null, messages],
    ["has no failures", { batchItemFailures: [] }, messages],
    ["has failures that are null", { batchItemFailures: null }, messages],
    ["names one message", { batchItemFailures: [{ itemIdentifier: "1" }] }, [second]],
    ["names each message twice", { batchItemFailures: [{ itemIdentifier: "2" }, { itemIdentifier: "2" }] }, [first]],
    ["names an unknown message", { batchItemFailures: [{ itemIdentifier: "3" }] }, []],
    ["names an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }, []],
    ["has an entry without an id", { batchItemFailures: [{}] }, []],
    ["has failures that are no list", { batchItemFailures: "1" }, []],
  ])("that %s says which messages are done with", (_, answer, done) => {
    expect(handledOf(messages, answer)).toEqual(done);
  });
});
