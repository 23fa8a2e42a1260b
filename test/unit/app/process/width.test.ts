import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inBatches, mayTakeMore, narrower, widthFor } from "../../../../functions/app/process/width.ts";
import type { Delivery } from "../../../../functions/app/settle/ports.ts";
import { forAll } from "../../domain/arbitraries.ts";
import { delivery } from "../../fakes/fake-queue.ts";

const maxReceiveCount = 5;
const width = widthFor(100, 2);

const received = (count: number, receiveCount: number, prefix = `r${receiveCount}-`) =>
  Array.from({ length: count }, (_, index) => delivery(`${prefix}${index}`, { receiveCount }));

const namesOf = (batches: ReturnType<typeof inBatches>) =>
  batches.map((batch) => batch.map((each) => each.messageGroupId));

const sizes = (...deliveries: Parameters<typeof inBatches>[0]) =>
  inBatches(deliveries, width, maxReceiveCount).map((batch) => batch.length);

describe("how many are handled together", () => {
  it.each([
    ["a first receive", 1, [100, 20]],
    ["a second", 2, [100, 20]],
    ["a third", 3, Array(12).fill(10)],
    ["the last but one", 4, Array(120).fill(1)],
    ["the last", 5, Array(120).fill(1)],
  ])("%s", (_name, receiveCount, expected) => {
    expect(sizes(...received(120, receiveCount))).toEqual(expected);
  });

  it("is decided for each: what is above suspicion goes first, and nobody alone stands before somebody who is not", () => {
    expect(sizes(...received(1, 5), ...received(2, 4), ...received(3, 1), ...received(12, 3))).toEqual([
      3, 10, 2, 1, 1, 1,
    ]);
  });

  it("is reversed on the last receive: whoever stood behind a killer stands before it", () => {
    expect(namesOf(inBatches(received(3, 4, "a"), width, maxReceiveCount))).toEqual([["a0"], ["a1"], ["a2"]]);
    expect(namesOf(inBatches(received(3, 5, "a"), width, maxReceiveCount))).toEqual([["a2"], ["a1"], ["a0"]]);
  });

  it("never parts the messages of one group, and suspects all of them where it suspects one", () => {
    const own = [delivery("A", { messageId: "1" }), delivery("A", { messageId: "2", receiveCount: 4 })];
    expect(namesOf(inBatches([...own, delivery("B")], width, maxReceiveCount))).toEqual([["B"], ["A", "A"]]);
  });

  it("is as set where that is fewer than ten", () => {
    expect(inBatches(received(4, 3), widthFor(3, 2), maxReceiveCount).map((batch) => batch.length)).toEqual([3, 1]);
    expect(widthFor(3, 2)).toEqual({ delivered: 3, together: 3, batches: 2 });
  });

  it.each([
    [1, 1],
    [2, 2],
    [6, 7],
    [9, 7],
  ])(
    "is handled side by side as often as it takes to keep %i calls busy, and no more than seven times: %i",
    (calls, batches) => {
      expect(widthFor(100, calls).batches).toBe(batches);
    },
  );

  it("with two receives in all is a hundred at first, and then one", () => {
    expect(inBatches(received(3, 1), width, 2).map((batch) => batch.length)).toEqual([3]);
    expect(inBatches(received(3, 2), width, 2).map((batch) => batch.length)).toEqual([1, 1, 1]);
  });
});

describe("taking more in beside a delivery", () => {
  it.each([
    [1, true],
    [2, true],
    [3, false],
    [4, false],
  ])("that holds a receive of %i: %s", (receiveCount, expected) => {
    expect(mayTakeMore([...received(9, 1), delivery("A", { receiveCount })], width, maxReceiveCount)).toBe(expected);
  });
});

describe("any deliveries", () => {
  const deliveries = fc
    .array(fc.record({ group: fc.nat(40), receiveCount: fc.integer({ min: 1, max: 6 }) }), { maxLength: 130 })
    .map((all) =>
      all.map(({ group, receiveCount }, index) => delivery(`g${group}`, { messageId: `m${index}`, receiveCount })),
    );

  it("are each in exactly one batch, whole groups together, no batch wider than the narrowest of it allows", () => {
    forAll([deliveries], (all) => {
      const batches = inBatches(all, width, maxReceiveCount);
      expect(
        batches
          .flat()
          .map(({ messageId }) => messageId)
          .toSorted(),
      ).toEqual(all.map(({ messageId }) => messageId).toSorted());
      for (const batch of batches) {
        const groups = new Set(batch.map(({ messageGroupId }) => messageGroupId));
        const worst = Math.max(...batch.map(({ receiveCount }) => receiveCount));
        expect(groups.size).toBeLessThanOrEqual(worst <= 2 ? 100 : worst === 3 ? 10 : 1);
        for (const group of groups) {
          const own = (some: readonly Delivery[]) =>
            some.filter(({ messageGroupId }) => messageGroupId === group).length;
          expect(own(batch)).toBe(own(all));
        }
      }
    });
  });

  it("become narrower until each group is alone", () => {
    forAll([deliveries], (all) => {
      if (all.length === 0) return;
      const alone = narrower(all).flatMap(narrower);
      for (const batch of alone) expect(new Set(batch.map(({ messageGroupId }) => messageGroupId)).size).toBe(1);
      expect(alone.flat().length).toBe(all.length);
    });
  });
});
