import { describe, expect, it } from "vitest";
import {
  ConfigError,
  type SettlementError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
} from "../../../../functions/domain/errors.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { owing } from "./fixtures.ts";
import { processor } from "./processor.ts";

const busy = (retryAfterMs?: number) => new ZuoraBusyError("busy", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("an account that waits through no fault of its own", () => {
  const waiting = (error: SettlementError = busy()) => {
    const ledger = new FakeLedger(owing("A"));
    ledger.failsToRead(error);
    return processor(ledger);
  };

  it("is hidden after its first receive, and kept", async () => {
    const { process, queue } = waiting();
    expect(await process(delivery("A"))).toEqual(["message-of-A"]);
    expect(queue.hidden).toEqual([{ messageId: "message-of-A", seconds: 1 }]);
  });

  it("is hidden for as long as Zuora asks", async () => {
    const { process, queue } = waiting(busy(120_000));
    await process(delivery("A"));
    expect(queue.hidden).toMatchObject([{ seconds: 120 }]);
  });

  it.each([2, 3, 4, 5, 6])("is renewed on receive %i of 5, and acknowledged", async (receiveCount) => {
    const { process, queue, telemetry } = waiting();
    expect(await process(delivery("A", { receiveCount }))).toEqual([]);
    expect(queue.renewed).toMatchObject([{ messageId: "message-of-A", firstQueuedAt: "2026-03-16T10:00:00.000Z" }]);
    expect(queue.deadLetters).toEqual([]);
    expect(telemetry.of("renewed")).toHaveLength(1);
  });

  it("comes back when those come back that it waited with, so that all are read together again", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"), owing("C"));
    ledger.failsToRead(busy());
    const chances = [0.9, 0.5, 0.1, 0];
    const { process, queue } = processor(ledger, { random: () => chances.shift() ?? 1 });
    await process(...["A", "B", "C"].map((id) => delivery(id, { earlierAttempts: 6 })));
    expect(new Set(queue.hidden.map(({ seconds }) => seconds)).size).toBe(1);
    expect(queue.hidden).toHaveLength(3);
  });

  it("is renewed with the time before which nobody need look", async () => {
    const { process, queue } = waiting();
    await process(delivery("A", { receiveCount: 4 }));
    expect(queue.renewed[0]?.notBefore).toBe("2026-03-16T12:00:08.000Z");
  });

  it("counts the receives before its renewal when it backs off", async () => {
    const { process, queue } = waiting();
    await process(delivery("A", { receiveCount: 1, earlierAttempts: 5 }));
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
    const { process, queue } = processor(ledger);
    expect(await process(delivery("A", { notBefore: due }))).toEqual(["message-of-A"]);
    expect([queue.hidden, ledger.reads]).toEqual([[{ messageId: "message-of-A", seconds: 8 }], []]);
  });

  it("at its time is handled", async () => {
    const { process } = processor(new FakeLedger(owing("A")), { clock: new VirtualClock(Date.parse(due)) });
    expect(await process(delivery("A", { notBefore: due }))).toEqual([]);
  });

  it("before its time on a last receive is handled: hidden once more, SQS would set it aside without a reason", async () => {
    const { process, queue } = processor(new FakeLedger(owing("A")), { maxReceiveCount: 1 });
    expect([await process(delivery("A", { notBefore: due })), queue.hidden]).toEqual([[], []]);
  });

  it("before its time while the queue fails is kept, and the others are settled", async () => {
    const { process, queue, telemetry } = processor(new FakeLedger(owing("A"), owing("B")));
    queue.isDown = true;
    expect(await process(delivery("A", { notBefore: due }), delivery("B"))).toEqual(["message-of-A"]);
    expect(telemetry.of("queue operation failed")).toMatchObject([{ operation: "hide", reason: "TimeoutError" }]);
  });
});
