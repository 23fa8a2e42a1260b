import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { bundleFunction } from "../../infra/bundle/bundle.ts";
import { SweepStack } from "../../infra/stack.ts";
import { emptyBundle, lockedDown, type Properties, synthesised } from "./synthesised.ts";

const template = synthesised(lockedDown);
const { kmsKeyArn: keyArn, permissionsBoundaryArn: boundaryArn, pageTopicArn: topicArn } = lockedDown;

const propertiesOf = (type: string, of = template): readonly Properties[] =>
  Object.values(of.findResources(type)).map(({ Properties }) => Properties as Properties);

const each = (type: string): readonly Properties[] => {
  const found = propertiesOf(type);
  expect(found.length).toBeGreaterThan(0);
  return found;
};

type Resources = {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
};

type Statement = { readonly Action: string | readonly string[]; readonly Effect: string; readonly Resource: unknown };

const statementsOf = ({ Policies }: Properties): readonly Statement[] =>
  (Policies as readonly { PolicyDocument: { Statement: readonly Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

describe("a stage in a locked-down account", () => {
  it("has every function in the private subnets, behind the security groups", () => {
    for (const { VpcConfig } of each("AWS::Lambda::Function")) {
      const { privateSubnetIds: SubnetIds, securityGroupIds: SecurityGroupIds } = lockedDown.network;
      expect(VpcConfig).toEqual({ SubnetIds, SecurityGroupIds });
    }
  });

  it("lets Lambda make network interfaces, and denies the same to the code", () => {
    const roles = each("AWS::IAM::Role").filter((role) => JSON.stringify(role).includes("lambda.amazonaws.com"));
    for (const role of roles) {
      const statements = statementsOf(role).filter(({ Action }) => [Action].flat()[0]?.startsWith("ec2:"));
      expect(statements).toMatchObject([
        { Effect: "Allow", Resource: "*" },
        { Effect: "Deny", Resource: "*", Condition: { ArnLike: { "lambda:SourceFunctionArn": expect.anything() } } },
      ]);
      expect(statements[0]?.Action).toEqual(statements[1]?.Action);
    }
  });

  it("encrypts queues, logs and environments with the customer's key, and makes none", () => {
    for (const { KmsMasterKeyId } of each("AWS::SQS::Queue")) expect(KmsMasterKeyId).toBe(keyArn);
    for (const { KmsKeyId } of each("AWS::Logs::LogGroup")) expect(KmsKeyId).toBe(keyArn);
    for (const { KmsKeyArn } of each("AWS::Lambda::Function")) expect(KmsKeyArn).toBe(keyArn);
    expect(JSON.stringify(each("AWS::S3::Bucket"))).toContain(`"KMSMasterKeyID":"${keyArn}"`);
    template.resourceCountIs("AWS::KMS::Key", 0);
  });

  it("encrypts the topics that it makes with the customer's key as well", () => {
    const { pageTopicArn: _page, ticketTopicArn: _ticket, digestTopicArn: _digest, ...own } = lockedDown;
    const made = Template.fromStack(
      new SweepStack(new App(), "Own", { stage: "own", settings: own, codeOf: () => emptyBundle() }),
    );
    expect(propertiesOf("AWS::SNS::Topic", made).map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual([
      keyArn,
      keyArn,
      keyArn,
    ]);
  });

  it("lets each role use that key for reading and sending, and nothing else of it", () => {
    for (const role of each("AWS::IAM::Role")) {
      const ofKey = statementsOf(role).filter(({ Action }) => [Action].flat().some((verb) => verb.startsWith("kms:")));
      expect(ofKey).toEqual([{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn }]);
    }
  });

  it("sends every alarm and the digest to the topics that exist", () => {
    template.resourceCountIs("AWS::SNS::Topic", 0);
    for (const { AlarmActions } of each("AWS::CloudWatch::Alarm")) expect(AlarmActions).toEqual([topicArn]);
  });

  it("keeps every role within the boundary, under the path, with the prefix", () => {
    const roles = each("AWS::IAM::Role");
    for (const { PermissionsBoundary, Path } of roles)
      expect([PermissionsBoundary, Path]).toEqual([boundaryArn, "/billing/"]);
    const names = roles.map(({ RoleName }) => String(RoleName));
    expect(names.filter((name) => !/^app-billing-[\w-]+$/.test(name) || name.length > 64)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("tags what can be tagged", () => {
    for (const { Tags } of each("AWS::SQS::Queue")) expect(Tags).toContainEqual({ Key: "cost-centre", Value: "4711" });
  });

  it("reaches Zuora by the proxy and trusts its certificates", () => {
    const environments = each("AWS::Lambda::Function").map(
      ({ Environment }) => (Environment as { Variables: Readonly<Record<string, unknown>> }).Variables,
    );
    const toZuora = environments.filter((variables) => "ZUORA_BASE_URL" in variables);
    expect(toZuora).toHaveLength(3);
    for (const variables of toZuora) {
      expect(variables).toMatchObject({
        ZUORA_PROXY_URL: "http://proxy.example.invalid:3128",
        NODE_EXTRA_CA_CERTS: "/var/task/ca.pem",
      });
    }
  });

  it("has that file of certificates beside the code, by the name that Node is told", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bundle-"));
    try {
      // Any file will do here: it is copied, and read only by Node.
      const bundle = bundleFunction("replay", folder, "package.json");
      expect(readFileSync(join(bundle, "ca.pem"), "utf8")).toContain("zuora-credit-sweep");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is deployed by the bootstrap of another qualifier", () => {
    const app = new App();
    new SweepStack(app, "Qualified", { stage: "test", settings: lockedDown, codeOf: () => emptyBundle() });
    const { artifacts } = JSON.parse(readFileSync(`${app.synth().directory}/manifest.json`, "utf8"));
    expect(artifacts["Qualified"].properties.assumeRoleArn).toContain("cdk-billing-deploy-role");
  });
});

describe("every stage", () => {
  it.each([
    ["as it comes", synthesised()],
    ["locked down", template],
  ])("%s has no custom resource and no name that is fixed, but the one by which operators find it", (_name, stack) => {
    const { Resources } = stack.toJSON() as {
      Resources: Readonly<Record<string, { Type: string; Properties?: Properties }>>;
    };
    const types = Object.values(Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource$/.test(type))).toEqual([]);
    const nameProperties =
      /^(FunctionName|QueueName|TopicName|AlarmName|DashboardName|LogGroupName|Name|StateMachineName)$/;
    const fixed = Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(([key, value]) => nameProperties.test(key) && typeof value === "string")
        .map(([, value]) => `${Type} ${value}`),
    );
    expect(fixed.filter((name) => !name.includes(" Test/"))).toEqual([
      "AWS::SSM::Parameter /zuora-credit-sweep/test/system",
    ]);
  });

  it("lives beside others in one account: no two stacks share a name", () => {
    const app = new App();
    const [uk, us] = ["prod-uk", "prod-us"]
      .map((stage) => {
        const of = { stage, settings: lockedDown, codeOf: () => emptyBundle() };
        return new SweepStack(app, `zuora-credit-sweep-${stage}`, of);
      })
      .map((stack) => {
        const { Resources } = Template.fromStack(stack).toJSON() as Resources;
        return Object.values(Resources).flatMap(({ Properties = {} }) =>
          ["RoleName", "Name"].map((key) => Properties[key]).filter((name) => typeof name === "string"),
        );
      });
    if (uk === undefined || us === undefined) throw new Error("two stages");
    expect(uk.length).toBeGreaterThan(8);
    expect(uk.filter((name) => us.includes(name))).toEqual([]);
  });
});
