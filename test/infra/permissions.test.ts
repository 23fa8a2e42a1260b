import { describe, expect, it } from "vitest";
import { type Properties, synthesised, withRevenue } from "./synthesised.ts";

type Statement = { readonly Action: string | readonly string[]; readonly Effect: string; readonly Resource: unknown };

const template = synthesised();

const statementsOf = (name: string, of = template): readonly string[] => {
  const policies = roleOf(name, of)["Policies"] as readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  return sentencesOf(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement));
};

const sentencesOf = (statements: readonly Statement[]): readonly string[] =>
  statements
    .map(({ Action, Effect, Resource }) => `${Effect} ${[Action].flat().join(" ")} on ${nameOf(Resource)}`)
    .toSorted();

const roleOf = (name: string, of = template): Properties => {
  const roles = Object.entries(of.findResources("AWS::IAM::Role")).filter(([id]) => id.startsWith(`${name}Role`));
  if (roles.length !== 1) throw new Error(`expected one role of ${name}, found ${roles.length}`);
  return roles[0]?.[1]["Properties"] as Properties;
};

/** Logical ids without their hash, so that a sentence can be read. */
const nameOf = (resource: unknown): string =>
  JSON.stringify(resource)
    .replaceAll(/\{"Fn::GetAtt":\["(\w+?)[0-9A-F]{8}","Arn"\]\}/g, "$1")
    .replaceAll(/\{"Ref":"(\w+?)([0-9A-F]{8})?"\}/g, "$1")
    .replaceAll(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, "$1")
    .replaceAll(/[",]/g, "")
    .replaceAll("AWS::", "");

describe("what each function may do: exactly this", () => {
  it("lets the scanner read Zuora's secret and the switch, remember its scan, fill the queue and count dead letters", () => {
    expect(statementsOf("Scanner")).toEqual([
      "Allow logs:CreateLogStream logs:PutLogEvents on ScannerLog",
      "Allow secretsmanager:GetSecretValue on arn:{Ref:Partition}:secretsmanager:{Ref:Region}:{Ref:AccountId}:secret:zuora-credit-sweep/prod-??????",
      "Allow sqs:GetQueueAttributes on AccountsDeadLetters",
      "Allow sqs:GetQueueAttributes sqs:SendMessage on AccountsQueue",
      "Allow sqs:SendMessage on MissedScansQueue",
      "Allow ssm:GetParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/ParametersSwitch",
      "Allow ssm:GetParameter ssm:PutParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/ParametersLastScan",
      "Allow ssm:GetParameter ssm:PutParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/ParametersRefusedScans",
    ]);
  });

  it("lets the processor read Zuora's secret and the switch, work through the queue, and set aside", () => {
    expect(statementsOf("Processor")).toEqual([
      "Allow logs:CreateLogStream logs:PutLogEvents on ProcessorLog",
      "Allow secretsmanager:GetSecretValue on arn:{Ref:Partition}:secretsmanager:{Ref:Region}:{Ref:AccountId}:secret:zuora-credit-sweep/prod-??????",
      "Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on AccountsQueue",
      "Allow sqs:SendMessage on AccountsDeadLetters",
      "Allow ssm:GetParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/ParametersSwitch",
    ]);
  });

  it("lets a replay take dead letters and queue them again, and nothing of Zuora's", () => {
    expect(statementsOf("Replay")).toEqual([
      "Allow logs:CreateLogStream logs:PutLogEvents on ReplayLog",
      "Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on AccountsDeadLetters",
      "Allow sqs:SendMessage on AccountsQueue",
    ]);
  });

  it("lets the digest read Zuora's secret and the parameters, look through dead letters, keep reports and publish, and lets EventBridge start it", () => {
    expect(statementsOf("Digest")).toEqual([
      "Allow logs:CreateLogStream logs:PutLogEvents on DigestLog",
      "Allow s3:PutObject on ReportsBucket/*",
      "Allow secretsmanager:GetSecretValue on arn:{Ref:Partition}:secretsmanager:{Ref:Region}:{Ref:AccountId}:secret:zuora-credit-sweep/prod-??????",
      "Allow sns:Publish kms:Decrypt kms:GenerateDataKey on [DigestTopicDigestTopicKey]",
      "Allow sqs:ChangeMessageVisibility sqs:GetQueueAttributes sqs:ReceiveMessage on AccountsDeadLetters",
      "Allow sqs:GetQueueAttributes on AccountsQueue",
      ...["ParametersLastScan", "ParametersRefusedScans", "ParametersSwitch"].map(
        (name) => `Allow ssm:GetParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/${name}`,
      ),
    ]);
    expect(statementsOf("NightlyDigest")).toEqual([
      "Allow lambda:InvokeFunction on DigestFunction",
      "Allow sqs:SendMessage on MissedScansQueue",
    ]);
  });

  it("lets the processor and the digest put events on the bus that a stage names, and nobody otherwise", () => {
    const eventBusArn = "arn:aws:events:eu-west-2:123456789012:event-bus/billing";
    const withBus = synthesised({ eventBusArn });
    const tells = `Allow events:PutEvents on ${eventBusArn}`;
    for (const name of ["Processor", "Digest"]) {
      expect(statementsOf(name, withBus)).toEqual([...statementsOf(name), tells].toSorted());
    }
    expect(JSON.stringify(withBus.toJSON()).split("events:PutEvents")).toHaveLength(3);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/events:PutEvents|EVENT_BUS_ARN/);
  });

  it("lets the revenue pass read Zuora's secret and the switch, and work with its own two queues", () => {
    const withPass = synthesised(withRevenue);
    expect(statementsOf("Revenue", withPass)).toEqual([
      "Allow logs:CreateLogStream logs:PutLogEvents on RevenueLog",
      "Allow secretsmanager:GetSecretValue on arn:{Ref:Partition}:secretsmanager:{Ref:Region}:{Ref:AccountId}:secret:zuora-credit-sweep/prod-??????",
      "Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on RevenueAccountsQueue",
      "Allow sqs:SendMessage on RevenueAccountsDeadLetters",
      "Allow ssm:GetParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/ParametersSwitch",
    ]);
    expect(statementsOf("NightlyRevenue", withPass)).toEqual([
      "Allow lambda:InvokeFunction on RevenueFunction",
      "Allow sqs:SendMessage on MissedScansQueue",
    ]);
  });

  it("lets EventBridge start the scanner and set aside what it could not start, for this account only", () => {
    expect(statementsOf("Schedules")).toEqual([
      "Allow lambda:InvokeFunction on ScannerFunction",
      "Allow sqs:SendMessage on MissedScansQueue",
    ]);
    expect(roleOf("Schedules")["AssumeRolePolicyDocument"]).toMatchObject({
      Statement: [{ Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }],
    });
  });

  it("gives no role of the stack anything from elsewhere: no seventh role, no managed and no attached policy", () => {
    const roles = Object.values(template.findResources("AWS::IAM::Role"));
    expect(roles).toHaveLength(6);
    for (const { Properties } of roles) expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    for (const type of ["Policy", "RolePolicy"]) template.resourceCountIs(`AWS::IAM::${type}`, 0);
    for (const { Properties } of Object.values(template.findResources("AWS::IAM::ManagedPolicy"))) {
      expect(Properties).not.toHaveProperty("Roles");
    }
    template.resourceCountIs("AWS::Lambda::Permission", 0);
  });
});

describe("what people may do who use ops: exactly this", () => {
  const policies = Object.fromEntries(
    Object.entries(template.findResources("AWS::IAM::ManagedPolicy")).map(([id, { Properties }]) => [
      id.replace(/^Operators(\w+)[0-9A-F]{8}$/, "$1"),
      sentencesOf(Properties.PolicyDocument.Statement),
    ]),
  );
  const parameter = (name: string) => `arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameter/${name}`;
  const finds = [
    `Allow secretsmanager:GetSecretValue on arn:{Ref:Partition}:secretsmanager:{Ref:Region}:{Ref:AccountId}:secret:zuora-credit-sweep/prod-??????`,
    // The name of this one begins with a slash.
    "Allow ssm:GetParameter on arn:{Ref:Partition}:ssm:{Ref:Region}:{Ref:AccountId}:parameterSystem",
  ];
  const [switchOf, lastScan, refused] = ["ParametersSwitch", "ParametersLastScan", "ParametersRefusedScans"].map(
    parameter,
  );

  it("lets finance find the stage, ask Zuora, and read what the digest keeps", () => {
    const reads = [
      "Allow s3:GetObject s3:GetObjectVersion on ReportsBucket/*",
      "Allow s3:ListBucket s3:ListBucketVersions on ReportsBucket",
    ];
    expect(policies["Finance"]).toEqual([...reads, ...finds].toSorted());
  });

  it("lets whoever looks read the parameters, count accounts and look through dead letters", () => {
    const looks = [
      "Allow sqs:ChangeMessageVisibility sqs:GetQueueAttributes sqs:ReceiveMessage on AccountsDeadLetters",
      "Allow sqs:GetQueueAttributes on AccountsQueue",
      ...[switchOf, lastScan, refused].map((arn) => `Allow ssm:GetParameter on ${arn}`),
    ];
    expect(policies["Looks"]).toEqual([...finds, ...looks].toSorted());
  });

  it("lets whoever replays delete dead letters, queue their accounts, and start the replay", () => {
    expect(policies["Replays"]).toEqual([
      "Allow lambda:InvokeFunction on ReplayFunction",
      "Allow sqs:DeleteMessage on AccountsDeadLetters",
      "Allow sqs:SendMessage on AccountsQueue",
    ]);
  });

  it("lets whoever operates turn the switch, queue accounts and remember a scan, and nobody change what a stage says of itself", () => {
    const writes = [switchOf, lastScan, refused].map((arn) => `Allow ssm:PutParameter on ${arn}`);
    expect(policies["Operates"]).toEqual(["Allow sqs:SendMessage on AccountsQueue", ...writes].toSorted());
    expect(
      Object.values(policies)
        .flat()
        .filter((line) => /PutParameter on .*System/.test(line)),
    ).toEqual([]);
  });
});
