import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Severity } from "./alarm-definition.ts";

/** Existing topics; a severity without one gets a topic of the stack's. */
export type AlarmTopicArns = { readonly [each in Severity]?: string | undefined };

/**
 * Topics that alarms can reach: encrypted, TLS only. A topic policy of one's own replaces SNS's, which lets the
 * account publish, and the key that AWS keeps for SNS cannot be used by CloudWatch: without either grant every alarm
 * would be mute.
 */
export class AlarmTopics extends Construct {
  readonly #arns: AlarmTopicArns;
  #key: IKey | undefined;

  /** @param key a customer's, whose policy lets CloudWatch use it; without, the topics get one of their own */
  constructor(scope: Construct, id: string, arns: AlarmTopicArns, key: IKey | undefined) {
    super(scope, id);
    this.#arns = arns;
    this.#key = key;
  }

  /** The topic for alarms of a severity; call once for each. */
  topicFor(severity: Severity): ITopic {
    const arn = this.#arns[severity];
    if (arn !== undefined) return Topic.fromTopicArn(this, severity, arn);
    const topic = new Topic(this, severity, { masterKey: this.#sharedKey(), enforceSSL: true });
    topic.addToResourcePolicy(this.#alarmsMay(["sns:Publish"], topic.topicArn));
    return topic;
  }

  #sharedKey(): IKey {
    if (this.#key !== undefined) return this.#key;
    const own = new Key(this, "Key", { description: "Encrypts alarms on their way", enableKeyRotation: true });
    own.addToResourcePolicy(this.#alarmsMay(["kms:Decrypt", "kms:GenerateDataKey*"], "*"));
    this.#key = own;
    return own;
  }

  #alarmsMay(actions: string[], resource: string): PolicyStatement {
    return new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions,
      resources: [resource],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
    });
  }
}
