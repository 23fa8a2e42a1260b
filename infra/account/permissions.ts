import { ArnFormat, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";

const allow = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources });

/** Secrets Manager ends a secret's ARN with six characters of its own. */
export const readSecret = (scope: Construct, name: string): PolicyStatement => {
  const arn = Stack.of(scope).formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${name}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return allow(["secretsmanager:GetSecretValue"], [arn]);
};

export const readParameter = (parameter: IStringParameter): PolicyStatement =>
  allow(["ssm:GetParameter"], [parameter.parameterArn]);

export const writeParameter = (parameter: IStringParameter): PolicyStatement =>
  allow(["ssm:PutParameter"], [parameter.parameterArn]);

export const readAndWriteParameter = (parameter: IStringParameter): PolicyStatement =>
  allow(["ssm:GetParameter", "ssm:PutParameter"], [parameter.parameterArn]);

/** The scanner counts what waits and sends. */
export const fillQueue = (queue: IQueue): PolicyStatement =>
  allow(["sqs:GetQueueAttributes", "sqs:SendMessage"], [queue.queueArn]);

/**
 * The event source mapping receives and deletes with the function's role, and so does the function; it hides and
 * renews.
 */
export const workThroughQueue = (queue: IQueue): PolicyStatement =>
  allow(
    [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ],
    [queue.queueArn],
  );

/** Whoever looks through a queue hides what was looked at for a while, and shows it again. */
export const takeFrom = (queue: IQueue): PolicyStatement =>
  allow(["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [queue.queueArn]);

export const deleteFrom = (queue: IQueue): PolicyStatement => allow(["sqs:DeleteMessage"], [queue.queueArn]);

/** A person's replay deletes what it has queued again; an event source mapping, what its function has handled. */
export const workThrough = (queue: IQueue): PolicyStatement =>
  allow(
    ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    [queue.queueArn],
  );

export const startFunction = (target: IFunction): PolicyStatement =>
  allow(["lambda:InvokeFunction"], [target.functionArn]);

/** Without a key, the topic's own owner has seen to encryption. */
export const publishTo = (topic: ITopic, key?: IKey): PolicyStatement =>
  key === undefined
    ? allow(["sns:Publish"], [topic.topicArn])
    : allow(["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"], [topic.topicArn, key.keyArn]);

/** Nothing where the stage tells nobody. */
export const tellOthers = (eventBusArn: string | undefined): readonly PolicyStatement[] =>
  eventBusArn === undefined ? [] : [allow(["events:PutEvents"], [eventBusArn])];

/** How many messages wait, and none of them. */
export const countQueue = (queue: IQueue): PolicyStatement => allow(["sqs:GetQueueAttributes"], [queue.queueArn]);

export const sendTo = (queue: IQueue): PolicyStatement => allow(["sqs:SendMessage"], [queue.queueArn]);

/** Whoever sends to or reads from something that a customer's key encrypts. */
export const useKey = (key: IKey | undefined): readonly PolicyStatement[] =>
  key === undefined ? [] : [allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.keyArn])];

/** What Lambda does with the role to put a function into a network; EC2 knows no resources for it. */
const networkInterfaceActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** Lambda itself may make network interfaces; the function's code, which has the same role, may not. */
export const joinNetwork = (scope: Construct): readonly PolicyStatement[] => [
  allow([...networkInterfaceActions], ["*"]),
  new PolicyStatement({
    effect: Effect.DENY,
    actions: [...networkInterfaceActions],
    resources: ["*"],
    conditions: {
      ArnLike: {
        "lambda:SourceFunctionArn": Stack.of(scope).formatArn({
          service: "lambda",
          resource: "function",
          resourceName: "*",
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
    },
  }),
];

/** How cdk-nag names what is allowed of everything in a bucket, which is no more than it seems. */
export const everythingIn = (bucket: Bucket): string =>
  `AwsSolutions::AwsSolutions-IAM5[Resource::<${Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket)}.Arn>/*]`;

/** Writes over what is there, of which the bucket keeps the older versions; reads and deletes nothing. */
export const putInto = (bucket: Bucket): PolicyStatement => allow(["s3:PutObject"], [bucket.arnForObjects("*")]);

/** Whoever looks through a bucket, by the console or by hand, older versions included. */
export const readFrom = (bucket: Bucket): readonly PolicyStatement[] => [
  allow(["s3:ListBucket", "s3:ListBucketVersions"], [bucket.bucketArn]),
  allow(["s3:GetObject", "s3:GetObjectVersion"], [bucket.arnForObjects("*")]),
];
