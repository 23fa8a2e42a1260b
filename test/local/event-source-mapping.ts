import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { sqsEventOf } from "./sqs-event.ts";

/** An event source mapping between an SQS FIFO queue and a function. */
export type EventSourceMappingSettings = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Batches at a time, as `MaximumConcurrency` limits them. */
  readonly pollers: number;
  readonly invoke: (event: unknown) => Promise<unknown>;
};

export type EventSourceMapping = {
  /** Messages that were received and neither deleted nor left to their visibility timeout yet. */
  readonly handling: number;
  /** Rejects when the queue cannot be read any more; otherwise resolves once it was stopped. */
  readonly finished: Promise<void>;
  /** Receives nothing more; `finished` tells when the last batch is done with. */
  stop(): void;
};

/** Polls the queue as Lambda does. What a function reports as failed, or all when it fails, is left to reappear. */
export const startEventSourceMapping = (settings: EventSourceMappingSettings): EventSourceMapping => {
  const stopping = new AbortController();
  let handling = 0;

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const messages = await receive(settings, stopping.signal);
      handling += messages.length;
      await handle(settings, messages);
      handling -= messages.length;
    }
  };

  return {
    get handling() {
      return handling;
    },
    finished: Promise.all(Array.from({ length: settings.pollers }, poll)).then(() => undefined),
    stop: () => stopping.abort(),
  };
};

const receive = async (
  { sqs, queueUrl, batchSize }: EventSourceMappingSettings,
  abortSignal: AbortSignal,
): Promise<Message[]> => {
  try {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (await sqs.send(command, { abortSignal })).Messages ?? [];
  } catch (error) {
    if (abortSignal.aborted) return [];
    throw error;
  }
};

const handle = async (settings: EventSourceMappingSettings, messages: readonly Message[]): Promise<void> => {
  if (messages.length === 0) return;
  const { sqs, queueUrl, queueArn, invoke } = settings;
  const done = await invoke(sqsEventOf(messages, queueArn)).then(
    (answer) => handledOf(messages, answer),
    // The function's own log and the receive counts tell what went wrong; Lambda does nothing more either.
    () => [],
  );
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
};

/**
 * The messages that a function's answer lets Lambda delete. An answer that names no message, or an unknown one, fails
 * the whole batch (AWS: "Implementing partial batch responses").
 */
export const handledOf = (messages: readonly Message[], answer: unknown): readonly Message[] => {
  if (answer === null || answer === undefined) return messages;
  const { batchItemFailures = [] } = answer as { batchItemFailures?: readonly { itemIdentifier?: unknown }[] | null };
  if (!Array.isArray(batchItemFailures)) return batchItemFailures === null ? messages : [];
  const known = new Set(messages.map(({ MessageId }) => MessageId as unknown));
  const failed = new Set(
    batchItemFailures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier),
  );
  if (!failed.isSubsetOf(known)) return [];
  return messages.filter(({ MessageId }) => !failed.has(MessageId));
};
