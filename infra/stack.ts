import { DefaultStackSynthesizer, type IStackSynthesizer, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { looksAtRevenue } from "../functions/domain/policy.ts";
import { obeyAccountRules } from "./account/account-rules.ts";
import { OperatorPolicies } from "./account/operator-policies.ts";
import { Surroundings } from "./account/surroundings.ts";
import { BillRunEndpoint } from "./functions/bill-run-endpoint.ts";
import { addDigest } from "./functions/digest.ts";
import { type Addresses, operatorEnvironment, type RevenueAddresses } from "./functions/environment.ts";
import { addProcessor } from "./functions/processor.ts";
import { addReplay } from "./functions/replay.ts";
import { addRevenue } from "./functions/revenue.ts";
import { addScanner } from "./functions/scanner.ts";
import { Schedules } from "./functions/schedules.ts";
import { type FunctionName, serviceOf } from "./functions/stage.ts";
import { Alarms } from "./monitoring/alarms.ts";
import { Dashboard } from "./monitoring/dashboard.ts";
import { SavedQueries } from "./monitoring/saved-queries.ts";
import { describeSystem, Parameters } from "./parameters.ts";
import { MissedScans, Postings, WorkQueue } from "./queues.ts";
import { checkSettings } from "./settings.ts";
import type { StageSettings } from "./settings-schema.ts";
import { timeoutsFor } from "./timeouts.ts";

export type SweepStackProps = StackProps & {
  /** Names the stage to operators. */
  readonly stage: string;
  readonly settings: StageSettings;
  /** Makes a function's folder of code, by its name under `functions/`. */
  readonly codeOf: (name: FunctionName) => string;
};

/** One tenant of one stage; several can live in one account. */
export class SweepStack extends Stack {
  constructor(scope: Construct, id: string, { stage: name, settings, codeOf, ...props }: SweepStackProps) {
    const { synthesizerQualifier: qualifier } = settings;
    // CDK's own class does not quite fit CDK's own interface where absent and undefined are two things.
    const synthesizer = new DefaultStackSynthesizer(qualifier === undefined ? {} : { qualifier }) as IStackSynthesizer;
    super(scope, id, { ...props, synthesizer });
    checkSettings(name, settings);
    const surroundings = new Surroundings(this, "Surroundings", settings);
    const { key } = surroundings;
    const { queue, deadLetterQueue } = new WorkQueue(this, "Accounts", {
      ...timeoutsFor(settings.httpTimeoutSeconds),
      ...settings,
      key,
    });
    const revenueQueues = looksAtRevenue(settings.policy)
      ? new WorkQueue(this, "RevenueAccounts", { ...timeoutsFor(settings.httpTimeoutSeconds), ...settings, key })
      : undefined;
    const missedScans = new MissedScans(this, "MissedScans", key).queue;
    const takesCallouts = settings.calloutSecretName !== undefined;
    const postings = takesCallouts ? new Postings(this, "Postings", { missedScans, key }).queue : undefined;
    const parameters = new Parameters(this, "Parameters", settings);
    const addresses: Addresses = {
      workQueueUrl: queue.queueUrl,
      deadLetterQueueUrl: deadLetterQueue.queueUrl,
      switchParameter: parameters.switch.parameterName,
      lastScanParameter: parameters.lastScan.parameterName,
      refusedScansParameter: parameters.refusedScans.parameterName,
      revenue: addressesOf(revenueQueues),
    };
    const stage = {
      stack: this,
      settings,
      codeOf,
      surroundings,
      parameters,
      queue,
      deadLetterQueue,
      missedScans,
      postings,
      addresses,
    };
    const scanner = addScanner(stage);
    const processor = addProcessor(stage);
    const revenue = revenueQueues === undefined ? undefined : addRevenue(stage, revenueQueues);
    const replay = addReplay(stage);
    const { digest, reports } = addDigest(stage, name, [
      deadLetterQueue,
      ...(revenueQueues === undefined ? [] : [revenueQueues.deadLetterQueue]),
    ]);
    if (settings.calloutSecretName !== undefined && postings !== undefined) {
      new BillRunEndpoint(this, "BillRunEndpoint", {
        code: codeOf("callout"),
        postings,
        secretName: settings.calloutSecretName,
        service: serviceOf(this, "callout"),
        memoryMb: settings.processorMemoryMb,
        logRetentionDays: settings.logRetentionDays,
        surroundings,
      });
    }
    const system = describeSystem(this, name, operatorEnvironment(settings, addresses));
    new OperatorPolicies(this, "Operators", {
      secretName: settings.zuoraSecretName,
      system,
      parameters,
      queue,
      deadLetterQueue,
      revenueQueues,
      replay,
      reports,
      key,
    });

    new Schedules(this, "Schedules", {
      scanner,
      missedScans,
      timeZone: settings.zuoraTimeZone,
      key,
      ...settings,
    });
    const metrics = {
      scannerService: serviceOf(this, "scanner"),
      processorService: serviceOf(this, "processor"),
      billRunService: settings.calloutSecretName === undefined ? undefined : serviceOf(this, "callout"),
      scanner,
      processor,
      digest,
      workQueue: queue,
      deadLetterQueue,
      missedScans,
      scanEveryMinutes: settings.scanEveryMinutes,
      revenue:
        revenue === undefined || revenueQueues === undefined
          ? undefined
          : { service: serviceOf(this, "revenue"), function: revenue, deadLetterQueue: revenueQueues.deadLetterQueue },
    };
    const topicArns = { page: settings.pageTopicArn, ticket: settings.ticketTopicArn };
    const alarms = new Alarms(this, "Alarms", { metrics, topicArns, key, runbook: settings.runbook }).all;
    new Dashboard(this, "Dashboard", { metrics, alarms, runbook: settings.runbook });
    new SavedQueries(this, "SavedQueries", [
      scanner.logGroup,
      processor.logGroup,
      ...(revenue === undefined ? [] : [revenue.logGroup]),
    ]);
    obeyAccountRules(this, settings);
  }
}

const addressesOf = (queues: WorkQueue | undefined): RevenueAddresses | undefined =>
  queues === undefined
    ? undefined
    : { queueUrl: queues.queue.queueUrl, deadLetterQueueUrl: queues.deadLetterQueue.queueUrl };
