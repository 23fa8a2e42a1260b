import { afterEach, describe, expect, it, vi } from "vitest";
import { Closers } from "../../local/closers.ts";
import { functionEnvironment } from "../../local/function-environment.ts";
import { createFunctions } from "../../local/functions.ts";
import type { Options } from "../../local/options.ts";
import { everything } from "../../local/policy.ts";
import { queueNames } from "../../local/queues.ts";
import { startServices } from "../../local/services.ts";
import { sqsEventOf } from "../../local/sqs-event.ts";
import { startTinyZuora } from "./tiny-zuora.ts";

const closers = new Closers();

afterEach(async () => {
  vi.unstubAllEnvs();
  await closers.closeAll();
});

describe("the functions on a laptop", () => {
  it("turn to no other machine while they scan, settle and dead-letter", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "canary");
    vi.stubEnv("AWS_ENDPOINT_URL_SSM", "https://ssm.us-east-1.amazonaws.com");
    vi.stubEnv("AWS_ENDPOINT_URL_SQS", "https://sqs.us-east-1.amazonaws.com");
    const zuora = closers.add(await startTinyZuora("one-invoice"));
    const options: Options = {
      tenant: {
        kind: "zuora",
        url: new URL(zuora.url),
        clientId: "id",
        clientSecret: "secret",
        timeZone: "UTC",
        entityIds: undefined,
        orgIds: undefined,
      },
      mode: "credit-balance",
      dryRun: false,
      kind: "incremental",
      concurrency: 1,
      functionTimeoutSeconds: 60,
      visibilityTimeoutSeconds: 70,
      maxReceiveCount: 2,
      backoffMaxSeconds: 1,
      deadlineSeconds: 60,
      json: true,
      batchSize: 10,
      policy: everything,
      warnings: [],
    };
    const services = await startServices(options, closers);
    const lines: string[] = [];
    const environment = {
      ...functionEnvironment(options, services.addresses),
      NODE_OPTIONS: `--import ${new URL("fixtures/connection-log.mjs", import.meta.url).href}`,
    };
    const { scanner, processor } = await createFunctions(options, environment, (line) => lines.push(line), closers);

    await scanner.invoke({ kind: "incremental", scheduledTime: "2026-07-01T00:00:00Z" });
    expect(services.sqsServer.messagesIn(queueNames.work)).toHaveLength(1);
    const malformed = {
      MessageId: "m1",
      ReceiptHandle: "r1",
      Body: "not JSON",
      Attributes: {
        ApproximateReceiveCount: "1",
        MessageGroupId: "acc1",
        SentTimestamp: "1782864000000",
        ApproximateFirstReceiveTimestamp: "1782864000000",
      },
    };
    const readable = { ...malformed, MessageId: "m2", Body: '{"version":1,"accountId":"acc1","runId":"zcs-1"}' };
    await processor.invoke(sqsEventOf([malformed, readable], services.workQueue.arn));
    expect(services.sqsServer.messagesIn(queueNames.deadLetter).length).toBeGreaterThan(0);

    const addresses = lines.flatMap((line) => /^turned to (.+)$/.exec(line)?.[1] ?? []);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
  });
});
