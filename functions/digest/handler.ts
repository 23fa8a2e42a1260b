import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { createAssess } from "../app/assess.ts";
import { digestEnvironment, readConfig } from "../app/config.ts";
import { writeDigest } from "../app/digest.ts";
import { leftToPeople } from "../app/left-to-people.ts";
import { runIdAt } from "../app/message.ts";
import { report } from "../app/report.ts";
import { strandedCredit } from "../app/stranded-credit.ts";
import { systemClock } from "../aws/clock.ts";
import { publish } from "../aws/publish.ts";
import { readQueueDepth } from "../aws/queue-depth.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { createSqsClient } from "../aws/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { createAccountReading } from "../zuora/account-reading.ts";
import { createCandidates } from "../zuora/candidates.ts";
import { connectConfigured } from "../zuora/connect-configured.ts";
import { createCreditRecords } from "../zuora/credit-records.ts";
import { createLedger } from "../zuora/ledger.ts";
import { createRecords } from "../zuora/records.ts";
import { scannerPatience } from "../zuora/retry.ts";

const config = readConfig(digestEnvironment, process.env);
const policy = config.POLICY;
const telemetry = createTelemetry(config.SERVICE_NAME);
const connection = connectConfigured(config, {
  credentials: createCredentialsSource(new SecretsManagerClient(), config.ZUORA_SECRET_ID),
  clock: systemClock,
  random: Math.random,
  telemetry,
  patience: scannerPatience,
});
const reading = createAccountReading(config.ZUORA_TIME_ZONE, policy, systemClock.now);
const sqs = createSqsClient();
const sns = new SNSClient();

const dayMs = 24 * 60 * 60_000;

/** As many as can be planned within the function's time, one call after the other. */
const accountsMax = 2_000;

/** Sends yesterday's summary: what was settled, what is held, what failed, and whose credit is stranded. */
export const handler = async (_event: unknown, context: Context): Promise<{ readonly subject: string }> => {
  const now = systemClock.now();
  const invocation = {
    trackId: runIdAt(now, Math.random()),
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
  try {
    const ledger = createLedger(connection, invocation, { reading, codes: policy });
    const candidates = createCandidates(connection, invocation);
    const digest = writeDigest({
      report: await report(createRecords(connection, invocation), { since: now - dayMs }),
      left: await leftToPeople(candidates, createAssess(ledger, policy), accountsMax),
      stranded: await strandedCredit(createCreditRecords(connection, invocation)),
      deadLetters: (await readQueueDepth(sqs, config.DEAD_LETTER_QUEUE_URL)).visible,
      now,
    });
    await publish(sns, config.DIGEST_TOPIC_ARN, digest);
    return { subject: digest.subject };
  } finally {
    telemetry.flush();
  }
};
