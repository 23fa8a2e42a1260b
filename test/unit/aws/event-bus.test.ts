import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import type { SweepEvent } from "../../../functions/app/events/event.ts";
import { createEventBus, entriesMax } from "../../../functions/aws/event-bus.ts";

const busArn = "arn:aws:events:eu-west-2:123456789012:event-bus/billing";
const aws = mockClient(EventBridgeClient);
const bus = createEventBus(new EventBridgeClient({ region: "eu-west-2" }), busArn);

beforeEach(() => aws.reset());

const pending = (accountId: string): SweepEvent => ({
  name: "CreditPending",
  detail: { accountId, amount: "1.5", currency: "GBP" },
});

const many = (count: number) => Array.from({ length: count }, (_, index) => pending(`account-${index}`));

const sent = () => aws.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);

const taken = (count: number) => ({ FailedEntryCount: 0, Entries: Array(count).fill({ EventId: "id" }) });

describe("a bus", () => {
  it("is told ten events at a time, by their names and with their details as JSON", async () => {
    aws.on(PutEventsCommand).callsFake(({ Entries }) => taken(Entries.length));
    expect(await bus.send(many(23))).toEqual({ failed: 0 });
    expect(sent().map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(sent()[0]?.[0]).toEqual({
      EventBusName: busArn,
      Source: "zuora-credit-sweep",
      DetailType: "CreditPending",
      Detail: '{"accountId":"account-0","amount":"1.5","currency":"GBP"}',
    });
  });

  it("is told once more what it did not take, and nothing else", async () => {
    aws
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 1, Entries: [{ EventId: "id" }, { ErrorCode: "ThrottlingException" }] })
      .callsFake(({ Entries }) => taken(Entries.length));
    expect(await bus.send(many(2))).toEqual({ failed: 0 });
    expect(sent()[1]).toMatchObject([{ Detail: expect.stringContaining("account-1") }]);
  });

  it("says how many it never took and why, and throws nothing", async () => {
    aws.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] });
    expect(await bus.send(many(1))).toEqual({ failed: 1, reason: "InternalFailure" });
    aws.on(PutEventsCommand).rejects(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    expect(await bus.send(many(11))).toEqual({ failed: 11, reason: "AccessDeniedException" });
  });

  it("is called by no one who has nothing to tell", async () => {
    expect(await bus.send([])).toEqual({ failed: 0 });
    expect(sent()).toEqual([]);
  });

  it("takes the longest events that there can be, ten at a time, far below its 256 KB", async () => {
    aws.on(PutEventsCommand).callsFake(({ Entries }) => taken(Entries.length));
    const long = (length: number) => "9".repeat(length);
    const longest: SweepEvent = {
      name: "CreditTransferred",
      detail: {
        accountId: long(100),
        invoiceId: long(100),
        invoiceNumber: long(255),
        amount: long(40),
        currency: long(10),
        runId: long(20),
        adjustmentId: long(100),
      },
    };
    await bus.send(Array(entriesMax).fill(longest));
    expect(JSON.stringify(sent()[0]).length).toBeLessThan(256 * 1024 * 0.04);
  });
});
