import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { nightlyAt, schedulerRole } from "./scheduled-function.ts";

export type SchedulesProps = {
  readonly scanner: IFunction;
  /** Deliveries that EventBridge gave up. */
  readonly missedScans: IQueue;
  readonly scanEveryMinutes: number;
  readonly nightlyScanHour: number;
  readonly timeZone: string;
  readonly key: IKey | undefined;
};

/** EventBridge tries again for this often and this long; after that the next scan does the same work anyway. */
const retry = { retryAttempts: 3, maxEventAge: Duration.minutes(10) } as const;

/** Starts a scan of what changed every few minutes, and one of everything every night in the tenant's own time. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const role = schedulerRole(this, { ...props, target: props.scanner });
    const targetOf = (kind: "incremental" | "full") =>
      new LambdaInvoke(props.scanner, {
        ...retry,
        // What it may do is said above; the target would add every version of the function.
        role: role.withoutPolicyUpdates(),
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
      schedule: nightlyAt(props.nightlyScanHour, props.timeZone),
      target: targetOf("full"),
    });
  }
}
