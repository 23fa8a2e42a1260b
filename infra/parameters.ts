import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";

/**
 * The two small parameters: a switch and a hint. CloudFormation writes a parameter only when its value *in the
 * template* changes, so what people turn by hand, and what the scanner writes, survives every deploy that leaves the
 * value here as it is.
 */
export class Parameters extends Construct {
  readonly switch: StringParameter;
  readonly lastScan: StringParameter;

  constructor(scope: Construct, id: string, { switchAtFirst }: { readonly switchAtFirst: string }) {
    super(scope, id);
    this.switch = new StringParameter(this, "Switch", {
      description: "on | dry-run | off: read by every processor before each write to Zuora",
      stringValue: switchAtFirst,
      allowedPattern: "^(on|dry-run|off)$",
    });
    this.lastScan = new StringParameter(this, "LastScan", {
      description: "When the last completed scan began; anything that is no time means: scan everything",
      stringValue: "never",
    });
  }
}
