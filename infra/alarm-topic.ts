import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

/**
 * A topic that alarms can reach: encrypted, TLS only. A topic policy of one's own replaces SNS's, which lets the
 * account publish, and the key that AWS keeps for SNS cannot be used by CloudWatch: without either grant every alarm
 * would be mute.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new Key(this, "Key", { description: "Encrypts alarms on their way", enableKeyRotation: true });
    this.topic = new Topic(this, "Topic", { masterKey: key, enforceSSL: true });
    key.addToResourcePolicy(this.#alarmsMay(["kms:Decrypt", "kms:GenerateDataKey*"], "*"));
    this.topic.addToResourcePolicy(this.#alarmsMay(["sns:Publish"], this.topic.topicArn));
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
