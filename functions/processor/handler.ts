import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { processorEnvironment, readConfig } from "../app/config/config.ts";
import type { SweepEvent } from "../app/events/event.ts";
import { sendEvents } from "../app/events/send-events.ts";
import { processInvocation } from "../app/process/process-invocation.ts";
import { widthFor } from "../app/process/width.ts";
import { Landing } from "../app/settle/rounds/landing.ts";
import { SharedTrouble } from "../app/settle/rounds/shared-trouble.ts";
import { systemClock } from "../aws/clock.ts";
import { createEventBus } from "../aws/event-bus.ts";
import { createSwitchReader, keepSwitch } from "../aws/parameters.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { createDeliveries, toDelivery } from "../aws/sqs/deliveries.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { connectConfigured } from "../zuora/http/connect.ts";
import { processorPatience } from "../zuora/http/retry.ts";
import { createAccountReading } from "../zuora/ledger/account-reading.ts";
import { createLedger } from "../zuora/ledger/ledger.ts";

const config = readConfig(processorEnvironment, process.env);
const policy = config.policy;
const telemetry = createTelemetry(config.serviceName);
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.zuoraSecretId),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: processorPatience,
});
const switchReader = keepSwitch(createSwitchReader(new SSMClient(), config.switchParameter), systemClock);
const deliveries = createDeliveries(createSqsClient(), {
  workQueueUrl: config.workQueueUrl,
  deadLetterQueueUrl: config.deadLetterQueueUrl,
});
const trouble = new SharedTrouble(systemClock.now);
const landing = new Landing(systemClock.now);
const reading = createAccountReading({ timeZone: config.zuoraTimeZone, mode: config.mode }, policy, {
  now: systemClock.now,
  telemetry,
  connection,
});

const bus =
  config.eventBusArn === undefined
    ? undefined
    : createEventBus(new EventBridgeClient({ maxAttempts: 2 }), config.eventBusArn);

const width = widthFor(config.accountsTogetherMax, config.zuoraConcurrency);

/** With less time left the night tells them: a function that is killed here would have handled nothing. */
const eventsMsMin = 10_000;

/** Settles the accounts of one invocation. Messages that it does not name are done with; SQS deletes them. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const events: SweepEvent[] = [];
  const tellOthers = async () => {
    if (bus !== undefined && remainingMs() > eventsMsMin) await sendEvents(bus, events.splice(0), telemetry);
  };
  try {
    const kept = await processInvocation(
      {
        ledgerFor: (trackId) => createLedger(connection, { trackId, remainingMs }, { reading, codes: policy }),
        deliveries,
        switchReader,
        telemetry,
        clock: systemClock,
        random: Math.random,
        remainingMs,
        policy,
        trouble,
        landing,
        invocationId: context.awsRequestId,
        width,
        isPaused: () => connection.pace.pausedMs() > 0,
        maxReceiveCount: config.maxReceiveCount,
        backoffMaxSeconds: config.backoffMaxSeconds,
        setAsideAfterSeconds: config.setAsideAfterSeconds,
        writeTimeMs: config.zuoraHttpTimeoutMs,
        events: bus === undefined ? undefined : { add: (event) => events.push(event) },
        // An invocation may take minutes: whoever watches or listens hears of each batch.
        afterBatch: async () => {
          telemetry.flush();
          await tellOthers();
        },
      },
      Records.map(toDelivery),
    );
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    await tellOthers();
    telemetry.flush();
  }
};
