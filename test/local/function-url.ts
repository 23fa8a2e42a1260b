import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { LambdaFunction } from "./lambda/lambda-function.ts";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";

/** Lambda takes no larger event. */
const bytesMax = 6 * 1024 * 1024;

/** Serves a function at an address of its own, as a Lambda function URL without authentication does. */
export const startFunctionUrl = (target: LambdaFunction): Promise<LoopbackServer> =>
  startLoopbackServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (body.length > bytesMax) {
      response.writeHead(413).end();
      return;
    }
    const { statusCode = 502, headers = {}, body: answer = "" } = await invoke(target, request.headers, body);
    response.writeHead(statusCode, headers as Record<string, string>).end(answer);
  });

type Answer = Exclude<LambdaFunctionURLResult, string>;

const invoke = async (
  target: LambdaFunction,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
): Promise<Answer> => {
  const event: Pick<LambdaFunctionURLEvent, "version" | "headers" | "body" | "isBase64Encoded"> = {
    version: "2.0",
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(",")])),
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
  try {
    return (await target.invoke(event)) as Answer;
  } catch {
    // Lambda tells its caller nothing of what went wrong.
    return { statusCode: 502, body: JSON.stringify({ message: "Internal Server Error" }) };
  }
};
