import { CfnOutput } from "aws-cdk-lib";
import { ManagedPolicy, type PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import type { Parameters } from "../parameters.ts";
import { acknowledge } from "./acknowledge.ts";
import {
  countQueue,
  deleteFrom,
  everythingIn,
  readFrom,
  readParameter,
  readSecret,
  sendTo,
  startFunction,
  takeFrom,
  useKey,
  writeParameter,
} from "./permissions.ts";

export type OperatorPoliciesProps = {
  readonly secretName: string;
  /** By which `ops --stage` finds the stage. */
  readonly system: IStringParameter;
  readonly parameters: Parameters;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  /** The revenue pass' own two, where the policy looks at revenue. */
  readonly revenueQueues: { readonly queue: IQueue; readonly deadLetterQueue: IQueue } | undefined;
  readonly replay: IFunction;
  /** What the nightly digest keeps for finance. */
  readonly reports: Bucket;
  readonly key: IKey | undefined;
};

/**
 * What people may do with the `ops` of this stage, to be attached to whatever roles a company gives them; no role of
 * the stack has one. Whoever looks is given what opens Zuora, since that is where the truth is: only Zuora can hold
 * back what its client may do. `Replays` and `Operates` come on top of `Looks`.
 */
export class OperatorPolicies extends Construct {
  constructor(scope: Construct, id: string, props: OperatorPoliciesProps) {
    super(scope, id);
    acknowledge(
      this,
      everythingIn(props.reports),
      "Finance reads every report that there is, and nothing else of S3's.",
    );
    const { secretName, system, parameters, queue, deadLetterQueue, revenueQueues, replay, reports } = props;
    const work = [queue, ...(revenueQueues === undefined ? [] : [revenueQueues.queue])];
    const setAside = [deadLetterQueue, ...(revenueQueues === undefined ? [] : [revenueQueues.deadLetterQueue])];
    const key = useKey(props.key);
    const findStage = [readParameter(system), readSecret(this, secretName)];
    const all = [parameters.switch, parameters.lastScan, parameters.refusedScans];
    this.#policy("Finance", "report, plan, history; and the reports that the digest keeps", [
      ...findStage,
      ...readFrom(reports),
      ...key,
    ]);
    this.#policy("Looks", "status, doctor, plan, explain, report, dead-letters list and show, scan --dry-run", [
      ...findStage,
      ...all.map(readParameter),
      ...work.map(countQueue),
      ...setAside.map(takeFrom),
      ...key,
    ]);
    this.#policy("Replays", "dead-letters replay and drop, beside what Looks allows", [
      ...setAside.map(deleteFrom),
      ...work.map(sendTo),
      startFunction(replay),
      ...key,
    ]);
    this.#policy("Operates", "stop, dry, resume, scan, settle and undo, beside what Looks allows", [
      ...all.map(writeParameter),
      ...work.map(sendTo),
      ...key,
    ]);
  }

  #policy(name: string, commands: string, statements: readonly PolicyStatement[]): void {
    const policy = new ManagedPolicy(this, name, { description: `ops: ${commands}`, statements: [...statements] });
    new CfnOutput(this, `${name}Arn`, {
      description: `For people who use ops: ${commands}`,
      value: policy.managedPolicyArn,
    });
  }
}
