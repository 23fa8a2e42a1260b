import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context } from "aws-lambda";
import { digestEnvironment, readConfig } from "../app/config/config.ts";
import { sendEvents } from "../app/events/send-events.ts";
import { composeDigest } from "../app/records/digest/compose-digest.ts";
import type { ReadRevenue } from "../app/records/report/read-report.ts";
import { readRevenueReport } from "../app/revenue/revenue-report.ts";
import { createAssess } from "../app/settle/assess.ts";
import { systemClock } from "../aws/clock.ts";
import { createEventBus } from "../aws/event-bus.ts";
import { createLastScan, createRefusedScans, createSwitchReader } from "../aws/parameters.ts";
import { publish } from "../aws/publish.ts";
import { createReportArchive } from "../aws/report-archive.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { createDeadLetterQueue } from "../aws/sqs/dead-letter-queue.ts";
import { readQueueDepth } from "../aws/sqs/queue-depth.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { looksAtRevenue } from "../domain/policy.ts";
import { runIdAt } from "../domain/run-id.ts";
import { connectConfigured } from "../zuora/http/connect.ts";
import type { Invocation } from "../zuora/http/connection.ts";
import { scannerPatience } from "../zuora/http/retry.ts";
import { createAccountReading } from "../zuora/ledger/account-reading.ts";
import { createLedger } from "../zuora/ledger/ledger.ts";
import { createPaymentRunWatch } from "../zuora/payment-runs/watch.ts";
import { createCreditRecords } from "../zuora/records/credit-records.ts";
import { createMemoRecords } from "../zuora/records/posted-memos.ts";
import { createRecords } from "../zuora/records/records.ts";
import { createPeriodsView } from "../zuora/revenue/accounting-periods.ts";
import { createRevenueCandidates } from "../zuora/revenue/revenue-candidates.ts";
import { createRevenueLedger } from "../zuora/revenue/revenue-ledger.ts";
import { createCandidates } from "../zuora/scan/candidates.ts";

const config = readConfig(digestEnvironment, process.env);
const policy = config.policy;
const telemetry = createTelemetry(config.serviceName);
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.zuoraSecretId),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: scannerPatience,
});
const reading = createAccountReading({ timeZone: config.zuoraTimeZone, mode: config.mode }, policy, {
  ...systemClock,
  telemetry,
  connection,
});
const ssm = new SSMClient();
const sqs = createSqsClient();
const sns = new SNSClient();
const s3 = new S3Client();
const bus = config.eventBusArn === undefined ? undefined : createEventBus(new EventBridgeClient(), config.eventBusArn);
const queuesOfDeadLetters = [config.deadLetterQueueUrl, config.revenueDeadLetterQueueUrl ?? []].flat();
const ofTheSystem = {
  policy,
  timeZone: config.zuoraTimeZone,
  systemName: config.systemName,
  switchReader: createSwitchReader(ssm, config.switchParameter),
  lastScan: createLastScan(ssm, config.lastScanParameter),
  refusedScans: createRefusedScans(ssm, config.refusedScansParameter),
  workQueueDepth: () => readQueueDepth(sqs, config.workQueueUrl),
  deadLetters: queuesOfDeadLetters.map((url) => createDeadLetterQueue(sqs, url)),
  archive: createReportArchive(s3, config.reportBucket),
};

/** Accounts whose revenue can be read beside everything else within the function's time. */
const revenueAccountsMax = 500;

const readRevenueWith =
  (invocation: Invocation): ReadRevenue =>
  (options) =>
    readRevenueReport(
      {
        candidates: createRevenueCandidates(connection, invocation),
        ledger: createRevenueLedger(connection, invocation, {
          timeZone: config.zuoraTimeZone,
          optOutField: policy.optOutField,
          periods: createPeriodsView(systemClock.now),
        }),
        policy,
      },
      { ...options, accountsMax: revenueAccountsMax },
    );

/** Lambda's repetitions of an invocation carry its id: whoever was mailed is not mailed again. */
let mailedFor: string | undefined;

/** Tells of yesterday: what was settled, what is held, what failed, and who is needed; and keeps the reports of it. */
export const handler = async (_event: unknown, context: Context): Promise<{ readonly subject: string }> => {
  const now = systemClock.now();
  const invocation = {
    trackId: runIdAt(now, Math.random()),
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
  try {
    const digest = await composeDigest(
      {
        ...ofTheSystem,
        records: createRecords(connection, invocation, config.mode),
        creditRecords: createCreditRecords(connection, invocation, config.mode),
        memoRecords: createMemoRecords(connection, invocation, { mode: config.mode, timeZone: config.zuoraTimeZone }),
        candidates: createCandidates(connection, invocation, config.mode, {
          unappliedPayments: policy.unappliedPayments,
        }),
        paymentRuns: createPaymentRunWatch(connection, invocation, {
          timeZone: config.zuoraTimeZone,
          mode: config.mode,
        }),
        readRevenue: looksAtRevenue(policy) ? readRevenueWith(invocation) : undefined,
        assess: createAssess(createLedger(connection, invocation, { reading, codes: policy }), policy),
      },
      now,
    );
    if (context.awsRequestId !== mailedFor) await publish(sns, config.digestTopicArn, digest);
    mailedFor = context.awsRequestId;
    if (bus !== undefined) await sendEvents(bus, digest.events, telemetry);
    // Lambda tries again, which may keep what was not kept; and its count of errors rings the alarm.
    if (digest.failure !== undefined) throw digest.failure;
    return { subject: digest.subject };
  } finally {
    telemetry.flush();
  }
};
