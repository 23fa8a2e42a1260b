import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { stages } from "../../infra/settings.ts";
import type { StageSettings } from "../../infra/settings-schema.ts";
import { SweepStack } from "../../infra/stack.ts";

/** A folder that passes for a bundle: what is in it is tested elsewhere. It goes when the process does. */
export const emptyBundle = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  writeFileSync(join(folder, "index.mjs"), "export const handler = () => {};");
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const keyArn = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000000";
const boundaryArn = "arn:aws:iam::123456789012:policy/boundary";
const topicArn = "arn:aws:sns:eu-west-2:123456789012:on-call";

/** A stage as the accounts of a large company would have it. */
export const lockedDown = {
  ...stages.prod,
  calloutSecretName: "zuora-credit-sweep/callouts",
  network: {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["eu-west-2a", "eu-west-2b"],
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroupIds: ["sg-0123456789abcdef0"],
  },
  kmsKeyArn: keyArn,
  pageTopicArn: topicArn,
  ticketTopicArn: topicArn,
  digestTopicArn: topicArn,
  eventBusArn: "arn:aws:events:eu-west-2:123456789012:event-bus/billing",
  permissionsBoundaryArn: boundaryArn,
  roleNamePrefix: "app-billing-",
  rolePath: "/billing/",
  synthesizerQualifier: "billing",
  tags: { "cost-centre": "4711" },
  zuoraProxyUrl: "http://proxy.example.invalid:3128",
  zuoraCaFile: "certificates/proxy.pem",
} as const satisfies StageSettings;

/** What differs where revenue is moved. */
export const withRevenue = {
  policy: { ...stages.prod.policy, revenue: "move" },
} as const satisfies Partial<StageSettings>;

/** Every kind of stage that is checked: those that there are, and those with what a stage may have besides. */
export const variants: Readonly<Record<string, StageSettings>> = {
  ...stages,
  callouts: { ...stages.prod, calloutSecretName: "zuora-credit-sweep/callouts" },
  "locked-down": { ...lockedDown, ...withRevenue },
  revenue: { ...stages.prod, ...withRevenue },
};

const code = emptyBundle();

/** The template of the production stage, with settings changed as a test needs them. */
export const synthesised = (changes: Partial<StageSettings> = {}): Template => {
  const settings = { ...stages.prod, ...changes };
  return Template.fromStack(new SweepStack(new App(), "Test", { stage: "test", settings, codeOf: () => code }));
};

/** A resource by what it is; there must be one alone that fits. */
export const only = (template: Template, type: string, fits: (properties: Properties) => boolean = () => true) => {
  const found = Object.values(template.findResources(type)).filter(({ Properties }) => fits(Properties as Properties));
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
  return found[0]?.["Properties"] as Properties;
};

export type Properties = Readonly<Record<string, unknown>>;
