import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readConfig, revenueEnvironment } from "../app/config/config.ts";
import { type FindRevenueResult, findRevenue } from "../app/revenue/find-revenue.ts";
import { processRevenue } from "../app/revenue/process-revenue.ts";
import { systemClock } from "../aws/clock.ts";
import { createSwitchReader, keepSwitch } from "../aws/parameters.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { createDeliveries, toDelivery } from "../aws/sqs/deliveries.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createWorkQueue } from "../aws/sqs/work-queue.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { connectConfigured } from "../zuora/http/connect.ts";
import { processorPatience } from "../zuora/http/retry.ts";
import { createPeriodsView } from "../zuora/revenue/accounting-periods.ts";
import { createRevenueCandidates } from "../zuora/revenue/revenue-candidates.ts";
import { createRevenueLedger } from "../zuora/revenue/revenue-ledger.ts";

const config = readConfig(revenueEnvironment, process.env);
const policy = config.policy;
const telemetry = createTelemetry(config.serviceName);
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.zuoraSecretId),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: processorPatience,
});
const sqs = createSqsClient();
const common = {
  switchReader: keepSwitch(createSwitchReader(new SSMClient(), config.switchParameter), systemClock),
  telemetry,
  clock: systemClock,
  random: Math.random,
  policy,
};
const workQueue = createWorkQueue(sqs, config.revenueQueueUrl);
const deliveries = createDeliveries(sqs, {
  workQueueUrl: config.revenueQueueUrl,
  deadLetterQueueUrl: config.revenueDeadLetterQueueUrl,
});
const reading = {
  timeZone: config.zuoraTimeZone,
  optOutField: policy.optOutField,
  periods: createPeriodsView(systemClock.now),
};

/**
 * Nets revenue, in an environment of its own, so that nothing that Zuora says to it slows a credit transfer: what the
 * queue delivers it moves, and whatever else starts it, as the schedule does, is a pass that fills the queue.
 */
export const handler = async (
  event: SQSEvent | Readonly<Record<string, unknown>>,
  context: Context,
): Promise<SQSBatchResponse | FindRevenueResult> => {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const during = (trackId: string) => ({ trackId, remainingMs });
  try {
    if (!isDelivery(event)) {
      const candidates = (runId: string) => createRevenueCandidates(connection, during(runId));
      return await findRevenue({ ...common, workQueue, candidates });
    }
    const kept = await processRevenue(
      {
        ...common,
        ledgerFor: (trackId) => createRevenueLedger(connection, during(trackId), reading),
        deliveries,
        remainingMs,
        maxReceiveCount: config.maxReceiveCount,
        backoffMaxSeconds: config.backoffMaxSeconds,
        setAsideAfterSeconds: config.setAsideAfterSeconds,
        writeTimeMs: config.zuoraHttpTimeoutMs,
      },
      event.Records.map(toDelivery),
    );
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    telemetry.flush();
  }
};

const isDelivery = (event: SQSEvent | Readonly<Record<string, unknown>>): event is SQSEvent =>
  Array.isArray(event["Records" as keyof typeof event]);
