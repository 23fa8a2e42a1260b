import { describe, expect, it } from "vitest";
import type { Delivery, Switch } from "../../../functions/app/ports.ts";
import { type ProcessDeps, processDeliveries } from "../../../functions/app/process-deliveries.ts";
import {
  ConfigError,
  type SettlementError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
} from "../../../functions/domain/errors.ts";
import { policy } from "../domain/fixtures.ts";
import { CollectedTelemetry } from "../fakes/collected-telemetry.ts";
import { closedPeriod, FakeLedger, refused } from "../fakes/fake-ledger.ts";
import { delivery, FakeQueue } from "../fakes/fake-queue.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { owing } from "./fixtures.ts";

/** A processor over a tenant and a queue; every random number is the largest, so that backoffs are round. */
const scene = (ledger: FakeLedger, overrides: Partial<ProcessDeps> = {}) => {
  const queue = new FakeQueue();
  const telemetry = new CollectedTelemetry();
  const trackIds: string[] = [];
  const deps: ProcessDeps = {
    ledgerFor: (runId) => {
      trackIds.push(runId);
      return ledger;
    },
    deliveries: queue,
    switchReader: { read: async () => "on" },
    telemetry,
    clock: new VirtualClock(Date.parse("2026-03-16T12:00:00Z")),
    random: () => 1,
    remainingMs: () => 600_000,
    policy: policy(),
    invocationId: "invocation",
    maxReceiveCount: 5,
    backoffMaxSeconds: 300,
    writeTimeMs: 130_000,
    ...overrides,
  };
  return { queue, telemetry, trackIds, process: (...all: readonly Delivery[]) => processDeliveries(deps, all) };
};

const busy = (retryAfterMs?: number) => new ZuoraBusyError("busy", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("what is done with", () => {
  it("is acknowledged, with one line per movement and one per account", async () => {
    const { process, queue, telemetry } = scene(new FakeLedger(owing("A"), owing("B")));
    expect(await process(delivery("A"), delivery("B"))).toEqual([]);
    expect([queue.hidden, queue.renewed, queue.deadLetters]).toEqual([[], [], []]);
    expect(telemetry.of("adjustment created")).toHaveLength(4);
    expect(telemetry.of("account outcome")).toMatchObject([{ accountId: "A", outcome: "settled" }, { accountId: "B" }]);
  });

  it("is settled once, however many messages an account has, and all of them share the outcome", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = scene(ledger);
    expect(await process(delivery("A", { messageId: "first" }), delivery("A", { messageId: "second" }))).toEqual([]);
    expect([ledger.reads, telemetry.of("account outcome").length]).toEqual([[["A"]], 1]);
  });

  it("carries the youngest run of its messages", async () => {
    const { process, telemetry, trackIds } = scene(new FakeLedger(owing("A")));
    const bodies = ["zcs-0mb0abc124", "zcs-0mb0abc129", "zcs-0mb0abc123"].map((runId) =>
      JSON.stringify({ version: 1, accountId: "A", runId }),
    );
    await process(...bodies.map((body, index) => delivery("A", { messageId: `m${index}`, body })));
    expect(trackIds).toEqual(["zcs-0mb0abc129"]);
    expect(telemetry.of("adjustment created")[0]).toMatchObject({ runId: "zcs-0mb0abc129" });
  });

  it("is written under keys that no other invocation uses", async () => {
    const ledger = new FakeLedger(owing("A"));
    await scene(ledger, { invocationId: "4f1c" }).process(delivery("A"));
    expect(ledger.calls.map(({ key }) => key)).toEqual(["zcs-4f1c-1", "zcs-4f1c-2"]);
  });
});

describe("a message that names no account", () => {
  it("is set aside at once with the reason, and the others are settled", async () => {
    const { process, queue, telemetry } = scene(new FakeLedger(owing("A")));
    expect(await process(delivery("?", { body: "canary@example.com", messageId: "bad" }), delivery("A"))).toEqual([]);
    expect(queue.deadLetters).toMatchObject([
      { messageId: "bad", errorCode: "BAD_MESSAGE", attempts: 1, runId: undefined },
    ]);
    expect(queue.deadLetters[0]?.errorMessage).not.toContain("canary");
    expect(telemetry.of("account outcome")).toMatchObject([{ accountId: "A", outcome: "settled" }]);
  });
});

describe("an account that waits through no fault of its own", () => {
  const waiting = (error: SettlementError = busy()) => {
    const ledger = new FakeLedger(owing("A"));
    ledger.failsToRead(error);
    return scene(ledger);
  };

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
  ])("is hidden after receive %i for %i seconds, and kept", async (receiveCount, seconds) => {
    const { process, queue } = waiting();
    expect(await process(delivery("A", { receiveCount }))).toEqual(["message-of-A"]);
    expect(queue.hidden).toEqual([{ messageId: "message-of-A", seconds }]);
  });

  it("is hidden for as long as Zuora asks", async () => {
    const { process, queue } = waiting(busy(120_000));
    await process(delivery("A"));
    expect(queue.hidden).toMatchObject([{ seconds: 120 }]);
  });

  it.each([4, 5, 6])("is renewed on receive %i of 5, and acknowledged", async (receiveCount) => {
    const { process, queue, telemetry } = waiting();
    expect(await process(delivery("A", { receiveCount }))).toEqual([]);
    expect(queue.renewed).toMatchObject([{ messageId: "message-of-A", firstQueuedAt: "2026-03-16T10:00:00.000Z" }]);
    expect(queue.deadLetters).toEqual([]);
    expect(telemetry.of("renewed")).toHaveLength(1);
  });

  it("is renewed with the time before which nobody need look", async () => {
    const { process, queue } = waiting();
    await process(delivery("A", { receiveCount: 4 }));
    expect(queue.renewed[0]?.notBefore).toBe("2026-03-16T12:00:08.000Z");
  });

  it("counts the receives before its renewal when it backs off", async () => {
    const { process, queue } = waiting();
    await process(delivery("A", { receiveCount: 2, earlierAttempts: 4 }));
    expect(queue.hidden).toMatchObject([{ seconds: 32 }]);
  });

  it.each([
    new ZuoraAccessError("no permission"),
    new ZuoraContractError("no page", { scope: "envelope" }),
    new ConfigError("the secret cannot be read"),
  ])("is never set aside for $code, which is the tenant's", async (error) => {
    const { process, queue } = waiting(error);
    await process(delivery("A", { receiveCount: 5 }));
    expect([queue.deadLetters, queue.renewed.length]).toEqual([[], 1]);
  });
});

describe("a renewed message that comes back", () => {
  const due = "2026-03-16T12:00:08.000Z";

  it("before its time is hidden until then, without a call to Zuora", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, queue } = scene(ledger);
    expect(await process(delivery("A", { notBefore: due }))).toEqual(["message-of-A"]);
    expect([queue.hidden, ledger.reads]).toEqual([[{ messageId: "message-of-A", seconds: 8 }], []]);
  });

  it("at its time is handled", async () => {
    const { process } = scene(new FakeLedger(owing("A")), { clock: new VirtualClock(Date.parse(due)) });
    expect(await process(delivery("A", { notBefore: due }))).toEqual([]);
  });

  it("before its time on a last receive is handled: hidden once more, SQS would set it aside without a reason", async () => {
    const { process, queue } = scene(new FakeLedger(owing("A")), { maxReceiveCount: 1 });
    expect([await process(delivery("A", { notBefore: due })), queue.hidden]).toEqual([[], []]);
  });

  it("before its time while the queue fails is kept, and the others are settled", async () => {
    const { process, queue, telemetry } = scene(new FakeLedger(owing("A"), owing("B")));
    queue.isDown = true;
    expect(await process(delivery("A", { notBefore: due }), delivery("B"))).toEqual(["message-of-A"]);
    expect(telemetry.of("queue operation failed")).toMatchObject([{ operation: "hide", reason: "TimeoutError" }]);
  });
});

describe("an account that failed for its own reasons", () => {
  it("is set aside at once where that is final, with everything that explains it", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", closedPeriod());
    const { process, queue, telemetry } = scene(ledger);
    expect(await process(delivery("A"))).toEqual([]);
    expect(queue.deadLetters).toEqual([
      {
        messageId: "message-of-A",
        errorCode: "ZUORA_REJECTED",
        errorMessage: "the period is closed",
        runId: "zcs-0mb0abc123",
        firstFailedAt: "2026-03-16T12:00:00.000Z",
        attempts: 1,
        zuoraRequestId: undefined,
      },
    ]);
    expect(telemetry.counts).toContainEqual({
      metric: "DeadLettered",
      value: 1,
      dimensions: { code: "ZUORA_REJECTED" },
    });
  });

  const unsettled = () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("one", "ONE"), refused("two", "TWO"), refused("three", "THREE"));
    return scene(ledger);
  };

  it("is tried again later where that may pass", async () => {
    const { process, queue } = unsettled();
    expect(await process(delivery("A", { receiveCount: 4 }))).toEqual(["message-of-A"]);
    expect([queue.hidden, queue.deadLetters]).toEqual([[{ messageId: "message-of-A", seconds: 8 }], []]);
  });

  it("is set aside on its last receive, with the time of its first and all its attempts", async () => {
    const { process, queue } = unsettled();
    expect(await process(delivery("A", { receiveCount: 5, earlierAttempts: 8 }))).toEqual([]);
    expect(queue.deadLetters).toMatchObject([
      { errorCode: "NOT_CONVERGED", firstFailedAt: "2026-03-16T11:00:00.000Z", attempts: 13 },
    ]);
  });

  it("is kept where the dead letter cannot be written", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.onRowOf("A-NEG", closedPeriod());
    const { process, queue, telemetry } = scene(ledger);
    queue.isDown = true;
    expect(await process(delivery("A"), delivery("B"))).toEqual(["message-of-A"]);
    expect(telemetry.of("queue operation failed")).toMatchObject([
      { operation: "dead-letter", messageId: "message-of-A" },
    ]);
    expect(telemetry.total("DeadLettered")).toBe(0);
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
    const { process, telemetry } = scene(ledger, { switchReader: positions("off") });
    expect([await process(delivery("A")), ledger.reads]).toEqual([["message-of-A"], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "waiting", waitReason: "switched-off" }]);
  });

  it("that cannot be read is as good as off", async () => {
    const read = async () => Promise.reject(new ConfigError("the parameter cannot be read"));
    const ledger = new FakeLedger(owing("A"));
    const { process, queue } = scene(ledger, { switchReader: { read } });
    expect([await process(delivery("A", { receiveCount: 5 })), ledger.reads]).toEqual([[], []]);
    expect([queue.renewed.length, queue.deadLetters]).toEqual([1, []]);
  });

  it("at dry-run plans, writes nothing and says so", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = scene(ledger, { switchReader: positions("dry-run") });
    expect([await process(delivery("A")), ledger.calls]).toEqual([[], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ dryRun: true, transferred: "10", applied: "10" }]);
    expect(telemetry.total("Settled")).toBe(0);
  });

  it("turned off mid-way stops the next write, and the rest waits", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { process, telemetry } = scene(ledger, { switchReader: positions("on", "on", "off") });
    expect([await process(delivery("A")), ledger.calls.length]).toEqual([["message-of-A"], 1]);
    expect(telemetry.of("account outcome")).toMatchObject([
      { waitReason: "switched-off", transferred: "10", applied: "0" },
    ]);
  });
});

it("begins no write that the time left cannot cover: the account goes back untouched, to be tried at once", async () => {
  const ledger = new FakeLedger(owing("A"));
  const { process, queue, telemetry } = scene(ledger, { remainingMs: () => 129_999 });
  expect([await process(delivery("A")), ledger.calls]).toEqual([["message-of-A"], []]);
  expect(queue.hidden).toEqual([{ messageId: "message-of-A", seconds: 1 }]);
  expect(telemetry.of("account outcome")).toMatchObject([{ waitReason: "out-of-time" }]);
});

it("counts the time that reading the switch took", async () => {
  let leftMs = 130_000;
  const ledger = new FakeLedger(owing("A"));
  const read = async (): Promise<Switch> => {
    leftMs -= 1;
    return "on";
  };
  await scene(ledger, { remainingMs: () => leftMs, switchReader: { read } }).process(delivery("A"));
  expect(ledger.calls).toEqual([]);
});
