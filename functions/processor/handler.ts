import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { processorEnvironment, readConfig } from "../app/config.ts";
import { processDeliveries } from "../app/settle/process-deliveries.ts";
import { systemClock } from "../aws/clock.ts";
import { createDeliveries, toDelivery } from "../aws/deliveries.ts";
import { createSwitchReader } from "../aws/parameters.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { createSqsClient } from "../aws/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { connectConfigured } from "../zuora/http/connect-configured.ts";
import { processorPatience } from "../zuora/http/retry.ts";
import { createAccountReading } from "../zuora/ledger/account-reading.ts";
import { createLedger } from "../zuora/ledger/ledger.ts";

const config = readConfig(processorEnvironment, process.env);
const policy = config.POLICY;
const telemetry = createTelemetry(config.SERVICE_NAME);
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.ZUORA_SECRET_ID),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: processorPatience,
});
const switchReader = createSwitchReader(new SSMClient(), config.SWITCH_PARAMETER);
const deliveries = createDeliveries(createSqsClient(), {
  workQueueUrl: config.WORK_QUEUE_URL,
  deadLetterQueueUrl: config.DEAD_LETTER_QUEUE_URL,
});
const reading = createAccountReading(config.ZUORA_TIME_ZONE, policy, systemClock.now);

/** Settles the accounts of one batch. Messages that it does not name are done with; SQS deletes them. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const remainingMs = () => context.getRemainingTimeInMillis();
  try {
    const kept = await processDeliveries(
      {
        ledgerFor: (trackId) => createLedger(connection, { trackId, remainingMs }, { reading, codes: policy }),
        deliveries,
        switchReader,
        telemetry,
        clock: systemClock,
        random: Math.random,
        remainingMs,
        policy,
        invocationId: context.awsRequestId,
        maxReceiveCount: config.MAX_RECEIVE_COUNT,
        backoffMaxSeconds: config.BACKOFF_MAX_SECONDS,
        writeTimeMs: config.ZUORA_HTTP_TIMEOUT_MS,
      },
      Records.map(toDelivery),
    );
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    telemetry.flush();
  }
};
