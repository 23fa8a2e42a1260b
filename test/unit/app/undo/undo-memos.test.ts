import { describe, expect, it } from "vitest";
import type { Switch } from "../../../../functions/app/ports.ts";
import type { MemoApplication } from "../../../../functions/app/undo/memo-ports.ts";
import { undoMemos } from "../../../../functions/app/undo/undo-memos.ts";
import { WriteOutcomeUnknownError } from "../../../../functions/domain/errors.ts";
import { subtract } from "../../../../functions/domain/money.ts";
import { money } from "../../domain/fixtures.ts";

const application = (id: string, facts: Partial<MemoApplication> = {}): MemoApplication => ({
  id,
  accountId: "A",
  creditMemo: { id: "memo", number: "CM1" },
  invoice: { id: "invoice", number: "INV1" },
  amount: money("10"),
  createdAt: 1_000,
  ...facts,
});

/** A tenant in which a memo still pays so much of one invoice. */
const scene = (found: readonly MemoApplication[], stillPaid: string, position: () => Switch = () => "off") => {
  let paid = money(stillPaid);
  const unapplied: string[] = [];
  const journal: string[] = [];
  let lost = 0;
  const run = (only?: string) =>
    undoMemos(
      {
        applications: {
          ours: async () => found,
          parts: async () => new Map(paid.eq(0) ? [] : [["invoice", paid]]),
          unapply: async ({ id, amount }) => {
            if (lost > 0) {
              lost -= 1;
              throw new WriteOutcomeUnknownError("no answer");
            }
            unapplied.push(id);
            paid = subtract(paid, amount);
          },
        },
        switchReader: { read: async () => position() },
        switchTurnedAt: async () => undefined,
        clock: { now: () => 10_000 },
        journal: { record: (action) => journal.push(action) },
      },
      { runId: "zcs-0mb0abc123", after: 0, until: 5_000 },
      only,
    );
  return {
    run,
    unapplied,
    journal,
    losesAnswer: () => {
      lost += 1;
    },
  };
};

describe("undo of credit memos", () => {
  it("takes the newest back first", async () => {
    const { run, unapplied, journal } = scene([application("1"), application("2", { createdAt: 2_000 })], "20");
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(["2 unapplied", "1 unapplied"]);
    expect([unapplied, journal]).toEqual([["2", "1"], Array(2).fill("credit memo unapplied")]);
  });

  it("leaves what somebody has taken back already", async () => {
    const { run, unapplied, journal } = scene([application("1")], "0");
    expect(await run()).toMatchObject([{ result: "gone" }]);
    expect([unapplied, journal]).toEqual([[], []]);
  });

  it("leaves what somebody has taken a part of back, and says so", async () => {
    const { run, unapplied } = scene([application("1")], "4");
    expect(await run()).toMatchObject([{ result: "refused", reason: "only 4 of it is still applied" }]);
    expect(unapplied).toEqual([]);
  });

  it("goes on after one without an answer, and says which", async () => {
    const { run, unapplied, losesAnswer } = scene([application("1"), application("2", { createdAt: 2_000 })], "20");
    losesAnswer();
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(["2 refused", "1 unapplied"]);
    expect(unapplied).toEqual(["1"]);
  });

  it("is of one account where that is asked", async () => {
    const { run } = scene([application("1"), application("2", { accountId: "B" })], "20");
    expect((await run("B")).map(({ id }) => id)).toEqual(["2"]);
  });

  it("stops where somebody starts the system in between", async () => {
    let reads = 0;
    const { run, unapplied } = scene([application("1"), application("2")], "20", () => {
      reads += 1;
      return reads > 2 ? "on" : "off";
    });
    await expect(run()).rejects.toThrow("stop the system first");
    expect(unapplied).toHaveLength(1);
  });
});
