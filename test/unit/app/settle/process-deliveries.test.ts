import { describe, expect, it } from "vitest";
import type { Switch } from "../../../../functions/app/ports.ts";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { ConfigError } from "../../../../functions/domain/errors.ts";
import { closedPeriod, FakeLedger } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { owing } from "./fixtures.ts";
import { processor } from "./processor.ts";

describe("what is done with", () => {
  it("is acknowledged, with one line per movement and one per account", async () => {
    const { process, queue, telemetry } = processor(new FakeLedger(owing("A"), owing("B")));
    expect(await process(delivery("A"), delivery("B"))).toEqual([]);
    expect([queue.hidden, queue.renewed, queue.deadLetters]).toEqual([[], [], []]);
    expect(telemetry.of("adjustment created")).toHaveLength(4);
    expect(telemetry.of("account outcome")).toMatchObject([{ accountId: "A", outcome: "settled" }, { accountId: "B" }]);
  });

  it("is settled once, however many messages an account has, and all of them share the outcome", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = processor(ledger);
    expect(await process(delivery("A", { messageId: "first" }), delivery("A", { messageId: "second" }))).toEqual([]);
    expect([ledger.reads, telemetry.of("account outcome").length]).toEqual([[["A"]], 1]);
  });

  it("carries the youngest run of its messages", async () => {
    const { process, telemetry, trackIds } = processor(new FakeLedger(owing("A")));
    const bodies = ["zcs-0mb0abc124", "zcs-0mb0abc129", "zcs-0mb0abc123"].map((runId) =>
      JSON.stringify({ version: 1, accountId: "A", runId }),
    );
    await process(...bodies.map((body, index) => delivery("A", { messageId: `m${index}`, body })));
    expect(trackIds).toEqual(["zcs-0mb0abc129"]);
    expect(telemetry.of("adjustment created")[0]).toMatchObject({ runId: "zcs-0mb0abc129" });
  });

  it("is written under keys that no other invocation uses", async () => {
    const ledger = new FakeLedger(owing("A"));
    await processor(ledger, { invocationId: "4f1c" }).process(delivery("A"));
    expect(ledger.calls.map(({ key }) => key)).toEqual(["zcs-4f1c-1", "zcs-4f1c-2"]);
  });
});

describe("a message that names no account", () => {
  it("is set aside at once with the reason, and the others are settled", async () => {
    const { process, queue, telemetry } = processor(new FakeLedger(owing("A")));
    expect(await process(delivery("?", { body: "canary@example.com", messageId: "bad" }), delivery("A"))).toEqual([]);
    expect(queue.deadLetters).toMatchObject([
      { messageId: "bad", errorCode: "BAD_MESSAGE", attempts: 1, runId: undefined },
    ]);
    expect(queue.deadLetters[0]?.errorMessage).not.toContain("canary");
    expect(telemetry.of("account outcome")).toMatchObject([{ accountId: "A", outcome: "settled" }]);
  });
});

describe("the switch", () => {
  const positions = (...read: readonly Switch[]) => {
    let index = -1;
    return {
      read: async (): Promise<Switch> => {
        index += 1;
        return read[Math.min(index, read.length - 1)] ?? "off";
      },
    };
  };

  it("at off leaves every message waiting, and asks Zuora nothing", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = processor(ledger, { switchReader: positions("off") });
    expect([await process(delivery("A")), ledger.reads]).toEqual([["message-of-A"], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "waiting", waitReason: "switched-off" }]);
  });

  it("that cannot be read is as good as off", async () => {
    const read = async () => Promise.reject(new ConfigError("the parameter cannot be read"));
    const ledger = new FakeLedger(owing("A"));
    const { process, queue } = processor(ledger, { switchReader: { read } });
    expect([await process(delivery("A", { receiveCount: 5 })), ledger.reads]).toEqual([[], []]);
    expect([queue.renewed.length, queue.deadLetters]).toEqual([1, []]);
  });

  it("that can no longer be read when a write is about to leave is told as unreadable, and not as switched off", async () => {
    const ledger = new FakeLedger(owing("A"));
    let readings = 0;
    const read = async (): Promise<Switch> => {
      readings += 1;
      if (readings > 1) throw new ConfigError("the parameter cannot be read: ThrottlingException");
      return "on";
    };
    const { process, telemetry } = processor(ledger, { switchReader: { read } });
    expect([await process(delivery("A")), ledger.calls]).toEqual([["message-of-A"], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "waiting", code: "BAD_CONFIG" }]);
    expect([telemetry.total("Handled"), telemetry.total("Waiting")]).toEqual([0, 1]);
  });

  it("at dry-run plans, writes nothing and says so", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = processor(ledger, { switchReader: positions("dry-run") });
    expect([await process(delivery("A", { queuedDry: true })), ledger.calls]).toEqual([[], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ dryRun: true, transferred: "10", applied: "10" }]);
    expect(telemetry.total("Settled")).toBe(0);
  });

  it("at dry-run leaves what was queued to be settled: it comes back after resume", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, queue, telemetry } = processor(ledger, { switchReader: positions("dry-run") });
    expect([await process(delivery("A")), ledger.reads]).toEqual([["message-of-A"], []]);
    expect(queue.hidden).toHaveLength(1);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "waiting", waitReason: "switched-off" }]);
    expect(telemetry.of("switch is not on")).toMatchObject([{ position: "dry-run" }]);
  });

  it("at dry-run leaves an account of which anything is to be settled", async () => {
    const { process } = processor(new FakeLedger(owing("A")), { switchReader: positions("dry-run") });
    const both = [delivery("A"), delivery("A", { messageId: "dry", queuedDry: true })];
    expect(await process(...both)).toEqual(["message-of-A", "dry"]);
  });

  it("turned off mid-way stops the next write, and the rest waits", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = processor(ledger, { switchReader: positions("on", "on", "off") });
    expect([await process(delivery("A")), ledger.calls.length]).toEqual([["message-of-A"], 1]);
    expect(telemetry.of("account outcome")).toMatchObject([
      { waitReason: "switched-off", transferred: "10", applied: "0" },
    ]);
  });
});

it("begins no write that the time left cannot cover: the account goes back untouched, to be tried at once", async () => {
  const ledger = new FakeLedger(owing("A"));
  const { process, queue, telemetry } = processor(ledger, { remainingMs: () => 129_999 });
  expect([await process(delivery("A")), ledger.calls]).toEqual([["message-of-A"], []]);
  expect(queue.hidden).toEqual([{ messageId: "message-of-A", seconds: 1 }]);
  expect(telemetry.of("account outcome")).toMatchObject([{ waitReason: "out-of-time" }]);
});

describe("a Decrease", () => {
  /** The switch is read before the batch and before each of its two writes, the last time after so long. */
  const applyingAfter = async (milliseconds: number) => {
    const clock = new VirtualClock();
    let readings = 0;
    const read = async (): Promise<Switch> => {
      readings += 1;
      if (readings === 3) clock.pass(milliseconds);
      return "on";
    };
    const { process, telemetry } = processor(new FakeLedger(owing("A")), { clock, switchReader: { read } });
    await process(delivery("A"));
    return telemetry.of("account outcome");
  };

  it("leaves while it and its repetition land before a run that was five minutes away", async () => {
    expect(await applyingAfter(40_000)).toMatchObject([{ outcome: "settled", applied: "10" }]);
  });

  it("does not leave later: the account is read afresh another time", async () => {
    expect(await applyingAfter(40_001)).toMatchObject([
      { outcome: "waiting", waitReason: "out-of-time", transferred: "10", applied: "0" },
    ]);
  });
});

it("counts the lead of a Decrease from when runs were judged, however long reading took before", async () => {
  const clock = new VirtualClock();
  const ledger = new FakeLedger(owing("A"));
  const { readAccounts } = ledger;
  ledger.readAccounts = async (ids) => {
    clock.pass(45_000);
    const judged = { judgedAt: clock.now() };
    return new Map([...(await readAccounts(ids))].map(([id, read]) => [id, { ...(read as AccountState), ...judged }]));
  };
  const { process, telemetry } = processor(ledger, { clock });
  await process(delivery("A"));
  expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "settled", applied: "10" }]);
});

describe("an account with a payment in `Processing`", () => {
  const queuedBefore = async (minutes: number) => {
    const now = Date.parse("2026-03-16T12:00:00Z");
    const { process, telemetry } = processor(new FakeLedger({ ...owing("A"), paymentProcessing: true }));
    const kept = await process(delivery("A", { firstQueuedAt: new Date(now - minutes * 60_000).toISOString() }));
    return { kept, told: telemetry.of("account outcome"), waits: telemetry.total("OldestWaitingSeconds") };
  };

  it("waits for it, as for a payment run", async () => {
    const { kept, told } = await queuedBefore(60);
    expect([kept, told]).toMatchObject([["message-of-A"], [{ outcome: "waiting", waitReason: "payment-processing" }]]);
  });

  it("is held after an hour and rings no alarm for ever: direct debits take days", async () => {
    const { kept, told, waits } = await queuedBefore(61);
    expect(kept).toEqual([]);
    expect(told).toMatchObject([{ outcome: "held", holds: [{ reason: "payment-processing" }], transferred: "10" }]);
    expect(waits).toBe(0);
  });

  it("is set aside after an hour where Zuora refuses one of its transfers: held, nobody would see why", async () => {
    const ledger = new FakeLedger({ ...owing("A", { credit: "5" }), paymentProcessing: true });
    ledger.onRowOf("A-NEG", closedPeriod());
    const { process, queue } = processor(ledger);
    expect(await process(delivery("A", { firstQueuedAt: "2026-03-16T10:59:00.000Z" }))).toEqual([]);
    expect(queue.deadLetters).toMatchObject([{ zuoraCode: "ACCOUNTING_PERIOD_CLOSED" }]);
  });
});

it("counts the time that reading the switch took", async () => {
  let leftMs = 130_000;
  const ledger = new FakeLedger(owing("A"));
  const read = async (): Promise<Switch> => {
    leftMs -= 1;
    return "on";
  };
  await processor(ledger, { remainingMs: () => leftMs, switchReader: { read } }).process(delivery("A"));
  expect(ledger.calls).toEqual([]);
});
