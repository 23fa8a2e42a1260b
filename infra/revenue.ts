import { Duration, Stack, TimeZone } from "aws-cdk-lib";
import { PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, type IFunction, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { revenueEnvironment } from "./environment.ts";
import { common, type Stage, serviceOf } from "./functions.ts";
import { readParameter, readSecret, sendTo, startFunction, useKey, workThroughQueue } from "./permissions.ts";
import type { WorkQueue } from "./queues.ts";
import { processorMayLoop } from "./renewal-loop.ts";
import { SweepFunction } from "./sweep-function.ts";
import { timeoutsFor } from "./timeouts.ts";
import { revenueFunctionsMax } from "./zuora-calls.ts";

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
  acknowledge(
    deliveries,
    "Serverless::Serverless-LambdaEventSourceMappingDestination",
    "Lambda offers no such destination for SQS: the queue's own redrive policy sets aside what keeps failing.",
  );
  new NightlyRevenue(stack, "NightlyRevenue", {
    target,
    missedScans,
    timeZone: settings.zuoraTimeZone,
    nightlyScanHour: settings.nightlyScanHour,
    key: surroundings.key,
  });
  return target;
};

type NightlyRevenueProps = {
  readonly target: IFunction;
  /** Deliveries that EventBridge gave up. */
  readonly missedScans: IQueue;
  readonly nightlyScanHour: number;
  readonly timeZone: string;
  readonly key: IKey | undefined;
};

/** Starts the pass over revenue two hours after the nightly scan: credit first, and the digest before it. */
class NightlyRevenue extends Construct {
  constructor(scope: Construct, id: string, props: NightlyRevenueProps) {
    super(scope, id);
    const { target, missedScans, timeZone, nightlyScanHour, key } = props;
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      inlinePolicies: {
        Own: new PolicyDocument({ statements: [startFunction(target), sendTo(missedScans), ...useKey(key)] }),
      },
    });
    new Schedule(this, "Nightly", {
      description: "Looks for settled pairs whose revenue does not net to zero",
      schedule: ScheduleExpression.cron({
        minute: "0",
        hour: String((nightlyScanHour + 2) % 24),
        timeZone: TimeZone.of(timeZone),
      }),
      target: new LambdaInvoke(target, {
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: missedScans,
      }),
    });
  }
}
