import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { digestEnvironment, readConfig } from "../app/config/config.ts";
import { writeDigest } from "../app/records/daily-digest.ts";
import { leftToPeople } from "../app/records/left-to-people.ts";
import { report } from "../app/records/report/report.ts";
import { strandedCredit } from "../app/records/stranded-credit.ts";
import { createAssess } from "../app/settle/assess.ts";
import { systemClock } from "../aws/clock.ts";
import { publish } from "../aws/publish.ts";
import { createCredentialsSource } from "../aws/secrets.ts";
import { readQueueDepth } from "../aws/sqs/queue-depth.ts";
import { createSqsClient } from "../aws/sqs/sqs-client.ts";
import { createTelemetry } from "../aws/telemetry.ts";
import { runIdAt } from "../domain/run-id.ts";
import { connectConfigured } from "../zuora/http/connect.ts";
import { scannerPatience } from "../zuora/http/retry.ts";
import { createAccountReading } from "../zuora/ledger/account-reading.ts";
import { createLedger } from "../zuora/ledger/ledger.ts";
import { createCreditRecords } from "../zuora/records/credit-records.ts";
import { createRecords } from "../zuora/records/records.ts";
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
});
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
      report: await report(
        { records: createRecords(connection, invocation), creditRecords: createCreditRecords(connection, invocation) },
        { since: now - dayMs },
      ),
      left: await leftToPeople(candidates, createAssess(ledger, policy), { accountsMax, now }),
      stranded: await strandedCredit(createCreditRecords(connection, invocation)),
      deadLetters: (await readQueueDepth(sqs, config.deadLetterQueueUrl)).visible,
      now,
    });
    await publish(sns, config.digestTopicArn, digest);
    return { subject: digest.subject };
  } finally {
    telemetry.flush();
  }
};
