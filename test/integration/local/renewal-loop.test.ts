import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createWorkQueue } from "../../../functions/aws/sqs/work-queue.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { processorMayLoop } from "../../../infra/functions/renewal-loop.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { startAwsStandIns } from "../../local/aws-stand-ins.ts";
import { Closers } from "../../local/closers.ts";
import { readFlags } from "../../local/command-line.ts";
import { startEventSourceMapping } from "../../local/event-source-mapping.ts";
import { functionEnvironment, localNames } from "../../local/function-environment.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { optionsFrom } from "../../local/options.ts";
import { createQueues, queueNames } from "../../local/queues.ts";
import { startSqsServer } from "../../local/sqs-server.ts";

const closers = new Closers();
const folder = mkdtempSync(join(tmpdir(), "renewal-loop-"));
let bundle: string;

beforeAll(() => {
  bundle = join(bundleFunction("processor", folder), "index.mjs");
});

afterAll(async () => {
  await closers.closeAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** One account whose message waits, since the switch is off, and is renewed on its every receive. */
const startWaiting = async (mayLoop: boolean) => {
  const flags = readFlags([], () => {});
  if (flags === undefined) throw new Error("help was printed");
  const options = { ...optionsFrom(flags, {}), maxReceiveCount: 1, visibilityTimeoutSeconds: 1 };
  const standIns = closers.add(await startAwsStandIns());
  standIns.parameters.set(localNames.switchParameter, "off");
  const sqsServer = closers.add(await startSqsServer(region));
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  closers.add({ stop: async () => sqs.destroy() });
  const { work, deadLetter } = await createQueues(sqs, options);
  let renewals = 0;
  const processor = closers.add(
    new LambdaFunction({
      name: "processor",
      bundle,
      timeoutMs: 10_000,
      memoryMb: 512,
      concurrency: 1,
      mayLoop,
      environment: functionEnvironment(options, {
        zuoraBaseUrl: "http://127.0.0.1:9",
        sqsEndpoint: sqsServer.endpoint,
        standInsEndpoint: standIns.endpoint,
        workQueueUrl: work.url,
        deadLetterQueueUrl: deadLetter.url,
      }),
      onLog: (line) => {
        if (line.includes('"renewed"')) renewals += 1;
      },
    }),
  );
  await createWorkQueue(sqs, work.url).send(["A"], "zcs-0mb0abc12345", new Date().toISOString());
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: work.url,
    queueArn: work.arn,
    batchSize: 10,
    pollers: 1,
    invoke: (event) => processor.invoke(event),
  });
  closers.add({
    stop: async () => {
      mapping.stop();
      await mapping.finished;
    },
  });
  return { renewals: () => renewals, deadLetters: () => sqsServer.messagesIn(queueNames.deadLetter) };
};

const patience = { timeout: 60_000, interval: 20 };

it("a message that waits is renewed two hundred times and more, as the processor is deployed", {
  timeout: 90_000,
}, async () => {
  const { renewals, deadLetters } = await startWaiting(processorMayLoop);
  await vi.waitUntil(() => renewals() >= 200, patience);
  expect(deadLetters()).toEqual([]);
});

it("Lambda's detection of loops would set it aside after sixteen, and without a reason", {
  timeout: 90_000,
}, async () => {
  const { renewals, deadLetters } = await startWaiting(false);
  await vi.waitUntil(() => deadLetters().length > 0, patience);
  expect(renewals()).toBe(16);
  expect(deadLetters()).toMatchObject([{ attributes: { attempts: "16" } }]);
  expect(deadLetters()[0]?.attributes).not.toHaveProperty("errorCode");
});
