import { Duration, Stack, TimeZone } from "aws-cdk-lib";
import { PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { sendTo, startFunction, useKey } from "../account/permissions.ts";

export type ScheduledFunctionProps = {
  readonly target: IFunction;
  /** Deliveries that EventBridge gave up. */
  readonly missedScans: IQueue;
  readonly timeZone: string;
  readonly key: IKey | undefined;
};

/** The role under which EventBridge Scheduler starts one function, and keeps what it could not deliver. */
export const schedulerRole = (scope: Construct, { target, missedScans, key }: ScheduledFunctionProps): Role =>
  new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
    inlinePolicies: {
      Own: new PolicyDocument({ statements: [startFunction(target), sendTo(missedScans), ...useKey(key)] }),
    },
  });

/** Every night on the hour, in the tenant's own time. Hours beyond midnight are the next day's. */
export const nightlyAt = (hour: number, timeZone: string): ScheduleExpression =>
  ScheduleExpression.cron({ minute: "0", hour: String(hour % 24), timeZone: TimeZone.of(timeZone) });

/** Starts a function every night. */
export class NightlyFunction extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: ScheduledFunctionProps & {
      readonly hour: number;
      readonly description: string;
    },
  ) {
    super(scope, id);
    const role = schedulerRole(this, props);
    new Schedule(this, "Nightly", {
      description: props.description,
      schedule: nightlyAt(props.hour, props.timeZone),
      target: new LambdaInvoke(props.target, {
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
        // What it may do is said above; the target would add every version of the function.
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: props.missedScans,
      }),
    });
  }
}
