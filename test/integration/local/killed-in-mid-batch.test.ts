import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { writeMessage } from "../../../functions/app/message.ts";
import { switchKeptMs } from "../../../functions/aws/parameters.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { startAwsStandIns } from "../../local/aws-stand-ins.ts";
import { Closers } from "../../local/closers.ts";
import { readFlags } from "../../local/command-line.ts";
import { drain } from "../../local/drain.ts";
import { startEventSourceMapping } from "../../local/event-source-mapping.ts";
import { functionEnvironment, localNames } from "../../local/function-environment.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { optionsFrom } from "../../local/options.ts";
import { countMessages, createQueues, queueNames } from "../../local/queues.ts";
import { startSqsServer } from "../../local/sqs-server.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer } from "../../zuora-simulator/zuora-server.ts";

const runId = "zcs-killed";

/**
 * The first reading of the switch begins the invocation. It is believed for a while, and the second is for the
 * Decreases.
 */
const readBeforeDecreases = 2;

const closers = new Closers();
afterEach(() => closers.closeAll());

describe("a processor that is killed at its timeout in the middle of a batch", () => {
  it("loses nothing and does nothing twice", { timeout: 60_000 }, async () => {
    const { store, sqs, mapping, workQueue, sqsServer, died } = await startSystem();
    const isDrained = await drain({
      mapping,
      count: () => countMessages(sqs, workQueue),
      giveUp: AbortSignal.timeout(50_000),
      onProgress: () => {},
    });
    mapping.stop();
    await mapping.finished;

    expect(died).toEqual(["Sandbox.Timedout"]);
    expect(isDrained).toBe(true);
    expect(sqsServer.messagesIn(queueNames.deadLetter)).toEqual([]);
    const moves = store.adjustments.rows.map(
      ({ Type, SourceTransactionNumber }) => `${Type} ${SourceTransactionNumber}`,
    );
    expect(moves.toSorted()).toEqual([
      "Decrease INV00000002",
      "Decrease INV00000004",
      "Increase INV00000001",
      "Increase INV00000003",
    ]);
    expect(store.invoices.rows.map(({ Balance }) => Balance.toFixed())).toEqual(["0", "20", "0", "20"]);
    expect(store.accounts.rows.map(({ CreditBalance }) => CreditBalance.toFixed())).toEqual(["0", "0"]);
  });
});

/** Two accounts in one batch, Increases that take their time, and then a switch that cannot be read any more. */
const startSystem = async () => {
  const store = new Store();
  const owing = { invoices: [{ amount: "-10" }, { amount: "30" }] };
  const accounts = [addAccount(store, owing), addAccount(store, owing)];
  const client = { clientId: "local", clientSecret: "local" };
  const zuora = closers.add(await startZuoraServer({ ...client, store }));

  const standIns = closers.add(await startAwsStandIns());
  standIns.secrets.set(localNames.secretId, JSON.stringify(client));
  standIns.parameters.set(localNames.switchParameter, "on");
  let readings = 0;
  const hanging = await startBetween(standIns.endpoint, ({ headers }) => {
    if (headers["x-amz-target"] === "AmazonSSM.GetParameter") readings += 1;
    return readings === readBeforeDecreases ? new Promise(() => {}) : undefined;
  });
  let isFirstWrite = true;
  const slow = await startBetween(zuora.url, ({ url = "" }) => {
    if (!isFirstWrite || !url.startsWith("/v1/action/create")) return undefined;
    isFirstWrite = false;
    return sleep(switchKeptMs + 100);
  });

  const flags = ["--function-timeout", "16", "--visibility-timeout", "17", "--backoff-max", "1", "--concurrency", "1"];
  const options = optionsFrom(readFlags(flags, () => {}) ?? unexpected("no flags"), {});
  const sqsServer = closers.add(await startSqsServer(region));
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  const queues = await createQueues(sqs, options);
  for (const { Id } of accounts) {
    const message = {
      MessageBody: writeMessage({ accountId: Id, runId }),
      MessageGroupId: Id,
      MessageDeduplicationId: Id,
    };
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.work.url, ...message }));
  }

  const folder = await mkdtemp(join(tmpdir(), "killed-in-mid-batch-"));
  closers.add({ stop: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) });
  const processor = closers.add(
    new LambdaFunction({
      name: "processor",
      bundle: join(bundleFunction("processor", folder), "index.mjs"),
      timeoutMs: options.functionTimeoutSeconds * 1000,
      memoryMb: 512,
      concurrency: 1,
      environment: functionEnvironment(options, {
        zuoraBaseUrl: slow.endpoint,
        sqsEndpoint: sqsServer.endpoint,
        standInsEndpoint: hanging.endpoint,
        workQueueUrl: queues.work.url,
        deadLetterQueueUrl: queues.deadLetter.url,
      }),
      onLog: () => {},
    }),
  );
  const died: string[] = [];
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: queues.work.url,
    queueArn: queues.work.arn,
    batchSize: 10,
    pollers: 1,
    invoke: (event) =>
      processor.invoke(event).catch((error: { errorType: string }) => {
        died.push(error.errorType);
        throw error;
      }),
  });
  return { store, sqs, sqsServer, workQueue: queues.work, mapping, died };
};

/** Passes requests on, each when `wait` lets it. */
const startBetween = async (endpoint: string, wait: (request: IncomingMessage) => Promise<unknown> | undefined) => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await wait(request);
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answer = await fetch(`${endpoint}${request.url === "/" ? "" : request.url}`, {
      method: request.method ?? "POST",
      headers: headers as Record<string, string>,
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return closers.add({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
};

const unexpected = (message: string): never => {
  throw new Error(message);
};
