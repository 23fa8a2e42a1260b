import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { readConfig } from "../app/config/config.ts";
import { type ReplayResult, replay } from "../app/dead-letters/replay.ts";

import { systemClock } from "../aws/clock.ts";
import { createDeadLetterQueue } from "../aws/sqs/dead-letter-queue.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createWorkQueue } from "../aws/sqs/work-queue.ts";
import { ConfigError } from "../domain/errors.ts";

const environment = z.object({
  serviceName: z.string().min(1),
  workQueueUrl: z.url("expected a queue URL"),
  deadLetterQueueUrl: z.url("expected a queue URL"),
});

const config = readConfig(environment, process.env);
const sqs = createSqsClient();
const logger = new Logger({ serviceName: config.serviceName });

/** What an engineer types into the console. Nothing but `dryRun: false` replays anything. */
const request = z.strictObject({
  code: z.string().min(1).optional(),
  accountId: z.string().min(1).optional(),
  limit: z.int().min(1).max(10_000).default(50),
  dryRun: z.boolean().default(true),
});

/** Left at the end of an invocation to release what is hidden, in milliseconds. */
const reserveMs = 10_000;

/** Replays dead letters: the use case of `ops dead-letters replay` for whoever has only the console. */
export const handler = async (event: unknown, context: Context): Promise<ReplayResult> => {
  const parsed = request.safeParse(event ?? {});
  if (!parsed.success) {
    throw new ConfigError('expected an event {"code":"…","accountId":"…","limit":50,"dryRun":true}');
  }
  const { code, accountId, limit, dryRun } = parsed.data;
  return replay(
    {
      deadLetters: createDeadLetterQueue(sqs, config.deadLetterQueueUrl),
      workQueue: createWorkQueue(sqs, config.workQueueUrl),
      journal: { record: (action, fields) => logger.info(action, { ...fields }) },
      clock: systemClock,
      random: Math.random,
      isStopped: () => context.getRemainingTimeInMillis() < reserveMs,
    },
    {
      dryRun,
      limit,
      ...(code === undefined ? {} : { codes: [code] }),
      ...(accountId === undefined ? {} : { accounts: [accountId] }),
    },
  );
};
