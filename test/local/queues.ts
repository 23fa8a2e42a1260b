import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Names of the two queues, and of the revenue pass' own two. */
export const queueNames = { work: "accounts.fifo", deadLetter: "accounts-dead-letter.fifo" } as const;
export const revenueQueueNames = { work: "revenue.fifo", deadLetter: "revenue-dead-letter.fifo" } as const;

export type Queue = { readonly url: string; readonly arn: string };

export type Queues = { readonly work: Queue; readonly deadLetter: Queue };

/** How many messages a queue holds, in each of their states. */
export type QueueCounts = { readonly visible: number; readonly hidden: number; readonly delayed: number };

/** As the stack sets up both queues: in high-throughput mode, kept for 14 days. */
const common = {
  FifoQueue: "true",
  FifoThroughputLimit: "perMessageGroupId",
  DeduplicationScope: "messageGroup",
  MessageRetentionPeriod: "1209600",
};

/** Creates a work queue and its dead-letter queue. */
export const createQueues = async (
  sqs: SQSClient,
  { visibilityTimeoutSeconds, maxReceiveCount }: { visibilityTimeoutSeconds: number; maxReceiveCount: number },
  names: { readonly work: string; readonly deadLetter: string } = queueNames,
): Promise<Queues> => {
  const deadLetter = await create(sqs, names.deadLetter, {});
  const work = await create(sqs, names.work, {
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter.arn, maxReceiveCount }),
  });
  return { work, deadLetter };
};

/** Creates the queue of what Zuora calls out: any order, any number of the same. */
export const createPostingQueue = async (sqs: SQSClient): Promise<Queue> => {
  const { QueueUrl: url = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "postings" }));
  return { url, arn: (await attributesOf(sqs, url))["QueueArn"] ?? "" };
};

/** Counts a queue's messages. */
export const countMessages = async (sqs: SQSClient, queue: Queue): Promise<QueueCounts> => {
  const attributes = await attributesOf(sqs, queue.url);
  return {
    visible: Number(attributes["ApproximateNumberOfMessages"]),
    hidden: Number(attributes["ApproximateNumberOfMessagesNotVisible"]),
    delayed: Number(attributes["ApproximateNumberOfMessagesDelayed"]),
  };
};

const create = async (sqs: SQSClient, name: string, attributes: Record<string, string>): Promise<Queue> => {
  const command = new CreateQueueCommand({ QueueName: name, Attributes: { ...common, ...attributes } });
  const { QueueUrl: url = "" } = await sqs.send(command);
  return { url, arn: (await attributesOf(sqs, url))["QueueArn"] ?? "" };
};

const attributesOf = async (sqs: SQSClient, url: string): Promise<Record<string, string>> =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }))).Attributes ?? {};
