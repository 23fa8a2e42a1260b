import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { Posting } from "../app/scan/ports.ts";

/** Leaves the scanner's work to Lambda's own queue: the answer to Zuora does not wait for a scan. */
export const createStartScanner =
  (client: LambdaClient, functionName: string) =>
  async (posting: Posting): Promise<void> => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: "Event",
        Payload: JSON.stringify(posting),
      }),
    );
  };
