import { describe, expect, it } from "vitest";
import { type InvocationDeps, processInvocation } from "../../../../functions/app/process/process-invocation.ts";
import { widthFor } from "../../../../functions/app/process/width.ts";
import type { Delivery } from "../../../../functions/app/settle/ports.ts";
import {
  ConfigError,
  lackOfTimeCode,
  WriteOutcomeUnknownError,
  ZuoraBusyError,
} from "../../../../functions/domain/errors.ts";
import { account, invoice } from "../../domain/fixtures.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { owing } from "../settle/fixtures.ts";
import { processor } from "../settle/processor.ts";

const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => `A${from + index}`);
const messages = (...accounts: readonly string[]) => accounts.map((id) => `message-of-${id}`);
const deliveries = (from: number, count: number, facts: Partial<Delivery> = {}) =>
  ids(from, count).map((id) => delivery(id, facts));

const system = (
  overrides: Partial<InvocationDeps> = {},
  ledger = new FakeLedger(...ids(0, 60).map((id) => owing(id))),
) => {
  const { deps, queue, telemetry } = processor(ledger);
  const handle = (...delivered: readonly Delivery[]) =>
    processInvocation({ ...deps, width: widthFor(100, 1), isPaused: () => false, ...overrides }, delivered);
  return { handle, queue, telemetry, ledger };
};

/** A ledger on which reading one account is a fault of ours: nothing that settlement knows. */
const poisoned = (accountId: string): FakeLedger => {
  const ledger = new FakeLedger(...ids(0, 60).map((id) => owing(id)));
  const { readAccounts } = ledger;
  ledger.readAccounts = async (asked) => {
    if (asked.includes(accountId)) throw new TypeError("a fault of ours");
    return readAccounts(asked);
  };
  return ledger;
};

describe("a full delivery", () => {
  it("is read and written together with what waits behind it, which is deleted here since nobody else would", async () => {
    const { handle, queue, ledger } = system();
    queue.waiting = deliveries(10, 30);
    expect(await handle(...deliveries(0, 10))).toEqual([]);
    expect(ledger.reads.map((read) => read.length)).toEqual([40]);
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...ids(0, 40)).toSorted());
  });

  it("is read and written in hundreds at the most, one after the other where there is one call", async () => {
    const { handle, queue, ledger } = system();
    queue.waiting = deliveries(10, 200);
    await handle(...deliveries(0, 10));
    expect(ledger.reads.map((read) => read.length)).toEqual([100, 100, 10]);
  });

  it("takes as many batches as keep its calls busy, and handles them side by side", async () => {
    const ledger = new FakeLedger(...ids(0, 60).map((id) => owing(id)));
    const { readAccounts } = ledger;
    const bothRead = Promise.withResolvers<void>();
    ledger.readAccounts = async (asked) => {
      const read = await readAccounts(asked);
      if (ledger.reads.length === 2) bothRead.resolve();
      await bothRead.promise;
      return read;
    };
    const { handle, queue } = system({ width: widthFor(20, 2) }, ledger);
    queue.waiting = deliveries(10, 30);
    expect(await handle(...deliveries(0, 10))).toEqual([]);
    expect(ledger.reads.map((read) => read.length)).toEqual([20, 20]);
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...ids(0, 40)).toSorted());
  });

  it.each<[string, readonly Delivery[], Partial<InvocationDeps>]>([
    ["is not full, since nothing more waits", deliveries(0, 9), {}],
    ["holds what came back twice", [...deliveries(0, 9), delivery("A9", { receiveCount: 3 })], {}],
    ["comes while Zuora is stayed away from", deliveries(0, 10), { isPaused: () => true }],
    ["comes while the switch is off", deliveries(0, 10), { switchReader: { read: async () => "off" } }],
    ["comes in a dry run", deliveries(0, 10), { switchReader: { read: async () => "dry-run" } }],
    [
      "comes while the switch cannot be read",
      deliveries(0, 10),
      { switchReader: { read: async () => Promise.reject(new ConfigError("no")) } },
    ],
    ["is as wide as is set", deliveries(0, 10), { width: widthFor(10, 1) }],
  ])("takes nothing where it %s", async (_, delivered, overrides) => {
    const { handle, queue } = system(overrides);
    queue.waiting = deliveries(10, 30);
    await handle(...delivered);
    expect(queue.waiting).toHaveLength(30);
  });

  it.each<[string, Partial<Delivery>]>([
    ["hidden", { receiveCount: 2 }],
    ["renewed", { earlierAttempts: 2 }],
  ])("is not needed where accounts come back that were %s together: they are read together again", async (_, facts) => {
    const { handle, queue, ledger } = system();
    queue.waiting = deliveries(1, 30, facts);
    await handle(...deliveries(0, 1, facts));
    expect(ledger.reads.map((read) => read.length)).toEqual([31]);
  });

  it("is handled all the same where the queue gives nothing more, and one line tells", async () => {
    const { handle, queue, telemetry } = system();
    queue.isDown = true;
    expect(await handle(...deliveries(0, 10))).toEqual([]);
    expect(telemetry.of("queue operation failed")).toMatchObject([{ operation: "receive", reason: "TimeoutError" }]);
  });
});

describe("a full batch that is done with", () => {
  const full = { width: widthFor(20, 2) };

  it("makes room for the next one at once, however long the batch beside it takes", async () => {
    const ledger = new FakeLedger(...ids(0, 60).map((id) => owing(id)));
    const { readAccounts } = ledger;
    const thirdRead = Promise.withResolvers<void>();
    ledger.readAccounts = async (asked) => {
      const read = await readAccounts(asked);
      if (ledger.reads.length === 3) thirdRead.resolve();
      if (asked.includes("A0")) await thirdRead.promise;
      return read;
    };
    const { handle, queue } = system(full, ledger);
    queue.waiting = deliveries(10, 45);
    expect(await handle(...deliveries(0, 10))).toEqual([]);
    expect(ledger.reads.map((read) => read.length)).toEqual([20, 20, 15]);
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...ids(0, 55)).toSorted());
  });

  it("is told of, one batch after the other, before the next begins", async () => {
    const told: number[] = [];
    const { handle, queue, ledger } = system({
      width: widthFor(20, 1),
      afterBatch: async () => {
        told.push(ledger.reads.length);
      },
    });
    queue.waiting = deliveries(10, 45);
    await handle(...deliveries(0, 10));
    expect(told).toEqual([1, 2, 3]);
  });

  it("makes no room later than a third of the function's time: it ends, and another delivery goes on", async () => {
    let remaining = 900_000;
    const { handle, queue, ledger } = system({
      width: widthFor(20, 1),
      remainingMs: () => remaining,
      afterBatch: async () => {
        remaining -= 200_000;
      },
    });
    queue.waiting = deliveries(10, 50);
    await handle(...deliveries(0, 10));
    expect(ledger.reads.map((read) => read.length)).toEqual([20, 20]);
    expect(queue.waiting).toHaveLength(20);
  });

  it.each<[string, (isStopped: () => boolean) => Partial<InvocationDeps>]>([
    ["Zuora is stayed away from", (isStopped) => ({ isPaused: isStopped })],
    ["the switch is off", (isStopped) => ({ switchReader: { read: async () => (isStopped() ? "off" : "on") } })],
  ])("makes no room once %s", async (_, overrides) => {
    let isStopped = false;
    const afterBatch = async () => {
      isStopped = true;
    };
    const { handle, queue } = system({ ...full, ...overrides(() => isStopped), afterBatch });
    queue.waiting = deliveries(10, 50);
    await handle(...deliveries(0, 10));
    expect(queue.waiting).toHaveLength(20);
  });

  it("makes room for nobody beside whom others are too many: they wait until all others are done with", async () => {
    const { handle, queue, ledger } = system({ width: widthFor(20, 1) });
    const suspect = delivery("A58", { receiveCount: 4 });
    queue.waiting = [...deliveries(10, 10), suspect, ...deliveries(20, 38)];
    await handle(...deliveries(0, 10));
    expect(ledger.reads.map((read) => read.length)).toEqual([20, 19, 1]);
    expect(ledger.reads.at(-1)).toEqual(["A58"]);
    expect(queue.acknowledged.flat()).toContain("message-of-A58");
    expect(queue.waiting).toHaveLength(19);
  });

  it("may bring back who was hidden for a moment: it is deleted once it is done with", async () => {
    const ledger = new FakeLedger(...ids(0, 60).map((id) => owing(id)));
    const { readAccounts } = ledger;
    let isBusy = true;
    ledger.readAccounts = async (asked) => {
      if (asked.includes("A0") && isBusy) {
        isBusy = false;
        throw new ZuoraBusyError("Zuora answered HTTP 503");
      }
      return readAccounts(asked);
    };
    const { handle, queue } = system({ width: widthFor(10, 2) }, ledger);
    queue.waiting = [...deliveries(10, 10), ...deliveries(0, 10, { receiveCount: 2, receiptHandle: "second" })];
    expect(await handle(...deliveries(0, 10))).toEqual(messages(...ids(0, 10)));
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...ids(0, 20)).toSorted());
  });

  it("makes none where a batch beside it failed: that one is redone narrower first", async () => {
    const { handle, queue } = system({ width: widthFor(20, 1) }, poisoned("A7"));
    queue.waiting = deliveries(10, 50);
    await expect(handle(...deliveries(0, 10))).rejects.toThrow("a fault of ours");
    expect(queue.waiting).toHaveLength(40);
  });
});

describe("three accounts", () => {
  it("cost no step more: nothing is taken, and Lambda deletes them", async () => {
    let readings = 0;
    const read = async () => {
      readings += 1;
      return "on" as const;
    };
    const { handle, queue, ledger } = system({ switchReader: { read } });
    expect(await handle(...deliveries(0, 3))).toEqual([]);
    expect([queue.acknowledged, readings, ledger.calls.length]).toEqual([[], 3, 2]);
  });
});

describe("what came back", () => {
  it("is handled alone before its last receive, after the others, and each is deleted before the next", async () => {
    const { handle, queue, ledger } = system();
    await handle(delivery("A0", { receiveCount: 4 }), delivery("A1", { receiveCount: 4 }), ...deliveries(2, 3));
    expect(ledger.reads).toEqual([["A2", "A3", "A4"], ["A0"], ["A1"]]);
    expect(queue.acknowledged).toEqual([messages("A2", "A3", "A4"), messages("A0"), messages("A1")]);
  });

  it("stands beside nobody: what is above suspicion is done with before", async () => {
    const { handle, ledger } = system({ width: widthFor(20, 3) });
    const suspects = [delivery("A0", { receiveCount: 4 }), delivery("A1", { receiveCount: 3 })];
    await handle(...suspects, ...deliveries(2, 30));
    expect(ledger.reads.map((read) => read.length)).toEqual([20, 10, 1, 1]);
    expect(ledger.reads.slice(2)).toEqual([["A1"], ["A0"]]);
  });

  it("is written under keys that no other batch of the invocation uses", async () => {
    const { handle, ledger } = system();
    await handle(delivery("A0", { receiveCount: 4 }), delivery("A1", { receiveCount: 4 }));
    expect(new Set(ledger.calls.map(({ key }) => key)).size).toBe(4);
  });
});

describe("a fault of ours that one account provokes", () => {
  it("delays nobody else: all the others are settled and deleted in the same invocation, and it is loud", async () => {
    const { handle, queue, telemetry } = system({}, poisoned("A17"));
    queue.waiting = deliveries(10, 30);
    await expect(handle(...deliveries(0, 10))).rejects.toThrow("a fault of ours");
    const others = ids(0, 40).filter((id) => id !== "A17");
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...others).toSorted());
    expect(telemetry.of("account outcome")).toMatchObject(Array(39).fill({ outcome: "settled" }));
    expect(telemetry.of("batch failed")).toMatchObject([{ accounts: 40 }, { accounts: 10 }, { accounts: 1 }]);
  });

  it("is redone narrower when the batches beside it are done with", async () => {
    const { handle, queue } = system({ width: widthFor(20, 2) }, poisoned("A17"));
    queue.waiting = deliveries(10, 30);
    await expect(handle(...deliveries(0, 10))).rejects.toThrow("a fault of ours");
    const others = ids(0, 40).filter((id) => id !== "A17");
    expect(queue.acknowledged[0]).toEqual(messages(...ids(20, 20)));
    expect(queue.acknowledged.flat().toSorted()).toEqual(messages(...others).toSorted());
  });

  it("fails the invocation of a single account as it is, and deletes nothing", async () => {
    const { handle, queue } = system({}, poisoned("A0"));
    await expect(handle(delivery("A0"))).rejects.toThrow("a fault of ours");
    expect(queue.acknowledged.flat()).toEqual([]);
  });
});

describe("an account that an invocation is too short to read", () => {
  const tooSlow = () =>
    new ZuoraBusyError("too little time is left for a call to Zuora", { zuoraCode: lackOfTimeCode });
  const unreadable = (...accounts: readonly string[]) => {
    const ledger = new FakeLedger(...ids(0, 3).map((id) => owing(id)));
    const { readAccounts } = ledger;
    ledger.readAccounts = async (asked) => {
      if (asked.some((id) => accounts.includes(id))) throw tooSlow();
      return readAccounts(asked);
    };
    return ledger;
  };
  const hourAgo = Date.parse("2026-03-16T11:00:00Z");

  it("comes back at once and narrower, and delays nobody for ever: beside fewer others it may be enough", async () => {
    const { handle, queue } = system({}, unreadable("A1"));
    expect(await handle(...deliveries(0, 3, { receiveCount: 3 }))).toEqual(messages("A0", "A1", "A2"));
    expect(queue.hidden.map(({ seconds }) => seconds)).toEqual([1, 1, 1]);
    expect(queue.renewed).toEqual([]);
  });

  it("is set aside with a code that says so, once it had whole invocations to itself for half an hour", async () => {
    const { handle, queue } = system({}, unreadable("A1"));
    await handle(delivery("A1", { receiveCount: 4 }));
    expect([queue.renewed.length, queue.deadLetters]).toEqual([1, []]);
    await handle(delivery("A1", { receiveCount: 4, troubledSince: { failing: hourAgo } }));
    expect(queue.deadLetters).toMatchObject([{ messageId: "message-of-A1", errorCode: "OUT_OF_TIME" }]);
  });

  it("is blamed from its third receive on, also where somebody waits behind it for the time that it took", async () => {
    const { handle, queue } = system({}, unreadable("A1", "A2"));
    const troubledSince = { failing: hourAgo };
    await handle(delivery("A2", { receiveCount: 4 }), delivery("A1", { receiveCount: 3, troubledSince }));
    expect(queue.deadLetters).toMatchObject([{ messageId: "message-of-A1", errorCode: "OUT_OF_TIME" }]);
    expect(queue.renewed.length).toBe(1);
  });

  it("waits where it was read, and only to read it again after a refusal was too much", async () => {
    const ledger = new FakeLedger(owing("A1"));
    ledger.refusesCalls(new WriteOutcomeUnknownError("HTTP 500"));
    const { readAccounts } = ledger;
    ledger.readAccounts = async (asked) => {
      if (ledger.calls.length > 0) throw tooSlow();
      return readAccounts(asked);
    };
    const { handle, queue, telemetry } = system({}, ledger);
    await handle(delivery("A1", { receiveCount: 4, troubledSince: { failing: hourAgo } }));
    expect([queue.deadLetters, queue.renewed.length]).toEqual([[], 1]);
    expect(telemetry.of("account outcome")).toMatchObject([{ outcome: "waiting" }]);
  });

  it("waits where it was transferred, and only to look who is being charged was too much: what moves is not stuck", async () => {
    const ledger = new FakeLedger(owing("A1"));
    ledger.failsToLook(tooSlow());
    const { handle, queue } = system({}, ledger);
    await handle(delivery("A1", { receiveCount: 4, troubledSince: { failing: hourAgo } }));
    expect([ledger.calls.length, queue.deadLetters]).toEqual([1, []]);
    expect(queue.renewed).toMatchObject([{ troubledSince: { failing: undefined } }]);
  });

  it("is set aside all the same where reading it leaves no time to look who is being charged", async () => {
    const ledger = new FakeLedger(account({ id: "A1", credit: "10", invoices: [invoice("OPEN", { amount: "30" })] }));
    ledger.failsToLook(tooSlow());
    const { handle, queue } = system({}, ledger);
    await handle(delivery("A1", { receiveCount: 4, troubledSince: { failing: hourAgo } }));
    expect(queue.deadLetters).toMatchObject([{ errorCode: "OUT_OF_TIME" }]);
  });

  it("waits where others had the time, and where it is alone by chance", async () => {
    const { handle, queue, telemetry } = system({}, unreadable("A1"));
    await handle(...["A0", "A1"].map((id) => delivery(id, { receiveCount: 4, troubledSince: { failing: hourAgo } })));
    await handle(delivery("A1", { troubledSince: { failing: hourAgo } }));
    expect(queue.deadLetters).toEqual([]);
    expect(telemetry.of("account outcome").map((line) => ("outcome" in line ? line.outcome : ""))).toEqual([
      "settled",
      "waiting",
      "waiting",
    ]);
  });
});
