import { EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { acknowledgeNoDestination } from "../account/acknowledge.ts";
import { readParameter, readSecret, sendTo, workThroughQueue } from "../account/permissions.ts";
import type { WorkQueue } from "../queues.ts";
import { timeoutsFor } from "../timeouts.ts";
import { revenueFunctionsMax } from "../zuora-calls.ts";
import { revenueEnvironment } from "./environment.ts";
import { processorMayLoop } from "./renewal-loop.ts";
import { NightlyFunction } from "./scheduled-function.ts";
import { common, type Stage, serviceOf } from "./stage.ts";
import { SweepFunction } from "./sweep-function.ts";

/** Accounts of one invocation: they share four queries, and each has its pairs to itself. */
const batchSize = 10;

/** The function that nets revenue, its deliveries and its nightly pass: apart from everything that moves credit. */
export const addRevenue = (stage: Stage, queues: WorkQueue): LambdaFunction => {
  const { stack, settings, parameters, addresses, missedScans, surroundings } = stage;
  const target = new SweepFunction(stack, "Revenue", {
    code: stage.codeOf("revenue"),
    description: "Moves the open-ended revenue of settled pairs to earned, net zero",
    environment: revenueEnvironment(settings, addresses, serviceOf(stack, "revenue")),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: timeoutsFor(settings.httpTimeoutSeconds).functionTimeoutSeconds,
    // Its queue is renewed as the accounts' own.
    mayLoop: processorMayLoop,
    reservedConcurrency: revenueFunctionsMax,
    ...common(stage),
    statements: [
      readSecret(stack, settings.zuoraSecretName),
      readParameter(parameters.switch),
      workThroughQueue(queues.queue),
      sendTo(queues.deadLetterQueue),
    ],
  }).function;
  const deliveries = new EventSourceMapping(stack, "RevenueDeliveries", {
    target,
    eventSourceArn: queues.queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    maxConcurrency: revenueFunctionsMax,
  });
  acknowledgeNoDestination(deliveries);
  // Two hours after the nightly scan: credit first, and the digest before it.
  new NightlyFunction(stack, "NightlyRevenue", {
    target,
    missedScans,
    timeZone: settings.zuoraTimeZone,
    hour: settings.nightlyScanHour + 2,
    key: surroundings.key,
    description: "Looks for settled pairs whose revenue does not net to zero",
  });
  return target;
};
