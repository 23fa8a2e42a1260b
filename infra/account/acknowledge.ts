import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Says beside a construct why a finding of the rule packs is as we want it there. */
export const acknowledge = (construct: IConstruct, id: string, reason: string): void =>
  Validations.of(construct).acknowledge({ id, reason });

/** Of an event source mapping of a queue. */
export const acknowledgeNoDestination = (mapping: IConstruct): void =>
  acknowledge(
    mapping,
    "Serverless::Serverless-LambdaEventSourceMappingDestination",
    "Lambda offers no such destination for SQS: the queue's own redrive policy sets aside what keeps failing.",
  );
