import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { writeMessage } from "../../app/message.ts";
import type { WorkQueue } from "../../app/queue-ports.ts";
import type { AccountId } from "../../domain/account.ts";
import { dryMark, textAttribute } from "./message-attributes.ts";

/** SQS's limit on one `SendMessageBatch`. */
const batchMax = 10;

/** Batches in flight: SQS answers in milliseconds, and the scanner has nothing else to do. */
const senders = 8;

const triesMax = 3;

/** The FIFO work queue as the scanner uses it: group = account, deduplication id = run and account. */
export const createWorkQueue = (client: SQSClient, queueUrl: string): WorkQueue => ({
  depth: async () => {
    const command = new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    const { Attributes } = await client.send(command);
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  },
  send: async (accountIds, runId, firstQueuedAt, isDry = false) => {
    const batches = batchesOf(accountIds);
    let sent = 0;
    const sendAll = async () => {
      for (const batch of batches) {
        await sendBatch(
          client,
          queueUrl,
          batch.map((accountId) => ({ accountId, runId, firstQueuedAt, isDry })),
        );
        sent += batch.length;
      }
    };
    await Promise.all(Array.from({ length: senders }, sendAll));
    return sent;
  },
});

/** A generator that several senders share: each takes the next batch. */
function* batchesOf(accountIds: Iterable<AccountId>): Generator<readonly AccountId[]> {
  let batch: AccountId[] = [];
  for (const accountId of accountIds) {
    batch.push(accountId);
    if (batch.length < batchMax) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Entry = {
  readonly accountId: AccountId;
  readonly runId: string;
  readonly firstQueuedAt: string;
  readonly isDry: boolean;
};

/** Sends again what SQS refused of a batch, and then fails the scan loudly. */
const sendBatch = async (client: SQSClient, queueUrl: string, entries: readonly Entry[]): Promise<void> => {
  let left = entries.map(toRequestEntry);
  for (let attempt = 1; ; attempt += 1) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
    if (Failed.length === 0) return;
    const refused = new Set(Failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => refused.has(Id));
    if (attempt === triesMax) throw new Error(`SQS refused ${left.length} messages: ${Failed[0]?.Code ?? "no code"}`);
  }
};

const toRequestEntry = (
  { accountId, runId, firstQueuedAt, isDry }: Entry,
  index: number,
): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: writeMessage({ accountId, runId }),
  MessageGroupId: accountId,
  MessageDeduplicationId: `${runId}-${accountId}`,
  MessageAttributes: textAttribute({ firstQueuedAt, dryRun: isDry ? dryMark : undefined }),
});
