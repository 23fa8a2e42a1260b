import { describe, expect, it } from "vitest";
import { drop } from "../../../../functions/app/dead-letters/drop.ts";
import { type ReplayDeps, type ReplayOptions, replay } from "../../../../functions/app/dead-letters/replay.ts";
import { createAssess } from "../../../../functions/app/settle/assess.ts";
import { account, policy } from "../../domain/fixtures.ts";
import { deadLetter, FakeDeadLetters } from "../../fakes/fake-dead-letters.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { owing } from "../settle/fixtures.ts";

const replaying = (deadLetters: FakeDeadLetters, changes: Partial<ReplayDeps> = {}) => {
  const clock = new VirtualClock(Date.parse("2026-03-16T12:00:00Z"));
  const sent: string[] = [];
  const deps: ReplayDeps = {
    deadLetters,
    workQueue: {
      send: async (ids) => {
        for (const id of ids) {
          sent.push(id);
          deadLetters.happened.push(`sent ${id}`);
        }
        return sent.length;
      },
    },
    journal: { record: (action, { accountId }) => void deadLetters.happened.push(`${action}: ${accountId}`) },
    clock,
    random: () => 0,
    ...changes,
  };
  return { sent, clock, run: (options: Partial<ReplayOptions> = {}) => replay(deps, { dryRun: false, ...options }) };
};

const twelveOf = (accountId: string) =>
  Array.from({ length: 12 }, (_, index) => deadLetter(accountId, { messageId: `${accountId}-${index}` }));

describe("a replay", () => {
  it("writes down, then sends, then deletes: in no other order", async () => {
    const queue = new FakeDeadLetters([deadLetter("a")]);
    await replaying(queue).run();
    expect(queue.happened).toEqual(["dead letters replayed: a", "sent a", "deleted letter-of-a"]);
  });

  it("sends one message for an account, however many dead letters it has, and deletes them all", async () => {
    const queue = new FakeDeadLetters([...twelveOf("a"), deadLetter("b")]);
    const { sent, run } = replaying(queue);
    const result = await run();
    expect(sent).toEqual(["a", "b"]);
    expect(result).toMatchObject({ deletedLetters: 13, left: 0, replayed: [{ accountId: "a" }, { accountId: "b" }] });
  });

  it("that dies before the queue took its messages has deleted nothing and hidden nothing", async () => {
    const queue = new FakeDeadLetters([deadLetter("a")]);
    const died = replaying(queue, { workQueue: { send: async () => Promise.reject(new Error("SQS is down")) } });
    await expect(died.run()).rejects.toThrow("SQS is down");
    expect([queue.letters.length, queue.hidden.size]).toEqual([1, 0]);
  });

  it("in a dry run names the accounts and touches nothing", async () => {
    const queue = new FakeDeadLetters([deadLetter("a"), deadLetter("b")]);
    const { sent, run } = replaying(queue);
    expect((await run({ dryRun: true })).replayed).toHaveLength(2);
    expect({ sent, happened: queue.happened, hidden: queue.hidden.size }).toEqual({
      sent: [],
      happened: [],
      hidden: 0,
    });
  });

  it("leaves what no filter means where it is, visible", async () => {
    const other = deadLetter("b", { attributes: { errorCode: "ZUORA_CONTRACT" } });
    const young = deadLetter("c", { sentAt: "2026-03-16T11:59:00.000Z" });
    const queue = new FakeDeadLetters([deadLetter("a"), other, young]);
    const { sent, run } = replaying(queue);
    await run({ codes: ["ZUORA_REJECTED"], olderThanMs: 30 * 60_000 });
    expect(sent).toEqual(["a"]);
    expect([queue.letters.map(({ messageGroupId }) => messageGroupId), queue.hidden.size]).toEqual([["b", "c"], 0]);
  });

  it("keeps to its limit of accounts over all receives", async () => {
    const queue = new FakeDeadLetters(
      ["a", "b", "c"].map((id) => deadLetter(id)),
      { perReceive: 1 },
    );
    const { sent, run } = replaying(queue);
    expect(await run({ limit: 2 })).toMatchObject({ left: 1 });
    expect(sent).toEqual(["a", "b"]);
  });

  it("takes its time where it was told a rate", async () => {
    const { clock, run } = replaying(new FakeDeadLetters([deadLetter("a"), deadLetter("b")]));
    await run({ rate: 4 });
    expect(clock.slept).toEqual([500]);
  });

  it("waits with nothing in hand, since a receipt runs out sooner than a slow replay goes on", async () => {
    const queue = new FakeDeadLetters([deadLetter("a"), deadLetter("b")]);
    const { clock, run } = replaying(queue);
    const inHand: number[] = [];
    const { sleep } = clock;
    clock.sleep = async (milliseconds) => {
      inHand.push(queue.letters.length);
      await sleep(milliseconds);
    };
    await run({ rate: 0.01 });
    expect(inHand).toEqual([0]);
  });

  it("of settled accounts takes only those about which nothing is to be done today", async () => {
    const ledger = new FakeLedger(owing("open"), account({ id: "done" }));
    const queue = new FakeDeadLetters([deadLetter("open"), deadLetter("done"), deadLetter("unknown-to-zuora")]);
    const { sent, run } = replaying(queue);
    await run({ onlySettled: createAssess(ledger, policy()) });
    expect(sent).toEqual(["done"]);
  });

  it("does not replay a message that names no account, and says whose group it is in", async () => {
    const queue = new FakeDeadLetters([deadLetter("a"), deadLetter("group", { body: "hello" })]);
    const { sent, run } = replaying(queue);
    expect((await run()).notReplayable).toEqual(["group"]);
    expect([sent, queue.letters.length, queue.hidden.size]).toEqual([["a"], 1, 0]);
  });

  it("that was interrupted takes nothing more", async () => {
    const queue = new FakeDeadLetters([deadLetter("a")]);
    const { sent, run } = replaying(queue, { isStopped: () => true });
    await run();
    expect([sent, queue.letters.length]).toEqual([[], 1]);
  });
});

describe("a drop", () => {
  it("writes every message down, whole, before it deletes it, and takes the account's other messages along", async () => {
    const queue = new FakeDeadLetters([...twelveOf("a"), deadLetter("b")]);
    const written: object[] = [];
    const result = await drop(
      {
        deadLetters: queue,
        journal: {
          record: (_action, fields) => {
            written.push(fields);
            expect(queue.letters.map(({ messageId }) => messageId)).toContain(fields["messageId"]);
          },
        },
        clock: new VirtualClock(),
      },
      { accounts: ["a"], reason: "finance settled it" },
    );
    expect(result).toEqual({ dropped: [{ accountId: "a", code: "ZUORA_REJECTED" }], deletedLetters: 12 });
    expect(written).toHaveLength(12);
    expect(written[0]).toMatchObject({ reason: "finance settled it", body: deadLetter("a").body });
    expect([queue.letters.length, queue.hidden.size]).toEqual([1, 0]);
  });
});
