import { Duration, Stack, TimeZone } from "aws-cdk-lib";
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { publishTo, sendTo, startFunction, useKey } from "./permissions.ts";

/** A topic for people without an AWS login, and what a function must be allowed to reach it. */
export class DigestTopic extends Construct {
  readonly topic: ITopic;
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, existingArn: string | undefined, customerKey: IKey | undefined) {
    super(scope, id);
    if (existingArn !== undefined) {
      this.topic = Topic.fromTopicArn(this, "Topic", existingArn);
      this.statements = [publishTo(this.topic)];
      return;
    }
    const key =
      customerKey ?? new Key(this, "Key", { description: "Encrypts digests on their way", enableKeyRotation: true });
    this.topic = new Topic(this, "Topic", { masterKey: key, enforceSSL: true });
    this.statements = [publishTo(this.topic, key)];
  }
}

export type NightlyDigestProps = {
  readonly digest: IFunction;
  /** Deliveries that EventBridge gave up. */
  readonly missedScans: IQueue;
  readonly nightlyScanHour: number;
  readonly timeZone: string;
  readonly key: IKey | undefined;
};

/** Sends the digest an hour after the nightly scan, when its accounts are settled. */
export class NightlyDigest extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { digest, missedScans, nightlyScanHour, timeZone, key }: NightlyDigestProps,
  ) {
    super(scope, id);
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      inlinePolicies: {
        Own: new PolicyDocument({ statements: [startFunction(digest), sendTo(missedScans), ...useKey(key)] }),
      },
    });
    new Schedule(this, "Nightly", {
      description: "Sends the day's digest",
      schedule: ScheduleExpression.cron({
        minute: "0",
        hour: String((nightlyScanHour + 1) % 24),
        timeZone: TimeZone.of(timeZone),
      }),
      target: new LambdaInvoke(digest, {
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: missedScans,
      }),
    });
  }
}
