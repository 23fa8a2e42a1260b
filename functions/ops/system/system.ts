import type { OperatorConfig } from "../../app/config/config.ts";

/** The system that a command is about. */
export type System = {
  /** `local`, or the stage that was typed. */
  readonly name: string;
  /** What names it behind `ops`, quoted for a shell: `--stage prod`. */
  readonly flag: string;
  readonly config: OperatorConfig;
  /** End points of a local system; absent for a deployed one, where the SDK's own settings decide. */
  readonly endpoints?: { readonly sqs: string; readonly other: string };
};
