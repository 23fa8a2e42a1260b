import { expect, it } from "vitest";
import { only, synthesised } from "./synthesised.ts";

const settings = { calloutSecretName: "zuora-credit-sweep/callouts" };

it("there is no way in from outside unless a stage asks for it", () => {
  synthesised().resourceCountIs("AWS::Lambda::Url", 0);
});

it("an endpoint may queue what was called out, read its own secret and write its log, and nothing else", () => {
  const roles = Object.entries(synthesised(settings).findResources("AWS::IAM::Role"));
  const [role] = roles.filter(([id]) => id.startsWith("BillRunEndpointCalloutRole"));
  const statements = role?.[1]["Properties"].Policies[0].PolicyDocument.Statement as { Action: unknown }[];
  expect(statements.map(({ Action }) => Action)).toEqual([
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    "secretsmanager:GetSecretValue",
    "sqs:SendMessage",
  ]);
  expect(JSON.stringify(statements[2])).toMatch(/"Resource":\{"Fn::GetAtt":\["PostingsQueue\w+","Arn"\]\}/);
});

it("one environment takes all callouts, so that it knows which runs it started a scan for", () => {
  synthesised(settings).hasResourceProperties("AWS::Lambda::Function", {
    ReservedConcurrentExecutions: 1,
    Environment: { Variables: { CALLOUT_SECRET_ID: settings.calloutSecretName } },
  });
});

it("callouts are scanned together, and never take the execution that the schedules need", () => {
  const template = synthesised(settings);
  const mappings = Object.values(template.findResources("AWS::Lambda::EventSourceMapping"));
  const callouts = mappings.map(({ Properties }) => Properties).find(({ BatchSize }) => BatchSize === 1_000);
  expect(callouts?.["MaximumBatchingWindowInSeconds"]).toBe(5);
  const scanner = only(template, "AWS::Lambda::Function", ({ Description }) => String(Description).startsWith("Finds"));
  expect(scanner["ReservedConcurrentExecutions"]).toBe(callouts?.["ScalingConfig"].MaximumConcurrency + 1);
});
