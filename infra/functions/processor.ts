import { EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { acknowledgeNoDestination } from "../account/acknowledge.ts";
import { readParameter, readSecret, sendTo, tellOthers, workThroughQueue } from "../account/permissions.ts";
import { timeoutsFor } from "../timeouts.ts";
import { processorEnvironment } from "./environment.ts";
import { processorMayLoop } from "./renewal-loop.ts";
import { common, type Stage, serviceOf } from "./stage.ts";
import { SweepFunction } from "./sweep-function.ts";

/** SQS and Lambda allow no more than this from a FIFO queue. */
const batchSizeMax = 10;

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
