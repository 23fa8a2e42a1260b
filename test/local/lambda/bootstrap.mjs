// What Lambda's own Node runtime does inside an execution environment: load the handler, then ask for one event after
// the other. Plain JavaScript over node:http, since `fetch` gives up on a connection that is idle for five minutes.
import { Agent, request } from "node:http";
import { pathToFileURL } from "node:url";

// A pipe takes what is written at once or not at all: what would wait in this process is lost when the process is frozen
// and ended. Windows writes to its pipes like this anyway.
for (const { _handle } of [process.stdout, process.stderr]) _handle?.setBlocking?.(true);

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path: `/2018-06-01/runtime/${path}`, agent }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

const errorOf = (error) => ({
  errorType: error?.name ?? "Error",
  errorMessage: String(error?.message ?? error),
  trace: String(error?.stack ?? "").split("\n"),
});

const contextOf = (headers) => {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
};

const loadHandler = async () => {
  const [, name] = process.env._HANDLER.split(".");
  const { [name]: handler } = await import(pathToFileURL(process.argv[2]).href);
  if (typeof handler !== "function") throw new Error(`${process.env._HANDLER} is undefined or not exported`);
  return handler;
};

const handler = await loadHandler().catch(async (error) => {
  await call("POST", "init/error", JSON.stringify(errorOf(error)));
  process.exit(1);
});

for (;;) {
  const next = await call("GET", "invocation/next");
  const context = contextOf(next.headers);
  process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"];
  const invocation = `invocation/${context.awsRequestId}`;
  try {
    const answer = await handler(JSON.parse(next.body), context);
    await call("POST", `${invocation}/response`, JSON.stringify(answer) ?? "null");
  } catch (error) {
    await call("POST", `${invocation}/error`, JSON.stringify(errorOf(error)));
  }
}
