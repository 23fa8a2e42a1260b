import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context } from "aws-lambda";
import { readConfig, scannerEnvironment } from "../app/config/config.ts";
import type { ScanResult } from "../app/scan/begin-scan.ts";
import type { ScanKind } from "../app/scan/ports.ts";
import { scan } from "../app/scan/scan.ts";
import { scanPosting } from "../app/scan/scan-posting.ts";
import { tellHeartbeat } from "../app/scan/tell-heartbeat.ts";
import { systemClock } from "../aws/clock.ts";
import { createLastScan, createRefusedScans, createSwitchReader } from "../aws/parameters.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { readQueueDepth } from "../aws/sqs/queue-depth.ts";
import { bodiesIn } from "../aws/sqs/queue-posting.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createWorkQueue } from "../aws/sqs/work-queue.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { connectConfigured } from "../zuora/http/connect.ts";
import { scannerPatience } from "../zuora/http/retry.ts";
import { createPaymentRunWatch } from "../zuora/payment-runs/watch.ts";
import { createCandidates, partsFor } from "../zuora/scan/candidates.ts";
import { createPostingCandidates, findPosting } from "../zuora/scan/postings.ts";
import { askedFor, askedForTogether } from "./asked-for.ts";
import { type Share, type ShareDeps, type SharedCalls, takeShare } from "./calls-of-scan.ts";

const config = readConfig(scannerEnvironment, process.env);
const ssm = new SSMClient();
const telemetry = createTelemetry(config.serviceName);
/** Of the scan that is under way; absent where it has one call. */
let share: Share | undefined;
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.zuoraSecretId),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: scannerPatience,
  through: (transport) => async (request) => {
    await share?.lookAgain();
    return transport(request);
  },
});
const sqs = createSqsClient();
const workQueue = createWorkQueue(sqs, config.workQueueUrl);
const heartbeat = createTelemetry(config.processorServiceName);
const lastScan = createLastScan(ssm, config.lastScanParameter);
const refusedScans = createRefusedScans(ssm, config.refusedScansParameter);
const switchReader = createSwitchReader(ssm, config.switchParameter);

const shared: SharedCalls = {
  alone: config.zuoraConcurrency,
  beside: config.scannerCallsBeside,
  eachProcessor: config.processorCalls,
};

/** What waits, is hidden, or is in hand. */
const messagesInQueue = async (): Promise<number> => {
  const { visible, hidden } = await readQueueDepth(sqs, config.workQueueUrl);
  return visible + hidden;
};

const sharing: ShareDeps = {
  messages: messagesInQueue,
  allow: connection.pace.allow,
  now: systemClock.now,
  onUnread: (error) =>
    telemetry.warn("queue operation failed", {
      operation: "depth",
      reason: error instanceof Error ? error.name : "unknown",
    }),
};

/** Runs one scan: what EventBridge Scheduler, the queue of callouts or an engineer asks for. */
export const handler = async (event: unknown, context: Context): Promise<ScanResult> => {
  const calledOut = bodiesIn(event);
  const asked = calledOut === undefined ? askedFor(event) : askedForTogether(calledOut);
  // Scans of callouts come beside the scheduled ones: each asks one thing after the other.
  share = calledOut === undefined ? await takeShare(sharing, shared) : undefined;
  if (share === undefined) connection.pace.allow(1);
  const parts = partsFor(share?.calls ?? 1);
  const remainingMs = () => context.getRemainingTimeInMillis();
  const during = (runId: string) => ({ trackId: runId, remainingMs });
  const payerReading = {
    timeZone: config.zuoraTimeZone,
    mode: config.mode,
    optOutField: config.policy.optOutField,
  };
  const rules = { unappliedPayments: config.policy.unappliedPayments };
  const common = { workQueue, switchReader, telemetry, clock: systemClock, random: Math.random, policy: config.policy };
  const scanAll = (kind: ScanKind) =>
    scan(
      {
        ...common,
        candidates: (runId) => createCandidates(connection, during(runId), config.mode, { parts, ...rules }),
        paymentRuns: (runId) => createPaymentRunWatch(connection, during(runId), payerReading),
        zuoraTime: connection.zuoraClock.at,
        lastScan,
        refusedScans,
      },
      kind,
    );
  try {
    if (!("id" in asked)) {
      await tellHeartbeat({
        telemetry,
        heartbeat,
        deadLetters: () => readQueueDepth(sqs, config.deadLetterQueueUrl),
      });
      return await scanAll(asked.kind);
    }
    return await scanPosting(
      {
        ...common,
        find: (runId, posting) => findPosting(connection, during(runId), posting),
        candidates: (runId, posting) => createPostingCandidates(connection, during(runId), posting, config.mode, rules),
      },
      asked,
    );
  } finally {
    telemetry.flush();
    heartbeat.flush();
  }
};
