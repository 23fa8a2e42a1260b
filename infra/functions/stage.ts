import type { Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Surroundings } from "../account/surroundings.ts";
import type { Parameters } from "../parameters.ts";
import type { StageSettings } from "../settings-schema.ts";
import type { Addresses } from "./environment.ts";

/** The names of the folders under `functions/` that are deployed. */
export type FunctionName = "scanner" | "processor" | "replay" | "digest" | "callout" | "revenue";

/** What the functions of a stage are made of. */
export type Stage = {
  readonly stack: Stack;
  readonly settings: StageSettings;
  /** Makes a function's folder of code. */
  readonly codeOf: (name: FunctionName) => string;
  readonly surroundings: Surroundings;
  readonly parameters: Parameters;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Deliveries and scans that failed. */
  readonly missedScans: Queue;
  /** What Zuora called out, where the stage takes callouts. */
  readonly postings: Queue | undefined;
  readonly addresses: Addresses;
};

/** The `service` of a function's logs and metrics. */
export const serviceOf = (stack: Stack, name: FunctionName): string => `${stack.stackName}-${name}`;

/** What every function of a stage has. */
export const common = ({ settings, surroundings }: Stage) => ({
  logRetentionDays: settings.logRetentionDays,
  surroundings,
});
