import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, it, vi } from "vitest";
import { environmentNames } from "../../../functions/app/config/environment-names.ts";
import { switchKeptMs } from "../../../functions/aws/parameters.ts";
import { createWorkQueue } from "../../../functions/aws/sqs/work-queue.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { startAwsStandIns } from "../../local/aws-stand-ins.ts";
import { Closers } from "../../local/closers.ts";
import { readFlags } from "../../local/command-line.ts";
import { drain } from "../../local/drain.ts";
import { startEventSourceMapping } from "../../local/event-source-mapping.ts";
import { functionEnvironment, localNames } from "../../local/function-environment.ts";
import { createFunctions } from "../../local/functions.ts";
import { optionsFrom } from "../../local/options.ts";
import { countMessages, createQueues } from "../../local/queues.ts";
import { startSqsServer } from "../../local/sqs-server.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer } from "../../zuora-simulator/zuora-server.ts";

const closers = new Closers();
afterEach(() => closers.closeAll());

/** Four writes for a hundred accounts: enough that work is left wherever it is stopped. */
const accounts = 600;

const startSystem = async () => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1) {
    addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });
  }
  const client = { clientId: "local", clientSecret: "local" };
  const zuora = closers.add(await startZuoraServer({ ...client, store, latency: { baseMs: 100, perRowMs: 0 } }));
  const standIns = closers.add(await startAwsStandIns());
  standIns.secrets.set(localNames.secretId, JSON.stringify(client));
  standIns.parameters.set(localNames.switchParameter, "on");
  const flags = readFlags(["--backoff-max", "4", "--concurrency", "1"], () => {});
  if (flags === undefined) throw new Error("help was printed");
  const options = optionsFrom(flags, {});
  const sqsServer = closers.add(await startSqsServer(region));
  const sqs = new SQSClient({ endpoint: sqsServer.endpoint, region, credentials });
  const queues = await createQueues(sqs, options);
  const environment = {
    ...functionEnvironment(options, {
      zuoraBaseUrl: zuora.url,
      sqsEndpoint: sqsServer.endpoint,
      standInsEndpoint: standIns.endpoint,
      workQueueUrl: queues.work.url,
      deadLetterQueueUrl: queues.deadLetter.url,
    }),
    // So that one write is on its way at the most.
    [environmentNames.zuoraConcurrency]: "1",
  };
  const ids = store.accounts.rows.map(({ Id }) => Id);
  await createWorkQueue(sqs, queues.work.url).send(ids, "zcs-0mb0abc12345", new Date().toISOString());
  const { processor } = await createFunctions(options, environment, () => {}, closers);
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: queues.work.url,
    queueArn: queues.work.arn,
    batchSize: 10,
    pollers: 1,
    invoke: (event) => processor.invoke(event),
  });
  return {
    store,
    zuora,
    mapping,
    turn: (to: string) => standIns.parameters.set(localNames.switchParameter, to),
    sqs,
    queues,
  };
};

it("within a few seconds after off no write begins any more; after on everything that waited is settled", {
  timeout: 90_000,
}, async () => {
  const { store, zuora, mapping, turn, sqs, queues } = await startSystem();
  await vi.waitUntil(() => zuora.limits.writes >= 3, { timeout: 30_000, interval: 1 });
  turn("off");
  const turnedAt = performance.now();
  let seen = { writes: zuora.limits.writes, at: turnedAt };
  const waiting = () => countMessages(sqs, queues.work);
  // Everything is received, found switched off, and hidden again: more than once for each message.
  const allWait = async () => {
    const { writes } = zuora.limits;
    if (writes > seen.writes) seen = { writes, at: performance.now() };
    return performance.now() - turnedAt > 2 * switchKeptMs && (await waiting()).hidden > accounts / 4;
  };
  await vi.waitUntil(allWait, { timeout: 30_000, interval: 10 });
  // The position was read before it was turned, and the write that it let out is counted when its answer leaves.
  expect(seen.at - turnedAt).toBeLessThan(switchKeptMs + 1_000);
  expect(store.invoices.rows.some(({ Balance }) => Balance.lt(0))).toBe(true);

  turn("on");
  const isDrained = await drain({ mapping, count: waiting, giveUp: AbortSignal.timeout(50_000), onProgress: () => {} });
  mapping.stop();
  await mapping.finished;
  expect(isDrained).toBe(true);
  expect(store.invoices.rows.filter(({ Balance }) => Balance.lt(0))).toEqual([]);
  expect(store.accounts.rows.filter(({ CreditBalance }) => !CreditBalance.eq(0))).toEqual([]);
});
