import { type CfnElement, Duration, Stack, TimeZone } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

export type SchedulesProps = {
  readonly scanner: IFunction;
  /** Deliveries that EventBridge gave up. */
  readonly missedScans: IQueue;
  readonly scanEveryMinutes: number;
  readonly nightlyScanHour: number;
  readonly timeZone: string;
};

/** EventBridge tries again for this often and this long; after that the next scan does the same work anyway. */
const retry = { retryAttempts: 3, maxEventAge: Duration.minutes(10) } as const;

/** Starts a scan of what changed every few minutes, and one of everything every night in the tenant's own time. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const targetOf = (kind: "incremental" | "full") =>
      new LambdaInvoke(props.scanner, {
        ...retry,
        deadLetterQueue: props.missedScans,
        input: ScheduleTargetInput.fromObject({ kind, scheduledTime: ContextAttribute.scheduledTime }),
      });
    new Schedule(this, "Incremental", {
      description: "Looks for what changed since the last completed scan",
      schedule: ScheduleExpression.rate(Duration.minutes(props.scanEveryMinutes)),
      target: targetOf("incremental"),
    });
    new Schedule(this, "Nightly", {
      description: "Looks at everything",
      schedule: ScheduleExpression.cron({
        minute: "0",
        hour: String(props.nightlyScanHour),
        timeZone: TimeZone.of(props.timeZone),
      }),
      target: targetOf("full"),
    });
    const { scanner } = props;
    const scannerId = Stack.of(this).getLogicalId(scanner.node.defaultChild as CfnElement);
    acknowledge(
      Stack.of(this),
      `AwsSolutions::AwsSolutions-IAM5[Resource::<${scannerId}.Arn>:*]`,
      "EventBridge Scheduler may start the scanner, in any of its versions, and nothing else.",
    );
  }
}
