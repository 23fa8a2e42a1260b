import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { createStartScanner } from "../../../functions/aws/start-scanner.ts";

it("the scanner is started for one bill run, and not waited for", async () => {
  const lambda = mockClient(LambdaClient);
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  await createStartScanner(new LambdaClient({ region: "eu-west-1" }), "scanner")({ kind: "bill-run", id: "8ae1" });
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
    FunctionName: "scanner",
    InvocationType: "Event",
    Payload: '{"kind":"bill-run","id":"8ae1"}',
  });
});
