import { describe, expect, it } from "vitest";
import { callsOfScan, takeShare } from "../../../functions/scanner/calls-of-scan.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";

const shared = { alone: 20, beside: 2, eachProcessor: 3 };

it.each([
  ["nothing", 0, 20],
  ["one message that waits", 1, 17],
  ["as many as one processor is handed", 10, 17],
  ["one more than that", 11, 14],
  ["what keeps all processors busy", 60, 2],
  ["a large bill run", 50_000, 2],
])("a scan beside %s, %i in the queue, has %i calls: all together stay within twenty", (_, messages, calls) => {
  expect(callsOfScan(messages, shared)).toBe(calls);
});

describe("a scan that is under way", () => {
  const begun = async (messages: number) => {
    const clock = new VirtualClock();
    const allowed: number[] = [];
    const unread: unknown[] = [];
    const queue = { messages, looks: 0, isDown: false };
    const share = await takeShare(
      {
        messages: async () => {
          queue.looks += 1;
          if (queue.isDown) throw new Error("no answer");
          return queue.messages;
        },
        allow: (calls) => allowed.push(calls),
        now: clock.now,
        onUnread: (error) => unread.push(error),
      },
      shared,
    );
    const callAfter = async (milliseconds: number) => {
      clock.pass(milliseconds);
      await share.lookAgain();
    };
    return { share, queue, allowed, unread, callAfter };
  };

  it("gives the calls back that what is queued meanwhile is settled by, and takes none again", async () => {
    const { share, queue, allowed, callAfter } = await begun(0);
    queue.messages = 400;
    await callAfter(3_000);
    queue.messages = 0;
    await callAfter(3_000);
    expect([share.calls, allowed]).toEqual([20, [20, 2]]);
  });

  it("takes none again where a part of what was queued is done with", async () => {
    const { queue, allowed, callAfter } = await begun(30);
    queue.messages = 10;
    await callAfter(3_000);
    expect(allowed).toEqual([11, 11]);
  });

  it("looks once in three seconds, however many calls leave, and not at all where it has the least", async () => {
    const { queue, callAfter } = await begun(0);
    for (const milliseconds of [1_000, 1_999, 1, 0, 2_999]) await callAfter(milliseconds);
    expect(queue.looks).toBe(2);
    const beside = await begun(50_000);
    await beside.callAfter(60_000);
    expect(beside.queue.looks).toBe(1);
  });

  it("goes on where the queue cannot be looked into, and says so", async () => {
    const { queue, allowed, unread, callAfter } = await begun(0);
    queue.isDown = true;
    await callAfter(3_000);
    expect([allowed, unread]).toMatchObject([[20], [{ message: "no answer" }]]);
  });
});
