import { Duration, type Stack } from "aws-cdk-lib";
import { EventInvokeConfig, EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { acknowledge, acknowledgeNoDestination } from "./acknowledge.ts";
import { DigestTopic, ReportBucket } from "./digest.ts";
import {
  type Addresses,
  digestEnvironment,
  processorEnvironment,
  replayEnvironment,
  scannerEnvironment,
} from "./environment.ts";
import type { Parameters } from "./parameters.ts";
import {
  countQueue,
  everythingIn,
  fillQueue,
  putInto,
  readAndWriteParameter,
  readParameter,
  readSecret,
  sendTo,
  takeFrom,
  tellOthers,
  workThrough,
  workThroughQueue,
} from "./permissions.ts";
import { processorMayLoop } from "./renewal-loop.ts";
import { NightlyFunction } from "./scheduled-function.ts";
import type { StageSettings } from "./settings-schema.ts";
import type { Surroundings } from "./surroundings.ts";
import { SweepFunction } from "./sweep-function.ts";
import { functionTimeoutSecondsMax, timeoutsFor } from "./timeouts.ts";
import { calloutScansMax, scannersMax } from "./zuora-calls.ts";

/** The names of the folders under `functions/` that are deployed. */
export type FunctionName = "scanner" | "processor" | "replay" | "digest" | "callout" | "revenue";

/** What the functions of a stage are made of. */
export type Stage = {
  readonly stack: Stack;
  readonly settings: StageSettings;
  /** Makes a function's folder of code. */
  readonly codeOf: (name: FunctionName) => string;
  readonly surroundings: Surroundings;
  readonly parameters: Parameters;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Deliveries and scans that failed. */
  readonly missedScans: Queue;
  /** What Zuora called out, where the stage takes callouts. */
  readonly postings: Queue | undefined;
  readonly addresses: Addresses;
};

/** The `service` of a function's logs and metrics. */
export const serviceOf = (stack: Stack, name: FunctionName): string => `${stack.stackName}-${name}`;

/** SQS and Lambda allow no more than this from a FIFO queue. */
const batchSizeMax = 10;

/** One scan takes so many callouts, of so many seconds. */
const calloutsTogetherMax = 1_000;
const calloutsWaitSeconds = 5;

/** What every function of a stage has. */
export const common = ({ settings, surroundings }: Stage) => ({
  logRetentionDays: settings.logRetentionDays,
  surroundings,
});

/** The scanner, and where its failed scans go. What starts it is added elsewhere. */
export const addScanner = (stage: Stage): LambdaFunction => {
  const { stack, settings, parameters, queue, deadLetterQueue, missedScans, postings, addresses } = stage;
  const scanner = new SweepFunction(stack, "Scanner", {
    code: stage.codeOf("scanner"),
    description: "Finds accounts with negative invoices or idle credit and queues them",
    environment: scannerEnvironment(settings, addresses, {
      scanner: serviceOf(stack, "scanner"),
      processor: serviceOf(stack, "processor"),
    }),
    memoryMb: settings.scannerMemoryMb,
    timeoutSeconds: functionTimeoutSecondsMax,
    ...common(stage),
    // Two scheduled scans at a time would only queue the same accounts twice; those of callouts come besides.
    reservedConcurrency: scannersMax(settings),
    statements: [
      ...(postings === undefined ? [] : [workThrough(postings)]),
      readSecret(stack, settings.zuoraSecretName),
      readParameter(parameters.switch),
      readAndWriteParameter(parameters.lastScan),
      readAndWriteParameter(parameters.refusedScans),
      fillQueue(queue),
      countQueue(deadLetterQueue),
      sendTo(missedScans),
    ],
  }).function;
  new EventInvokeConfig(stack, "ScannerInvocations", {
    function: scanner,
    // The next scan looks back as far as this one would have.
    retryAttempts: 0,
    maxEventAge: Duration.minutes(settings.scanEveryMinutes),
    // The scanner may send there already; the ready-made destination would grant more than that.
    onFailure: { bind: () => ({ destination: missedScans.queueArn }) },
  });
  if (postings !== undefined) scanWhatIsCalledOut(stack, scanner, postings);
  return scanner;
};

/**
 * One scan for whatever was called out within a few seconds. The mapping never takes the scanner's last execution: the
 * scheduled scans are not those that wait, or are lost.
 */
const scanWhatIsCalledOut = (stack: Stack, scanner: LambdaFunction, postings: Queue): void => {
  const callouts = new EventSourceMapping(stack, "Callouts", {
    target: scanner,
    eventSourceArn: postings.queueArn,
    batchSize: calloutsTogetherMax,
    maxBatchingWindow: Duration.seconds(calloutsWaitSeconds),
    maxConcurrency: calloutScansMax,
  });
  acknowledgeNoDestination(callouts);
};

/** The processor, and its deliveries from the work queue, as wide as the budget of calls to Zuora. */
export const addProcessor = (stage: Stage): LambdaFunction => {
  const { stack, settings, parameters, queue, deadLetterQueue, addresses } = stage;
  const processor = new SweepFunction(stack, "Processor", {
    code: stage.codeOf("processor"),
    description: "Settles a hundred accounts at a time",
    environment: processorEnvironment(settings, addresses, serviceOf(stack, "processor")),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: timeoutsFor(settings.httpTimeoutSeconds).functionTimeoutSeconds,
    mayLoop: processorMayLoop,
    // What others run in the account takes nothing from it. A batch that Lambda throttles comes back after the
    // visibility timeout, counted as a receive: five of them would set accounts aside that nobody ever looked at.
    reservedConcurrency: settings.processorsMax,
    ...common(stage),
    statements: [
      readSecret(stack, settings.zuoraSecretName),
      readParameter(parameters.switch),
      workThroughQueue(queue),
      sendTo(deadLetterQueue),
      ...tellOthers(settings.eventBusArn),
    ],
  }).function;
  const deliveries = new EventSourceMapping(stack, "Deliveries", {
    target: processor,
    eventSourceArn: queue.queueArn,
    batchSize: Math.min(batchSizeMax, settings.accountsTogetherMax),
    reportBatchItemFailures: true,
    maxConcurrency: settings.processorsMax,
  });
  acknowledgeNoDestination(deliveries);
  return processor;
};

/** The replay: nothing starts it but a person. */
export const addReplay = (stage: Stage): LambdaFunction => {
  const { stack, settings, queue, deadLetterQueue, addresses } = stage;
  return new SweepFunction(stack, "Replay", {
    code: stage.codeOf("replay"),
    description: "Queues dead letters once more, when a person starts it from the console",
    environment: replayEnvironment(addresses, serviceOf(stack, "replay")),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: functionTimeoutSecondsMax,
    ...common(stage),
    // Two replays at a time would only hide messages from one another.
    reservedConcurrency: 1,
    statements: [workThrough(deadLetterQueue), sendTo(queue)],
  }).function;
};

/** The digest, its topic, its schedule, and the bucket for its reports. */
export const addDigest = (
  stage: Stage,
  system: string,
  queuesOfDeadLetters: readonly IQueue[],
): { readonly digest: LambdaFunction; readonly reports: Bucket } => {
  const { stack, settings, surroundings, parameters, queue, missedScans, addresses } = stage;
  const { key } = surroundings;
  const digestTopic = new DigestTopic(stack, "DigestTopic", settings.digestTopicArn, key);
  const retentionDays = settings.reportRetentionDays;
  const reports = new ReportBucket(stack, "Reports", { retentionDays, customerKey: key }).bucket;
  const digestFunction = new SweepFunction(stack, "Digest", {
    code: stage.codeOf("digest"),
    description: "Tells people without an AWS login what was settled, held and left",
    environment: digestEnvironment(settings, addresses, {
      service: serviceOf(stack, "digest"),
      system,
      topicArn: digestTopic.topic.topicArn,
      bucket: reports.bucketName,
    }),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: functionTimeoutSecondsMax,
    ...common(stage),
    // Its one call at a time is the scanner's, which is done by then.
    reservedConcurrency: 1,
    statements: [
      readSecret(stack, settings.zuoraSecretName),
      ...[parameters.switch, parameters.lastScan, parameters.refusedScans].map(readParameter),
      countQueue(queue),
      ...queuesOfDeadLetters.map(takeFrom),
      putInto(reports),
      ...tellOthers(settings.eventBusArn),
      ...digestTopic.statements,
    ],
  });
  acknowledge(
    digestFunction,
    everythingIn(reports),
    "Every report has a name of its own, and it may write them alone.",
  );
  const digest = digestFunction.function;
  // An hour after the nightly scan, when its accounts are settled.
  new NightlyFunction(stack, "NightlyDigest", {
    target: digest,
    description: "Sends the day's digest",
    missedScans,
    timeZone: settings.zuoraTimeZone,
    hour: settings.nightlyScanHour + 1,
    key,
  });
  return { digest, reports };
};
