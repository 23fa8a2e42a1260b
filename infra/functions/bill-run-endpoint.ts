import { CfnOutput } from "aws-cdk-lib";
import { FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { environmentNames as names } from "../../functions/app/config/environment-names.ts";
import { readSecret, sendTo } from "../account/permissions.ts";
import type { Surroundings } from "../account/surroundings.ts";
import { SweepFunction } from "./sweep-function.ts";

export type BillRunEndpointProps = {
  readonly code: string;
  /** What was called out, for the scanner to take together. */
  readonly postings: IQueue;
  /** The name of the secret that holds `{"hmacKey"}`; made by hand, never here. */
  readonly secretName: string;
  readonly service: string;
  readonly memoryMb: number;
  readonly logRetentionDays: number;
  readonly surroundings: Surroundings;
};

/** Zuora waits 15 seconds for an answer; ours needs less than one. */
const timeoutSeconds = 10;

/**
 * An HTTPS address for Zuora's callouts. A function URL rather than an HTTP API: one resource less, and the signature
 * over the raw body is the authentication either way.
 */
export class BillRunEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: BillRunEndpointProps) {
    super(scope, id);
    const endpoint = new SweepFunction(this, "Callout", {
      code: props.code,
      description: "Takes Zuora's signed callouts and starts a scan of that bill run",
      environment: {
        [names.serviceName]: props.service,
        [names.calloutSecretId]: props.secretName,
        [names.postingQueueUrl]: props.postings.queueUrl,
      },
      memoryMb: props.memoryMb,
      timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      surroundings: props.surroundings,
      // One environment remembers which runs it started a scan for, and a flood of forged callouts costs one function.
      reservedConcurrency: 1,
      statements: [readSecret(this, props.secretName), sendTo(props.postings)],
    }).function;
    const url = endpoint.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, "Url", { description: "Where Zuora's callout goes", value: url.url });
  }
}
