import { randomUUID } from "node:crypto";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import type { Journal } from "../../app/ports.ts";
import { createAssess } from "../../app/settle/assess.ts";
import type { Ledger } from "../../app/settle/ports.ts";
import type { Telemetry } from "../../app/telemetry-ports.ts";
import { readCaller } from "../../aws/caller.ts";
import { systemClock } from "../../aws/clock.ts";
import {
  createLastScan,
  createPatientSsmClient,
  createRefusedScans,
  createSwitchReader,
  readSwitchTurnedAt,
  writeSwitch,
} from "../../aws/parameters.ts";
import { createCredentialsSource } from "../../aws/secrets.ts";
import { createDeadLetterQueue } from "../../aws/sqs/dead-letter-queue.ts";
import { readQueueDepth } from "../../aws/sqs/queue-depth.ts";
import { createWorkQueue } from "../../aws/sqs/work-queue.ts";
import { cancelAdjustments } from "../../zuora/adjustments/cancel-adjustments.ts";
import { createMemoApplications } from "../../zuora/credit-memos/applications.ts";
import { createProbe } from "../../zuora/doctor/probe.ts";
import { connectConfigured } from "../../zuora/http/connect.ts";
import { operatorPatience } from "../../zuora/http/retry.ts";
import { createAccountReading } from "../../zuora/ledger/account-reading.ts";
import { createLedger } from "../../zuora/ledger/ledger.ts";
import { createPaymentRunWatch } from "../../zuora/payment-runs/watch.ts";
import { createCreditRecords } from "../../zuora/records/credit-records.ts";
import { findAccount } from "../../zuora/records/find-account.ts";
import { createPaymentRecords } from "../../zuora/records/payment-applications.ts";
import { createMemoRecords } from "../../zuora/records/posted-memos.ts";
import { createRecords } from "../../zuora/records/records.ts";
import { createMemoTrial } from "../../zuora/sandbox/memo-trial.ts";
import { createRecording } from "../../zuora/sandbox/recording.ts";
import { createSandboxTrial } from "../../zuora/sandbox/trial.ts";
import { createCandidates, partsFor } from "../../zuora/scan/candidates.ts";
import type { Terminal } from "../terminal.ts";
import { openRevenue } from "./open-revenue.ts";
import { operatorInvocation, operatorTrackId } from "./operator-invocation.ts";
import type { System } from "./system.ts";

/** A person asks one thing after the other; some of them are several questions. */
const operatorConcurrency = 4;

/** A system on this machine is nobody else's. */
const localCaller = "this machine";

/** Everything of one system that commands work with. */
export type OpenSystem = ReturnType<typeof openSystem>;

/** Connects to a system; nothing is sent yet. */
export const openSystem = (
  system: System,
  note: (line: string) => void,
  audit: Terminal["audit"] = (entry) => note(JSON.stringify(entry)),
) => {
  const { config, endpoints } = system;
  const aws =
    endpoints === undefined
      ? {}
      : { region: "eu-west-2", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const other = { ...aws, ...(endpoints === undefined ? {} : { endpoint: endpoints.other }) };
  const sqs = new SQSClient({
    ...aws,
    useQueueUrlAsEndpoint: false,
    ...(endpoints === undefined ? {} : { endpoint: endpoints.sqs }),
  });
  const ssm = createPatientSsmClient(other);
  const secretsManager = new SecretsManagerClient(other);
  const sts = new STSClient(aws);
  const credentials = createCredentialsSource(secretsManager, config.zuoraSecretId);
  const telemetry = telemetryOf(note);
  const recording = createRecording();
  const connection = connectConfigured(
    { ...config, zuoraConcurrency: operatorConcurrency },
    {
      credentials,
      clock: systemClock,
      random: Math.random,
      telemetry,
      patience: operatorPatience,
      through: recording.through,
    },
  );
  const { policy } = config;
  const reading = createAccountReading({ timeZone: config.zuoraTimeZone, mode: config.mode }, policy, {
    ...systemClock,
    telemetry,
    connection,
  });
  const ownInvocation = operatorInvocation();
  const ledger = (trackId: string): Ledger =>
    createLedger(connection, operatorInvocation(trackId), { reading, codes: policy });
  const own = ledger(operatorTrackId);

  return {
    name: system.name,
    flag: system.flag,
    config,
    policy,
    clock: systemClock,
    random: Math.random,
    credentials,
    ledger,
    /** What is to be done about accounts today. */
    assess: createAssess(own, policy),
    /** The same, telling how far it has come. */
    assessWith: (onProgress: (done: number, of: number) => void) => createAssess(own, policy, onProgress),
    accountId: (idOrNumber: string) => findAccount(connection, ownInvocation, idOrNumber),
    zuoraTime: connection.zuoraClock.at,
    candidates: (trackId: string = operatorTrackId) =>
      createCandidates(connection, operatorInvocation(trackId), config.mode, {
        parts: partsFor(config.zuoraConcurrency),
        unappliedPayments: policy.unappliedPayments,
      }),
    paymentRuns: (trackId: string = operatorTrackId) =>
      createPaymentRunWatch(connection, operatorInvocation(trackId), {
        timeZone: config.zuoraTimeZone,
        mode: config.mode,
        optOutField: policy.optOutField,
      }),
    records: createRecords(connection, ownInvocation, config.mode),
    creditRecords: createCreditRecords(connection, ownInvocation, config.mode),
    /** Undefined in a mode without credit memos. */
    memoRecords: createMemoRecords(connection, ownInvocation, { mode: config.mode, timeZone: config.zuoraTimeZone }),
    /** Undefined where the policy leaves payments. */
    paymentRecords: createPaymentRecords(connection, ownInvocation, config.mode, policy),
    cancelAdjustments: (runId: string, ids: readonly string[]) =>
      cancelAdjustments(connection, operatorInvocation(runId), ids, `${operatorTrackId}-${randomUUID()}`),
    /** Zuora's id of the user that we are. */
    ourUser: () => connection.tokens.userId(),
    memoApplications: (trackId: string) =>
      createMemoApplications(connection, operatorInvocation(trackId), config.zuoraTimeZone),
    probe: createProbe(connection, ownInvocation),
    /** From now on, what is said to Zuora and what Zuora says is kept: anonymous, a line for each. */
    recordWire: recording.begin,
    sandboxTrial: (about: { readonly accountId: string; readonly runId: string }) =>
      createSandboxTrial(connection, operatorInvocation(about.runId), about),
    memoTrial: ({ accountId, runId }: { readonly accountId: string; readonly runId: string }) =>
      createMemoTrial(connection, operatorInvocation(runId), { accountId, timeZone: config.zuoraTimeZone }),
    /** Undefined where the policy does not look at revenue. */
    revenue: openRevenue(config, sqs, connection),
    deadLetters: createDeadLetterQueue(sqs, config.deadLetterQueueUrl),
    workQueue: createWorkQueue(sqs, config.workQueueUrl),
    workQueueDepth: () => readQueueDepth(sqs, config.workQueueUrl),
    switchReader: createSwitchReader(ssm, config.switchParameter),
    switchTurnedAt: () => readSwitchTurnedAt(ssm, config.switchParameter),
    turnSwitch: (position: Parameters<typeof writeSwitch>[2]) => writeSwitch(ssm, config.switchParameter, position),
    lastScan: createLastScan(ssm, config.lastScanParameter),
    refusedScans: createRefusedScans(ssm, config.refusedScansParameter),
    /**
     * Written to stderr, as whole JSON lines where that is a file, so that a shell can keep them.
     *
     * @throws {ConfigError} where nobody can be named for what would be changed
     */
    openJournal: async (command: string): Promise<Journal> => {
      const caller = endpoints === undefined ? await readCaller(sts) : localCaller;
      return {
        record: (action, fields) =>
          audit({ time: new Date().toISOString(), system: system.name, caller, command, action, ...fields }),
      };
    },
    close: () => {
      sqs.destroy();
      ssm.destroy();
      secretsManager.destroy();
      sts.destroy();
    },
  };
};

/** A long wait explains itself; everything else is the command's own to tell. */
const telemetryOf = (note: (line: string) => void): Telemetry => ({
  info: () => {},
  warn: (event, { code, errorMessage }) => note(`${event}: ${code}: ${errorMessage}`),
  count: () => {},
});
