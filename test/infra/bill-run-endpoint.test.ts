import { expect, it } from "vitest";
import { synthesised } from "./synthesised.ts";

const settings = { calloutSecretName: "zuora-credit-sweep/callouts" };

it("there is no way in from outside unless a stage asks for it", () => {
  synthesised().resourceCountIs("AWS::Lambda::Url", 0);
});

it("an endpoint may start the scanner, read its own secret and write its log, and nothing else", () => {
  const roles = Object.entries(synthesised(settings).findResources("AWS::IAM::Role"));
  const [role] = roles.filter(([id]) => id.startsWith("BillRunEndpointCalloutRole"));
  const statements = role?.[1]["Properties"].Policies[0].PolicyDocument.Statement as { Action: unknown }[];
  expect(statements.map(({ Action }) => Action)).toEqual([
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    "secretsmanager:GetSecretValue",
    "lambda:InvokeFunction",
  ]);
  expect(JSON.stringify(statements[2])).toMatch(/"Resource":\{"Fn::GetAtt":\["ScannerFunction\w+","Arn"\]\}/);
});

it("one environment takes all callouts, so that it knows which runs it started a scan for", () => {
  synthesised(settings).hasResourceProperties("AWS::Lambda::Function", {
    ReservedConcurrentExecutions: 1,
    Environment: { Variables: { CALLOUT_SECRET_ID: settings.calloutSecretName } },
  });
});
