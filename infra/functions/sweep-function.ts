import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { acknowledge } from "../account/acknowledge.ts";
import { joinNetwork, useKey } from "../account/permissions.ts";
import type { Surroundings } from "../account/surroundings.ts";
import { nodeOptions } from "./node-options.ts";

export type SweepFunctionProps = {
  /** A folder with `index.mjs`. */
  readonly code: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that it may do besides writing its own log. */
  readonly statements: readonly PolicyStatement[];
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logRetentionDays: number;
  readonly surroundings: Surroundings;
  readonly reservedConcurrency?: number;
  /** Whether it may start itself again and again by what it sends; without, Lambda stops it. */
  readonly mayLoop?: boolean;
};

/** A function with a role of its own that may do what is written beside it, and a log that does not grow for ever. */
export class SweepFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: SweepFunctionProps) {
    super(scope, id);
    const retention: RetentionDays = props.logRetentionDays;
    const { key, network } = props.surroundings;
    const logGroup = new LogGroup(this, "Log", {
      retention,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    const writeLog = new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        Own: new PolicyDocument({
          statements: [
            writeLog,
            ...props.statements,
            ...useKey(key),
            ...(network === undefined ? [] : joinNetwork(this)),
          ],
        }),
      },
    });
    if (network !== undefined) {
      const reason = "EC2 knows no resources for it, and the code of the functions is denied the same.";
      acknowledge(role, "AwsSolutions::AwsSolutions-IAM5[Resource::*]", reason);
      acknowledge(this, "Serverless::Serverless-LambdaStarPermissions", reason);
    }
    this.function = new LambdaFunction(this, "Function", {
      description: `${props.description} (${Stack.of(this).stackName})`,
      code: Code.fromAsset(props.code),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment, NODE_OPTIONS: nodeOptions(props.memoryMb) },
      role: role.withoutPolicyUpdates(),
      ...network,
      ...(key === undefined ? {} : { environmentEncryption: key }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      recursiveLoop: props.mayLoop ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    acknowledge(
      this,
      "Serverless::Serverless-LambdaDLQ",
      "The scanner has an on-failure destination instead, and the processor is only invoked by its queue.",
    );
    acknowledge(
      this,
      "Serverless::Serverless-LambdaTracing",
      "Run id and Zuora-Track-Id correlate every line: a tracing library costs 12 ms and 130 kB for what a log query answers.",
    );
  }
}
