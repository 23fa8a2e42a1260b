import {
  Aspects,
  DefaultStackSynthesizer,
  Duration,
  type IStackSynthesizer,
  Stack,
  type StackProps,
  Tags,
} from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import { EventInvokeConfig, EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { Alarms } from "./alarms.ts";
import { BillRunEndpoint } from "./bill-run-endpoint.ts";
import { Dashboard } from "./dashboard.ts";
import { DigestTopic, NightlyDigest } from "./digest.ts";
import {
  type Addresses,
  digestEnvironment,
  operatorEnvironment,
  processorEnvironment,
  replayEnvironment,
  scannerEnvironment,
} from "./environment.ts";
import { describeSystem, Parameters } from "./parameters.ts";
import {
  countQueue,
  fillQueue,
  readAndWriteParameter,
  readParameter,
  readSecret,
  sendTo,
  workThroughDeadLetters,
  workThroughQueue,
} from "./permissions.ts";
import { MissedScans, WorkQueue } from "./queues.ts";
import { RoleNames } from "./role-names.ts";
import { SavedQueries } from "./saved-queries.ts";
import { Schedules } from "./schedules.ts";
import { checkedPolicy, type StageSettings } from "./settings.ts";
import { Surroundings } from "./surroundings.ts";
import { SweepFunction } from "./sweep-function.ts";
import { functionTimeoutSecondsMax, timeoutsFor } from "./timeouts.ts";

export type SweepStackProps = StackProps & {
  /** Names the stage to operators. */
  readonly stage: string;
  readonly settings: StageSettings;
  /** Makes a function's folder of code, by its name under `functions/`. */
  readonly codeOf: (name: "scanner" | "processor" | "replay" | "digest" | "bill-run") => string;
};

/** SQS and Lambda allow no more than this from a FIFO queue. */
const batchSize = 10;

/** One tenant of one stage; several can live in one account. */
export class SweepStack extends Stack {
  constructor(scope: Construct, id: string, { stage, settings, codeOf, ...props }: SweepStackProps) {
    const { synthesizerQualifier: qualifier } = settings;
    // CDK's own class does not quite fit CDK's own interface where absent and undefined are two things.
    const synthesizer = new DefaultStackSynthesizer(qualifier === undefined ? {} : { qualifier }) as IStackSynthesizer;
    super(scope, id, { ...props, synthesizer });
    checkedPolicy(settings);
    const timeouts = timeoutsFor(settings.httpTimeoutSeconds);
    const surroundings = new Surroundings(this, "Surroundings", settings);
    const { key } = surroundings;
    const { queue, deadLetterQueue } = new WorkQueue(this, "Accounts", { ...timeouts, ...settings, key });
    const missedScans = new MissedScans(this, "MissedScans", key).queue;
    const parameters = new Parameters(this, "Parameters", settings);
    const addresses: Addresses = {
      workQueueUrl: queue.queueUrl,
      deadLetterQueueUrl: deadLetterQueue.queueUrl,
      switchParameter: parameters.switch.parameterName,
      lastScanParameter: parameters.lastScan.parameterName,
      refusedScansParameter: parameters.refusedScans.parameterName,
    };
    const scannerService = `${this.stackName}-scanner`;
    const processorService = `${this.stackName}-processor`;
    const billRunService = `${this.stackName}-bill-run`;

    const scanner = new SweepFunction(this, "Scanner", {
      code: codeOf("scanner"),
      description: "Finds accounts with negative invoices or idle credit and queues them",
      environment: scannerEnvironment(settings, addresses, scannerService),
      memoryMb: settings.scannerMemoryMb,
      timeoutSeconds: functionTimeoutSecondsMax,
      logRetentionDays: settings.logRetentionDays,
      surroundings,
      // Two scans at a time would only queue the same accounts twice.
      reservedConcurrency: 1,
      statements: [
        readSecret(this, settings.zuoraSecretName),
        readParameter(parameters.switch),
        readAndWriteParameter(parameters.lastScan),
        readAndWriteParameter(parameters.refusedScans),
        fillQueue(queue),
        sendTo(missedScans),
      ],
    }).function;
    new EventInvokeConfig(this, "ScannerInvocations", {
      function: scanner,
      // The next scan looks back as far as this one would have.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(settings.scanEveryMinutes),
      // The scanner may send there already; the ready-made destination would grant more than that.
      onFailure: { bind: () => ({ destination: missedScans.queueArn }) },
    });

    const processor = new SweepFunction(this, "Processor", {
      code: codeOf("processor"),
      description: "Settles ten accounts at a time",
      environment: processorEnvironment(settings, addresses, processorService),
      memoryMb: settings.processorMemoryMb,
      timeoutSeconds: timeouts.functionTimeoutSeconds,
      logRetentionDays: settings.logRetentionDays,
      surroundings,
      statements: [
        readSecret(this, settings.zuoraSecretName),
        readParameter(parameters.switch),
        workThroughQueue(queue),
        sendTo(deadLetterQueue),
      ],
    }).function;
    const deliveries = new EventSourceMapping(this, "Deliveries", {
      target: processor,
      eventSourceArn: queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency: settings.processorsMax,
    });
    acknowledge(
      deliveries,
      "Serverless::Serverless-LambdaEventSourceMappingDestination",
      "Lambda offers no such destination for SQS: the queue's own redrive policy sets aside what keeps failing.",
    );

    new SweepFunction(this, "Replay", {
      code: codeOf("replay"),
      description: "Queues dead letters once more, when a person starts it from the console",
      environment: replayEnvironment(addresses, `${this.stackName}-replay`),
      memoryMb: settings.processorMemoryMb,
      timeoutSeconds: functionTimeoutSecondsMax,
      logRetentionDays: settings.logRetentionDays,
      surroundings,
      // Two replays at a time would only hide messages from one another.
      reservedConcurrency: 1,
      statements: [workThroughDeadLetters(deadLetterQueue), sendTo(queue)],
    });
    const digestTopic = new DigestTopic(this, "DigestTopic", settings.digestTopicArn, key);
    const digest = new SweepFunction(this, "Digest", {
      code: codeOf("digest"),
      description: "Tells people without an AWS login what was settled, held and left",
      environment: digestEnvironment(settings, addresses, digestTopic.topic.topicArn, `${this.stackName}-digest`),
      memoryMb: settings.processorMemoryMb,
      timeoutSeconds: functionTimeoutSecondsMax,
      logRetentionDays: settings.logRetentionDays,
      surroundings,
      // Its one call at a time is the scanner's, which is done by then.
      reservedConcurrency: 1,
      statements: [readSecret(this, settings.zuoraSecretName), countQueue(deadLetterQueue), ...digestTopic.statements],
    }).function;
    new NightlyDigest(this, "NightlyDigest", {
      digest,
      missedScans,
      timeZone: settings.zuoraTimeZone,
      nightlyScanHour: settings.nightlyScanHour,
      key,
    });
    if (settings.calloutSecretName !== undefined) {
      new BillRunEndpoint(this, "BillRunEndpoint", {
        code: codeOf("bill-run"),
        scanner,
        secretName: settings.calloutSecretName,
        service: billRunService,
        memoryMb: settings.processorMemoryMb,
        logRetentionDays: settings.logRetentionDays,
        surroundings,
      });
    }
    describeSystem(this, stage, operatorEnvironment(settings, addresses));

    new Schedules(this, "Schedules", {
      scanner,
      missedScans,
      timeZone: settings.zuoraTimeZone,
      key,
      ...settings,
    });
    const metrics = {
      scannerService,
      processorService,
      billRunService: settings.calloutSecretName === undefined ? undefined : billRunService,
      scanner,
      processor,
      workQueue: queue,
      deadLetterQueue,
      missedScans,
      scanEveryMinutes: settings.scanEveryMinutes,
    };
    const topicArns = { page: settings.pageTopicArn, ticket: settings.ticketTopicArn };
    const alarms = new Alarms(this, "Alarms", { metrics, topicArns, key, runbook: settings.runbook }).all;
    new Dashboard(this, "Dashboard", { metrics, alarms, runbook: settings.runbook });
    new SavedQueries(this, "SavedQueries", [scanner.logGroup, processor.logGroup]);
    this.#obeyAccount(settings);
  }

  /** What the rules of a company's account demand of every resource. */
  #obeyAccount({ permissionsBoundaryArn, roleNamePrefix: prefix, rolePath: path, tags = {} }: StageSettings): void {
    if (permissionsBoundaryArn !== undefined) {
      PermissionsBoundary.of(this).apply(
        ManagedPolicy.fromManagedPolicyArn(this, "PermissionsBoundary", permissionsBoundaryArn),
      );
    }
    if (prefix !== undefined || path !== undefined) Aspects.of(this).add(new RoleNames({ prefix, path }));
    for (const [name, value] of Object.entries(tags)) Tags.of(this).add(name, value);
  }
}
