import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/** Leaves the scanner's work to Lambda's own queue: the answer to Zuora does not wait for a scan. */
export const createStartScanner =
  (client: LambdaClient, functionName: string) =>
  async (billRunId: string): Promise<void> => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: "Event",
        Payload: JSON.stringify({ kind: "bill-run", billRunId }),
      }),
    );
  };
