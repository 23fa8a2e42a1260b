import { describe, expect, it } from "vitest";
import { closedPeriod, FakeLedger, refused } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { owing } from "./fixtures.ts";
import { processor } from "./processor.ts";

describe("an account that failed for its own reasons", () => {
  it("is set aside at once where that is final, with everything that explains it", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", closedPeriod());
    const { process, queue, telemetry } = processor(ledger);
    expect(await process(delivery("A"))).toEqual([]);
    expect(queue.deadLetters).toEqual([
      {
        messageId: "message-of-A",
        errorCode: "ZUORA_REJECTED",
        errorMessage: "the period is closed",
        zuoraCode: "ACCOUNTING_PERIOD_CLOSED",
        runId: "zcs-0mb0abc123",
        firstFailedAt: "2026-03-16T12:00:00.000Z",
        attempts: 1,
        zuoraRequestId: undefined,
      },
    ]);
    expect(telemetry.counts).toContainEqual({ metric: "DeadLettered", value: 1 });
    expect(telemetry.counts).toContainEqual({
      metric: "DeadLetteredByCode",
      value: 1,
      dimensions: { code: "ZUORA_REJECTED" },
    });
  });

  const unsettled = () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("one", "ONE"), refused("two", "TWO"), refused("three", "THREE"));
    return processor(ledger);
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
    const { process, queue, telemetry } = processor(ledger);
    queue.isDown = true;
    expect(await process(delivery("A"), delivery("B"))).toEqual(["message-of-A"]);
    expect(telemetry.of("queue operation failed")).toMatchObject([
      { operation: "dead-letter", messageId: "message-of-A" },
    ]);
    expect(telemetry.total("DeadLettered")).toBe(0);
  });
});
