import { randomUUID } from "node:crypto";
import { type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { slices } from "../../app/slices.ts";

/** SQS's limit on one batch of anything. */
export const batchMax = 10;

/** What is sent, received or deleted together, in order. */
export const inTens = <T>(all: readonly T[]): readonly (readonly T[])[] => slices(all, batchMax);

/** A receive that does not wait asks some of SQS's servers only; so often is asked again for what is missing. */
const roundsMax = 3;

type Received = { readonly messages: readonly Message[]; readonly failed: string | undefined };

/**
 * Up to so many messages that are visible now: at once as many receives as there are tens missing, and again while they
 * bring something. Never throws; `failed` is the name of the error that a receive ended with.
 */
export const receiveMany = async (client: SQSClient, queueUrl: string, max: number): Promise<Received> => {
  const messages: Message[] = [];
  let failed: string | undefined;
  const receive = async (count: number): Promise<readonly Message[]> => {
    try {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: count,
          WaitTimeSeconds: 0,
          // Where an answer is lost, the SDK asks again, and SQS hands out the same messages.
          ReceiveRequestAttemptId: randomUUID(),
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages;
    } catch (error) {
      failed = error instanceof Error ? error.name : "unknown";
      return [];
    }
  };
  for (let round = 1; round <= roundsMax && failed === undefined; round += 1) {
    const missing = max - messages.length;
    const counts = Array.from({ length: Math.ceil(missing / batchMax) }, (_, index) =>
      Math.min(batchMax, missing - index * batchMax),
    );
    const received = (await Promise.all(counts.map(receive))).flat();
    messages.push(...received);
    if (received.length === 0) break;
  }
  return { messages, failed };
};
