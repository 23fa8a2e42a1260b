import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { environmentNames as names } from "../../../functions/app/config/environment-names.ts";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { type LoopbackServer, readBody, startLoopbackServer } from "../../local/loopback-server.ts";
import { sqsEventOf } from "../../local/sqs-event.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "../ops/local-ops.ts";

const { system, tenant } = useLocalOps();
const busArn = "arn:aws:events:eu-west-2:123456789012:event-bus/billing";
let folder: string;
let bundle: string;
let bus: LoopbackServer;
let started: LambdaFunction[] = [];
/** What the bus was asked, and what it answers. */
let calls: { readonly Entries: readonly Readonly<Record<string, string>>[] }[] = [];
let isDown = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  bundle = join(bundleFunction("processor", folder), "index.mjs");
  bus = await startLoopbackServer(async (request, response) => {
    const { Entries } = JSON.parse(await readBody(request));
    calls.push({ Entries });
    response.statusCode = isDown ? 500 : 200;
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "id" })) }));
  });
});

beforeEach(() => {
  calls = [];
  isDown = false;
});

afterAll(async () => {
  await Promise.all([bus.stop(), ...started.map((each) => each.stop())]);
  await rm(folder, { recursive: true, force: true });
});

/** The processor as deployed, with a bus or without one. */
const processor = (settings: Readonly<Record<string, string>>): LambdaFunction => {
  const made = new LambdaFunction({
    name: "processor",
    bundle,
    timeoutMs: 60_000,
    memoryMb: 512,
    concurrency: 1,
    environment: { ...system().environment, ...settings, AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url },
    onLog: () => {},
  });
  started = [...started, made];
  return made;
};

/** A negative invoice, an open one, and the message that names their account. */
const owing = () => {
  const account = addAccount(tenant().store, {});
  addInvoice(tenant().store, account, { amount: "-10.00" });
  const open = addInvoice(tenant().store, account, { amount: "4.00" });
  const now = String(Date.now());
  const message = {
    MessageId: randomUUID(),
    ReceiptHandle: "receipt",
    Body: JSON.stringify({ version: 1, accountId: account.Id, runId: "zcs-0mb0abc12345" }),
    Attributes: {
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: now,
      SentTimestamp: now,
      MessageGroupId: account.Id,
    },
  };
  return { account, open, event: sqsEventOf([message], "arn:aws:sqs:eu-west-2:000000000000:work.fifo") };
};

it("the processor tells the bus what it moved, once it is done", async () => {
  const { account, event } = owing();
  expect(await processor({ [names.eventBusArn]: busArn }).invoke(event)).toEqual({ batchItemFailures: [] });
  const entries = calls.flatMap(({ Entries }) => Entries);
  expect(entries.map((entry) => [entry["EventBusName"], entry["DetailType"]])).toEqual([
    [busArn, "CreditTransferred"],
    [busArn, "CreditApplied"],
  ]);
  const details = entries.map((entry) => JSON.parse(entry["Detail"] ?? ""));
  expect(details).toMatchObject([
    { accountId: account.Id, amount: "10" },
    { accountId: account.Id, amount: "4" },
  ]);
});

it("a bus that is down keeps nothing from being settled, nor anybody for long", async () => {
  isDown = true;
  const { open, event } = owing();
  expect(await processor({ [names.eventBusArn]: busArn }).invoke(event)).toEqual({ batchItemFailures: [] });
  expect(calls.length).toBeGreaterThan(0);
  expect(tenant().store.invoices.one("Id", open.Id)?.Balance.toFixed()).toBe("0");
});

it("without the setting the processor calls nobody", async () => {
  const { open, event } = owing();
  expect(await processor({}).invoke(event)).toEqual({ batchItemFailures: [] });
  expect(calls).toEqual([]);
  expect(tenant().store.invoices.one("Id", open.Id)?.Balance.toFixed()).toBe("0");
});
