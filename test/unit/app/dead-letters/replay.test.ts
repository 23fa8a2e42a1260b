import { describe, expect, it } from "vitest";
import { drop } from "../../../../functions/app/dead-letters/drop.ts";
import { followReplay } from "../../../../functions/app/dead-letters/follow-replay.ts";
import { type ReplayDeps, type ReplayOptions, replay } from "../../../../functions/app/dead-letters/replay.ts";
import { standingAs, standingsOfCredit } from "../../../../functions/app/dead-letters/standing.ts";
import { writeMessage } from "../../../../functions/app/message.ts";
import { createAssess } from "../../../../functions/app/settle/assess.ts";
import { account, policy } from "../../domain/fixtures.ts";
import { deadLetter, FakeDeadLetters } from "../../fakes/fake-dead-letters.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { owing } from "../settle/fixtures.ts";

const standingsOf = (ledger: FakeLedger) => standingsOfCredit(createAssess(ledger, policy()));

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
    journal: {
      record: (action, { accountId, messageId }) =>
        void deadLetters.happened.push(`${action}: ${messageId ?? accountId}`),
    },
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
    expect(queue.happened).toEqual([
      "dead letters replayed: a",
      "sent a",
      "dead letter deleted: letter-of-a",
      "deleted letter-of-a",
    ]);
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
    await run({ onlySettled: standingAs(["settled"], standingsOf(ledger)) });
    expect(sent).toEqual(["done"]);
  });

  it("of settled accounts comes to an end also where 400 are not, and looking takes longer than letters are hidden", async () => {
    const clock = new VirtualClock(Date.parse("2026-03-16T12:00:00Z"));
    const ids = Array.from({ length: 400 }, (_, index) => `account-${index}`);
    const queue = new FakeDeadLetters(
      ids.map((id) => deadLetter(id)),
      { now: clock.now },
    );
    const settled = standingAs(["settled"], standingsOf(new FakeLedger(...ids.map((id) => owing(id)))));
    let asked = 0;
    const slowly: typeof settled = async (some) => {
      asked += some.length;
      clock.pass(5_000);
      return settled(some);
    };
    const { sent, run } = replaying(queue, { clock });
    expect(await run({ onlySettled: slowly })).toMatchObject({ of: 400, matched: 400, replayed: [], left: 400 });
    expect([sent, asked, queue.hidden.size]).toEqual([[], 400, 0]);
  });

  it("never deletes a letter that it caused, nor one that came after its account was sent", async () => {
    const { clock } = replaying(new FakeDeadLetters([]));
    const queue = new FakeDeadLetters([...twelveOf("a"), deadLetter("b"), deadLetter("c")], { perReceive: 3 });
    const newLetter = (accountId: string, runId: string, sentAt: number) =>
      deadLetter(accountId, {
        messageId: `new-of-${accountId}-by-${runId}`,
        body: writeMessage({ accountId, runId }),
        sentAt: new Date(sentAt).toISOString(),
      });
    const { run } = replaying(queue, {
      clock,
      workQueue: {
        // A processor is at work, and the cause is still there; another run fails over the same account.
        send: async (ids, runId) => {
          clock.pass(10);
          for (const id of ids) queue.letters.push(newLetter(id, runId, clock.now() - 3_600_000));
          for (const id of ids) queue.letters.push(newLetter(id, "zcs-another", clock.now()));
          return 1;
        },
      },
    });
    const result = await run();
    expect(result).toMatchObject({ of: 3, deletedLetters: 14, left: 6 });
    expect(result.cameBack.map(({ accountId }) => accountId).toSorted()).toEqual(["a", "b", "c"]);
    expect(queue.letters.filter(({ messageId }) => messageId.startsWith("new-of-"))).toHaveLength(6);
    expect(queue.hidden.size).toBe(0);
  });

  it("of nothing says how many there would be, and is no run", async () => {
    const queue = new FakeDeadLetters([deadLetter("a"), deadLetter("b")]);
    const result = await replaying(queue).run({ codes: ["NOT_CONVERGED"] });
    expect(result).toMatchObject({ of: 2, matched: 0, replayed: [] });
    expect(result.runId).toBeUndefined();
  });

  it("takes those whose message holds a text, whatever its case", async () => {
    const other = deadLetter("b", { attributes: { errorCode: "ZUORA_REJECTED", errorMessage: "no such invoice" } });
    const { sent, run } = replaying(new FakeDeadLetters([deadLetter("a"), other]));
    await run({ text: "PERIOD" });
    expect(sent).toEqual(["a"]);
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

describe("a drop of what was shown", () => {
  it("leaves what was set aside since, and keeps to its limit of accounts", async () => {
    const late = deadLetter("b", { messageId: "late", sentAt: "2026-03-16T12:00:01.000Z" });
    const queue = new FakeDeadLetters([...twelveOf("a"), deadLetter("b"), late, deadLetter("c")]);
    const deps = { deadLetters: queue, journal: { record: () => {} }, clock: new VirtualClock() };
    const shownAt = Date.parse("2026-03-16T12:00:00Z");
    const result = await drop(deps, { codes: ["ZUORA_REJECTED"], reason: "given up", limit: 2, shownAt });
    expect(result.dropped.map(({ accountId }) => accountId)).toEqual(["a", "b"]);
    expect(queue.letters.map(({ messageId }) => messageId)).toEqual(["late", "letter-of-c"]);
  });
});

describe("following a replay", () => {
  const runId = "zcs-0mb0replay";
  const back = (accountId: string) =>
    deadLetter(accountId, {
      messageId: `new-of-${accountId}`,
      body: writeMessage({ accountId, runId }),
      attributes: { errorCode: "ZUORA_REJECTED", zuoraCode: "ACCOUNTING_PERIOD_CLOSED", errorMessage: "closed" },
    });

  it("ends when each account is settled, held, or back with a letter of this very run", async () => {
    const clock = new VirtualClock();
    const ledger = new FakeLedger(
      account({ id: "done" }),
      owing("late"),
      owing("refused"),
      owing("old", { status: "Canceled" }),
    );
    const queue = new FakeDeadLetters([deadLetter("late"), deadLetter("refused")], { now: clock.now });
    const looks: number[] = [];
    const became = await followReplay(
      {
        deadLetters: queue,
        standings: standingsOf(ledger),
        clock,
        onProgress: ({ waiting }) => {
          looks.push(waiting.length);
          if (looks.length === 2) queue.letters.push(back("refused"));
          if (looks.length === 3) queue.letters.push(back("late"));
        },
      },
      { runId, accountIds: ["done", "late", "refused", "old"], maxMs: 60_000 },
    );
    expect(became).toEqual({
      settled: ["done"],
      held: [{ accountId: "old", reasons: ["account-not-active"] }],
      back: ["refused", "late"].map((accountId) => ({
        accountId,
        code: "ZUORA_REJECTED",
        zuoraCode: "ACCOUNTING_PERIOD_CLOSED",
      })),
      waiting: [],
    });
    expect([looks, queue.hidden.size]).toEqual([[2, 2, 1, 0], 0]);
  });

  it("says who still waits when its time is over", async () => {
    const clock = new VirtualClock();
    const standings = standingsOf(new FakeLedger(owing("busy")));
    const became = await followReplay(
      { deadLetters: new FakeDeadLetters([]), standings, clock },
      { runId, accountIds: ["busy"], maxMs: 30_000 },
    );
    expect(became.waiting).toEqual(["busy"]);
    expect(clock.slept.reduce((total, each) => total + each, 0)).toBeLessThanOrEqual(30_000);
  });
});
