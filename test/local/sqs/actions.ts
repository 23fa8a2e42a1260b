import type { SqsStore, StoredMessage } from "./fauxqs.ts";
import { FifoQueue } from "./fifo-queue.ts";
import { deadLetterSourcesOf, type MoveTasks } from "./move-tasks.ts";
import { SqsError } from "./sqs-error.ts";

type Entry = {
  Id?: string;
  ReceiptHandle?: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
  MessageAttributes?: Record<string, { StringValue?: string; BinaryValue?: string }>;
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue?: string } };
};

type Request = Entry & { QueueUrl?: string; Entries?: Entry[]; SourceArn?: string };

type Asked = { readonly action: string; readonly request: Request; readonly traceHeader: string | undefined };

type Answer = { Messages?: { ReceiptHandle: string; Attributes?: Record<string, string> }[] };

/**
 * The trace header that a message was sent under, by its attributes: the one thing of a request that fauxqs keeps as it
 * is.
 */
const traceHeaders = new WeakMap<object, string>();

/** Between a group and a deduplication id that holds within the group; neither may contain it. */
const separator = "\u0000";

/**
 * What SQS does and fauxqs does not. An answer takes the place of fauxqs's own; without one the request, perhaps
 * changed, goes on to fauxqs.
 *
 * @param traceHeader the request's `X-Amzn-Trace-Id`
 * @throws {SqsError} where SQS refuses what fauxqs would accept
 */
export const answerFor = (
  { action, request, traceHeader }: Asked,
  store: SqsStore,
  tasks: MoveTasks,
): object | undefined => {
  const queue = request.QueueUrl === undefined ? undefined : store.getQueue(request.QueueUrl);
  const fifo = queue instanceof FifoQueue ? queue : undefined;
  switch (action) {
    case "SendMessage":
    case "SendMessageBatch":
      for (const entry of request.Entries ?? [request]) prepare(entry, fifo, traceHeader);
      return undefined;
    case "DeleteMessage":
      if (fifo && isExpired(fifo, request)) throw new SqsError("InvalidParameterValue", expiredHandle);
      return undefined;
    case "DeleteMessageBatch":
      return fifo && request.Entries?.some((entry) => isExpired(fifo, entry))
        ? deleteBatch(fifo, request.Entries)
        : undefined;
    case "ListDeadLetterSourceQueues":
      return queue && { queueUrls: deadLetterSourcesOf(store, queue.arn) };
    case "StartMessageMoveTask":
      return tasks.start(request as Parameters<MoveTasks["start"]>[0]);
    case "ListMessageMoveTasks":
      return tasks.list(request as Parameters<MoveTasks["list"]>[0]);
    default:
      return undefined;
  }
};

/** Completes what fauxqs answers to a receive. */
export const completeReceive = (request: Request, answer: Answer, store: SqsStore): void => {
  const queue = store.getQueue(request.QueueUrl ?? "");
  for (const received of answer.Messages ?? []) {
    const message = queue?.inflightMessages.get(received.ReceiptHandle)?.message as StoredMessage | undefined;
    const attributes = received.Attributes;
    if (!message || !attributes) continue;
    const { MessageDeduplicationId: id } = attributes;
    if (id !== undefined) attributes["MessageDeduplicationId"] = id.slice(id.indexOf(separator) + 1);
    const traceHeader = traceHeaders.get(message.messageAttributes);
    if (traceHeader !== undefined) attributes["AWSTraceHeader"] = traceHeader;
    if (message.deadLetterQueueSourceArn) attributes["DeadLetterQueueSourceArn"] = message.deadLetterQueueSourceArn;
  }
};

/** Takes back what a receive found after its client had gone: SQS gives messages only to somebody who listens. */
export const takeBack = (request: Request, answer: Answer, store: SqsStore): void => {
  const queue = store.getQueue(request.QueueUrl ?? "");
  for (const { ReceiptHandle } of answer.Messages ?? []) {
    const message = queue?.inflightMessages.get(ReceiptHandle)?.message;
    if (message) message.approximateReceiveCount--;
    queue?.changeVisibility(ReceiptHandle, 0);
  }
};

const prepare = (entry: Entry, fifo: FifoQueue | undefined, requestTraceHeader: string | undefined): void => {
  const traceHeader = entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? requestTraceHeader;
  entry.MessageAttributes ??= {};
  if (traceHeader !== undefined) traceHeaders.set(entry.MessageAttributes, traceHeader);
  for (const [name, { StringValue, BinaryValue }] of Object.entries(entry.MessageAttributes)) {
    if (StringValue || BinaryValue) continue;
    throw new SqsError("InvalidParameterValue", `Message (user) attribute '${name}' must contain a non-empty value.`);
  }
  const isPerGroup = fifo?.attributes["DeduplicationScope"] === "messageGroup";
  if (isPerGroup && entry.MessageDeduplicationId) {
    entry.MessageDeduplicationId = `${entry.MessageGroupId}${separator}${entry.MessageDeduplicationId}`;
  }
};

const isExpired = (queue: FifoQueue, { ReceiptHandle }: Entry): boolean => {
  queue.processTimers();
  return queue.expiredHandles.has(ReceiptHandle ?? "");
};

const deleteBatch = (queue: FifoQueue, entries: readonly Entry[]): object => {
  const isFailed = (entry: Entry) => isExpired(queue, entry);
  const successful = entries.filter((entry) => !isFailed(entry));
  for (const { ReceiptHandle } of successful) queue.deleteMessage(ReceiptHandle ?? "");
  return {
    Successful: successful.map(({ Id }) => ({ Id })),
    Failed: entries
      .filter(isFailed)
      .map(({ Id }) => ({ Id, SenderFault: true, Code: "InvalidParameterValue", Message: expiredHandle })),
  };
};

const expiredHandle = "Value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.";
