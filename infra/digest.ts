import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { publishTo } from "./permissions.ts";

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
