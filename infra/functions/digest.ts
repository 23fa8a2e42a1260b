import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "../account/acknowledge.ts";
import {
  countQueue,
  everythingIn,
  publishTo,
  putInto,
  readParameter,
  readSecret,
  takeFrom,
  tellOthers,
} from "../account/permissions.ts";
import { functionTimeoutSecondsMax } from "../timeouts.ts";
import { digestEnvironment } from "./environment.ts";
import { NightlyFunction } from "./scheduled-function.ts";
import { common, type Stage, serviceOf } from "./stage.ts";
import { SweepFunction } from "./sweep-function.ts";

/** A topic for people without an AWS login, and what a function must be allowed to reach it. */
class DigestTopic extends Construct {
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

type ReportBucketProps = {
  readonly retentionDays: number;
  readonly customerKey: IKey | undefined;
};

/**
 * Where the reports that come by themselves are kept: private, encrypted, and every version for as long as books are.
 */
class ReportBucket extends Construct {
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

/** The digest, its topic, its schedule, and the bucket for its reports. */
export const addDigest = (
  stage: Stage,
  system: string,
  queuesOfDeadLetters: readonly IQueue[],
): { readonly digest: LambdaFunction; readonly reports: Bucket } => {
  const { stack, settings, surroundings, parameters, queue, missedScans, addresses } = stage;
  const { key } = surroundings;
  const digestTopic = new DigestTopic(stack, "DigestTopic", settings.digestTopicArn, key);
  const retentionDays = settings.reportRetentionDays;
  const reports = new ReportBucket(stack, "Reports", { retentionDays, customerKey: key }).bucket;
  const digestFunction = new SweepFunction(stack, "Digest", {
    code: stage.codeOf("digest"),
    description: "Tells people without an AWS login what was settled, held and left",
    environment: digestEnvironment(settings, addresses, {
      service: serviceOf(stack, "digest"),
      system,
      topicArn: digestTopic.topic.topicArn,
      bucket: reports.bucketName,
    }),
    memoryMb: settings.processorMemoryMb,
    timeoutSeconds: functionTimeoutSecondsMax,
    ...common(stage),
    // Its one call at a time is the scanner's, which is done by then.
    reservedConcurrency: 1,
    statements: [
      readSecret(stack, settings.zuoraSecretName),
      ...[parameters.switch, parameters.lastScan, parameters.refusedScans].map(readParameter),
      countQueue(queue),
      ...queuesOfDeadLetters.map(takeFrom),
      putInto(reports),
      ...tellOthers(settings.eventBusArn),
      ...digestTopic.statements,
    ],
  });
  acknowledge(
    digestFunction,
    everythingIn(reports),
    "Every report has a name of its own, and it may write them alone.",
  );
  const digest = digestFunction.function;
  // An hour after the nightly scan, when its accounts are settled.
  new NightlyFunction(stack, "NightlyDigest", {
    target: digest,
    description: "Sends the day's digest",
    missedScans,
    timeZone: settings.zuoraTimeZone,
    hour: settings.nightlyScanHour + 1,
    key,
  });
  return { digest, reports };
};
