import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod";
import { parseJson } from "../../app/config/parse-json.ts";
import type { Posting } from "../../app/scan/ports.ts";

/** Leaves the scanner's work to a queue of its own: the answer to Zuora does not wait for a scan. */
export const createPostingQueue =
  (client: SQSClient, queueUrl: string) =>
  async (posting: Posting): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(posting) }));
  };

/** What the queue's event source mapping hands over, message by message; nothing is parsed further here. */
export const bodiesIn = (event: unknown): readonly unknown[] | undefined => {
  const { Records } = (event ?? {}) as Partial<SQSEvent>;
  return Array.isArray(Records) ? Records.map(({ body }) => parseJson(z.unknown(), body).data) : undefined;
};
