import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
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

export type ReportBucketProps = {
  readonly retentionDays: number;
  readonly customerKey: IKey | undefined;
};

/** Where the reports that come by themselves are kept: private, encrypted, and every version for as long as books are. */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays, customerKey }: ReportBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      // Nothing but the stack's end, or a person, may take papers away that somebody has signed.
      removalPolicy: RemovalPolicy.RETAIN,
      ...(customerKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: customerKey, bucketKeyEnabled: true }),
      lifecycleRules: [
        {
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(retentionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    acknowledge(
      this.bucket,
      "AwsSolutions::AwsSolutions-S1",
      "Who reads reports is told by CloudTrail's data events, which an account turns on for all its buckets; a bucket of logs beside each would be one more to keep.",
    );
    new CfnOutput(this, "Name", { description: "Where finance finds the reports", value: this.bucket.bucketName });
  }
}
