import { describe, expect, it } from "vitest";
import { SharedTrouble } from "../../../../functions/app/settle/rounds/shared-trouble.ts";
import { type SettlementError, ZuoraRejectedError } from "../../../../functions/domain/errors.ts";
import { invoice } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked, refused } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { owing } from "./fixtures.ts";
import { processor } from "./processor.ts";

const now = Date.parse("2026-03-16T12:00:00Z");
const lastingMs = 6 * 300_000;

const transactionFailed = () =>
  new ZuoraRejectedError("Zuora refused: TRANSACTION_FAILED", { again: "later", zuoraCode: "TRANSACTION_FAILED" });

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
        errorMessage: "A-NEG: the period is closed",
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

  const unsettled = (changedAt?: number) => {
    const ledger = new FakeLedger(owing("A", { changedAt }));
    ledger.onRowOf("A-NEG", refused("one", "ONE"), refused("two", "TWO"), refused("three", "THREE"));
    return processor(ledger);
  };

  it("is tried again later where that may pass: renewed with since when it fails, and hidden from then on", async () => {
    const [first, third, fourth] = [unsettled(), unsettled(), unsettled()];
    const failing = now - 1;
    expect(await first.process(delivery("A"))).toEqual([]);
    expect(await third.process(delivery("A", { receiveCount: 3, troubledSince: { failing } }))).toEqual([
      "message-of-A",
    ]);
    expect(await fourth.process(delivery("A", { receiveCount: 4, troubledSince: { failing } }))).toEqual([]);
    expect(first.queue.renewed).toMatchObject([{ troubledSince: { failing: now } }]);
    expect([third.queue.hidden.length, fourth.queue.renewed]).toMatchObject([1, [{ troubledSince: { failing } }]]);
    expect([first, third, fourth].flatMap(({ queue }) => queue.deadLetters)).toEqual([]);
  });

  it("is tried again likewise where Zuora does not show it yet, as a replica may not show a new one, and is settled then", async () => {
    const ledger = new FakeLedger();
    const { process, queue, telemetry } = processor(ledger);
    expect(await process(delivery("A"))).toEqual([]);
    expect([queue.renewed, queue.deadLetters]).toMatchObject([[{ troubledSince: { failing: now } }], []]);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "failed", code: "ZUORA_CONTRACT" }]);
    ledger.accounts.set("A", owing("A"));
    expect(await process(delivery("A", { troubledSince: { failing: now } }))).toEqual([]);
    expect([queue.renewed.length, queue.deadLetters, telemetry.of("account outcome")[1]]).toMatchObject([
      1,
      [],
      { outcome: "settled" },
    ]);
  });

  it("is set aside where Zuora knows no such account for half an hour", async () => {
    const { process, queue } = processor(new FakeLedger());
    await process(delivery("A", { receiveCount: 3, troubledSince: { failing: now - lastingMs } }));
    expect(queue.deadLetters).toMatchObject([
      { errorCode: "ZUORA_CONTRACT", errorMessage: "Zuora knows no account A" },
    ]);
  });

  it("is renewed, and not set aside, on its last receive while its trouble is young", async () => {
    const { process, queue } = unsettled();
    const troubledSince = { failing: now - lastingMs + 1 };
    expect(await process(delivery("A", { receiveCount: 5, earlierAttempts: 8, troubledSince }))).toEqual([]);
    expect([queue.renewed, queue.deadLetters]).toMatchObject([[{ troubledSince }], []]);
  });

  it("is set aside once it has failed for half an hour, as the stage says, with the time of its first and all its attempts", async () => {
    const { process, queue } = unsettled();
    const troubledSince = { failing: now - lastingMs };
    expect(await process(delivery("A", { receiveCount: 4, earlierAttempts: 8, troubledSince }))).toEqual([]);
    expect(queue.deadLetters).toMatchObject([
      { errorCode: "NOT_CONVERGED", firstFailedAt: "2026-03-16T11:30:00.000Z", attempts: 12 },
    ]);
  });

  it("is set aside on whatever receive finds that it has lasted", async () => {
    const { process, queue } = unsettled();
    await process(delivery("A", { receiveCount: 1, earlierAttempts: 8, troubledSince: { failing: now - lastingMs } }));
    expect(queue.deadLetters).toHaveLength(1);
  });

  it("begins anew where an invoice of it has changed since: hidden until a write had landed, it could not say so", async () => {
    const deadLettersOf = async (changedAt: number, failing: number) => {
      const { process, queue } = unsettled(changedAt);
      await process(delivery("A", { receiveCount: 3, troubledSince: { failing } }));
      return queue.deadLetters.length;
    };
    const failing = now - lastingMs - 1;
    expect(await deadLettersOf(failing + 1, failing)).toBe(0);
    expect(await deadLettersOf(failing, failing)).toBe(1);
    // The two minutes in which it may have waited for the write are nobody's failure.
    const longAgo = now - 10 * lastingMs;
    expect(await deadLettersOf(now - lastingMs - 120_000 + 1, longAgo)).toBe(0);
    expect(await deadLettersOf(now - lastingMs - 120_000, longAgo)).toBe(1);
  });

  it("is given two hours where Zuora does not know its own trouble", async () => {
    const setAside = async (ms: number) => {
      const ledger = new FakeLedger(owing("A"));
      ledger.onRowOf("A-NEG", transactionFailed(), transactionFailed(), transactionFailed());
      const { process, queue } = processor(ledger);
      await process(delivery("A", { receiveCount: 4, troubledSince: { failing: now - ms } }));
      return queue.deadLetters.length;
    };
    expect([await setAside(24 * 300_000 - 1), await setAside(24 * 300_000)]).toEqual([0, 1]);
  });

  it("begins anew where something of it was confirmed: many documents take their time, some trouble with each", async () => {
    const halfDone = async (receiveCount: number) => {
      const ledger = new FakeLedger(
        owing("A", { invoices: [...owing("A").invoices, invoice("A-NEG2", { amount: "-5" })] }),
      );
      ledger.onRowOf("A-NEG2", refused("one", "ONE"), refused("two", "TWO"), refused("three", "THREE"));
      const { process, queue } = processor(ledger);
      await process(delivery("A", { receiveCount, troubledSince: { failing: now - lastingMs } }));
      return [queue.renewed, queue.deadLetters];
    };
    const renewed = [[{ troubledSince: { failing: now } }], []];
    expect([await halfDone(1), await halfDone(4)]).toMatchObject([renewed, renewed]);
  });

  it("that waits begins anew likewise", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-OPEN", locked(), locked(), locked());
    const { process, queue } = processor(ledger);
    await process(delivery("A", { troubledSince: { failing: now - lastingMs } }));
    expect(queue.renewed).toMatchObject([{ troubledSince: { failing: undefined } }]);
  });

  it("is not blamed for the time that it waits for something else", async () => {
    const waiting = processor(new FakeLedger(owing("A")), { switchReader: { read: async () => "off" } });
    const failing = now - lastingMs;
    expect(await waiting.process(delivery("A", { earlierAttempts: 12, troubledSince: { failing } }))).toEqual([]);
    const [{ troubledSince, notBefore } = {}] = waiting.queue.renewed;
    expect([troubledSince, notBefore]).toEqual([{ failing: failing + 300_000 }, "2026-03-16T12:05:00.000Z"]);
  });

  it("is not blamed for coming late either, however often that happens in a long outage", async () => {
    const due = { receiveCount: 2, earlierAttempts: 12, notBefore: new Date(now - 60_000).toISOString() };
    const waiting = processor(new FakeLedger(owing("A")), { switchReader: { read: async () => "off" } });
    const failing = now - lastingMs - 59_000;
    await waiting.process(delivery("A", { ...due, troubledSince: { failing } }));
    expect(waiting.queue.renewed).toMatchObject([{ troubledSince: { failing: failing + 60_000 + 300_000 } }]);

    const failed = async (since: number) => {
      const { process, queue } = unsettled();
      await process(delivery("A", { ...due, troubledSince: { failing: since } }));
      return queue.deadLetters.length;
    };
    expect([await failed(failing), await failed(now - lastingMs - 60_000)]).toEqual([0, 1]);
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

describe("row errors that are alike for all", () => {
  const troubled = (count: number, error: SettlementError) => {
    const ids = Array.from({ length: count }, (_, index) => `A${index}`);
    const ledger = new FakeLedger(...ids.map((id) => owing(id)));
    for (const id of ids) ledger.onRowOf(`${id}-NEG`, error, error, error);
    return { ledger, ids, ...processor(ledger) };
  };
  it.each([transactionFailed(), closedPeriod(), refused("no")])(
    "are Zuora's trouble, and wait: $zuoraCode",
    async (error) => {
      const { process, queue, ids, telemetry } = troubled(10, error);
      await process(...ids.map((id) => delivery(id, { receiveCount: 5, troubledSince: { failing: 0 } })));
      expect([queue.deadLetters, queue.renewed.length]).toEqual([[], 10]);
      expect(queue.renewed[0]?.troubledSince).toEqual({ failing: 16_000, refusedAlike: now });
      expect(telemetry.of("account outcome")[0]).toMatchObject({ outcome: "waiting", code: "ZUORA_BUSY" });
    },
  );

  it.each([
    ["half an hour of refusals", closedPeriod(), 6],
    ["half an hour of other refusals", refused("no"), 6],
    ["two hours of what Zuora does not know itself", transactionFailed(), 24],
  ])("wait for so long, and not for ever, since nobody is left to compare with: %s", async (_name, error, waits) => {
    const lasts = async (ms: number) => {
      const { process, queue, ids } = troubled(10, error);
      await process(...ids.map((id) => delivery(id, { troubledSince: { refusedAlike: now - ms } })));
      return queue.deadLetters.map(({ zuoraCode, firstFailedAt }) => [zuoraCode, firstFailedAt]);
    };
    expect(await lasts(waits * 300_000 - 1)).toEqual([]);
    const firstFailedAt = new Date(now - waits * 300_000).toISOString();
    const setAside = await lasts(waits * 300_000);
    expect(setAside).toEqual(setAside.map(() => [error.zuoraCode, firstFailedAt]));
    expect(setAside).toHaveLength(10);
  });

  it("are an account's own where most of the others are settled", async () => {
    const ids = ["A", "B", "C", "D", "E", "F", "G"];
    const ledger = new FakeLedger(...ids.map((id) => owing(id)));
    for (const id of ids.slice(0, 3)) ledger.onRowOf(`${id}-NEG`, closedPeriod());
    const { process, queue } = processor(ledger);
    await process(...ids.map((id) => delivery(id)));
    expect(queue.deadLetters.map(({ messageId }) => messageId)).toEqual(
      ["A", "B", "C"].map((id) => `message-of-${id}`),
    );
  });

  it("are an account's own where it is one of two", async () => {
    const { process, queue, ids } = troubled(2, closedPeriod());
    await process(...ids.map((id) => delivery(id)));
    expect(queue.deadLetters).toHaveLength(2);
  });

  it("are for people where a handful is refused for good, also while nobody else is at work", async () => {
    const { process, queue, ids } = troubled(7, closedPeriod());
    await process(...ids.map((id) => delivery(id)));
    expect(queue.deadLetters).toHaveLength(7);
  });

  it("are an account's own once they have lasted for a handful, also while nobody else is at work", async () => {
    const { process, queue, ids } = troubled(5, refused("no"));
    await process(...ids.map((id) => delivery(id, { receiveCount: 4, troubledSince: { failing: now - lastingMs } })));
    expect([queue.deadLetters.length, queue.renewed]).toEqual([5, []]);
  });

  it("are still everybody's where the accounts of a minute come one by one, and no longer after that", async () => {
    const clock = new VirtualClock();
    const trouble = new SharedTrouble(clock.now);
    for (const id of ["A", "B", "C"]) {
      trouble.note(id, transactionFailed());
      clock.pass(20_000);
    }
    expect(trouble.everybodys(transactionFailed())).toMatchObject({ zuoraCode: "TRANSACTION_FAILED" });
    expect(trouble.everybodys(refused("no"))).toBeUndefined();
    clock.pass(20_000);
    trouble.note("D", transactionFailed());
    expect(trouble.everybodys(transactionFailed())).toBeDefined();
    clock.pass(60_000);
    trouble.note("D", transactionFailed());
    expect(trouble.everybodys(transactionFailed())).toBeUndefined();
  });
});
