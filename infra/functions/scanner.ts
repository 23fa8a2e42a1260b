import { Duration, type Stack } from "aws-cdk-lib";
import { EventInvokeConfig, EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { acknowledgeNoDestination } from "../account/acknowledge.ts";
import {
  countQueue,
  fillQueue,
  readAndWriteParameter,
  readParameter,
  readSecret,
  sendTo,
  workThrough,
} from "../account/permissions.ts";
import { functionTimeoutSecondsMax } from "../timeouts.ts";
import { calloutScansMax, scannersMax } from "../zuora-calls.ts";
import { scannerEnvironment } from "./environment.ts";
import { common, type Stage, serviceOf } from "./stage.ts";
import { SweepFunction } from "./sweep-function.ts";

/** One scan takes so many callouts, of so many seconds. */
const calloutsTogetherMax = 1_000;
const calloutsWaitSeconds = 5;

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
