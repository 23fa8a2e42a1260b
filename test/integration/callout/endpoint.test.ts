import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { environmentNames as names } from "../../../functions/app/config/environment-names.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { type AwsStandIns, startAwsStandIns } from "../../local/aws-stand-ins.ts";
import { startFunctionUrl } from "../../local/function-url.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import type { LoopbackServer } from "../../local/loopback-server.ts";
import { createPostingQueue } from "../../local/queues.ts";
import { type SqsServer, startSqsServer } from "../../local/sqs-server.ts";

const hmacKey = "k".repeat(32);
const secretId = "callouts";

let folder: string;
let standIns: AwsStandIns;
let sqsServer: SqsServer;
let endpoint: LambdaFunction;
let server: LoopbackServer;
let logs: string[] = [];
let seen = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  standIns = await startAwsStandIns();
  standIns.secrets.set(secretId, JSON.stringify({ hmacKey }));
  sqsServer = await startSqsServer(region);
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  const { url } = await createPostingQueue(sqs);
  sqs.destroy();
  endpoint = new LambdaFunction({
    name: "callout",
    bundle: join(bundleFunction("callout", folder), "index.mjs"),
    timeoutMs: 10_000,
    memoryMb: 512,
    concurrency: 1,
    environment: {
      [names.serviceName]: "Test-callout",
      [names.calloutSecretId]: secretId,
      [names.postingQueueUrl]: url,
      AWS_ENDPOINT_URL: standIns.endpoint,
      AWS_ENDPOINT_URL_SQS: sqsServer.endpoint,
    },
    onLog: (line) => logs.push(line),
  });
  server = await startFunctionUrl(endpoint);
});

afterAll(async () => {
  await endpoint.stop();
  await Promise.all([server.stop(), standIns.stop(), sqsServer.stop()]);
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  logs = [];
});

/** What was queued to be scanned since the last look. */
const queued = (): unknown[] => {
  const all = sqsServer.messagesIn("postings").map(({ body }) => JSON.parse(body) as unknown);
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
};

const sign = (body: string | Buffer, key = hmacKey) => createHmac("sha256", key).update(body).digest("base64");

const post = async (body: string, signature: string | undefined): Promise<{ status: number; ms: number }> => {
  const startedAt = performance.now();
  const headers = signature === undefined ? {} : { "x-callout-signature": signature };
  const response = await fetch(server.url, { method: "POST", headers, body });
  await response.text();
  return { status: response.status, ms: performance.now() - startedAt };
};

type Counted = { readonly CalloutRefused: number; readonly CalloutRepeated: number };

/** What the function counted of so many callouts, in the lines that it wrote. */
const counted = async (callouts: number): Promise<Counted> => {
  const each = () => logs.filter((line) => line.includes("_aws")).map((line) => JSON.parse(line) as Counted);
  await expect.poll(each).toHaveLength(callouts);
  const sum = (name: keyof Counted) => each().reduce((total, line) => total + line[name], 0);
  return { CalloutRefused: sum("CalloutRefused"), CalloutRepeated: sum("CalloutRepeated") };
};

describe("the endpoint, over HTTP, as it would be deployed", () => {
  it("queues the bill run that a callout names for one scan, and none of its repetitions", async () => {
    const body = JSON.stringify({ billRunId: "8ae00000000000000000000000000001" });
    expect(await post(body, sign(body))).toMatchObject({ status: 200 });
    const repeated = await post(body, sign(body));
    expect(repeated.status).toBe(200);
    // Zuora waits for 15 seconds; a second is what we promise where nothing has to start first.
    expect(repeated.ms).toBeLessThan(1_000);
    expect(queued()).toEqual([{ kind: "bill-run", id: "8ae00000000000000000000000000001" }]);
    expect(await counted(2)).toEqual({ CalloutRefused: 0, CalloutRepeated: 1 });
  });

  const posted = JSON.stringify({ billRunId: "8ae00000000000000000000000000002" });
  const long = JSON.stringify({ billRunId: "8ae00000000000000000000000000002", padding: "a".repeat(1024 * 1024) });
  it.each([
    ["forged", posted, sign(posted, "n".repeat(32)), 401],
    ["truncated", posted.slice(0, -5), sign(posted), 401],
    ["unsigned", posted, undefined, 401],
    ["of 1 MB, however well signed,", long, sign(long), 413],
    ["signed and no callout", "{}", sign("{}"), 400],
  ])("a callout that is %s changes nothing and is counted", async (_name, body, signature, status) => {
    expect(await post(body, signature)).toMatchObject({ status });
    expect(queued()).toEqual([]);
    expect(await counted(1)).toEqual({ CalloutRefused: 1, CalloutRepeated: 0 });
  });
});
