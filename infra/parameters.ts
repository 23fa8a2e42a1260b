import { Stack } from "aws-cdk-lib";
import { ParameterTier, StringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import { systemParameter } from "../functions/app/config/environment-names.ts";

/**
 * The small parameters: a switch, a hint, and what waits for approval. CloudFormation writes a parameter only when
 * something about it *in the template* changes, so what people turn by hand, and what the scanner writes, survives
 * other deploys. A deploy that does change one, if only by a tag, writes the value here over theirs. That is why the
 * switch cannot be `on` in the settings: such a deploy may stop the writing, never start it. A hint that is lost costs
 * one full scan.
 */
export class Parameters extends Construct {
  readonly switch: StringParameter;
  readonly lastScan: StringParameter;
  readonly refusedScans: StringParameter;

  constructor(scope: Construct, id: string, { switchAtFirst }: { readonly switchAtFirst: string }) {
    super(scope, id);
    this.switch = new StringParameter(this, "Switch", {
      description: "on | dry-run | off: what processors may do, within a few seconds",
      stringValue: switchAtFirst,
      allowedPattern: "^(on|dry-run|off)$",
    });
    this.lastScan = new StringParameter(this, "LastScan", {
      description: "When the last completed scan began; anything that is no time means: scan everything",
      stringValue: "never",
    });
    this.refusedScans = new StringParameter(this, "RefusedScans", {
      description: "Scans beyond the run limit that wait for a person's approval, as they were shown",
      stringValue: "{}",
    });
  }
}

/** Where the operators' command line looks a stage up, by the stage's name: addresses and rules, no secret. */
export const describeSystem = (
  scope: Construct,
  stage: string,
  environment: Readonly<Record<string, string>>,
): StringParameter =>
  new StringParameter(scope, "System", {
    description: "What npm run ops -- --stage needs to know",
    parameterName: systemParameter(stage),
    stringValue: Stack.of(scope).toJsonString(environment),
    // Rules of the allowed length may take more than the 4 KB of the standard tier.
    tier: ParameterTier.INTELLIGENT_TIERING,
  });
