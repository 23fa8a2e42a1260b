import { describe, expect, it } from "vitest";
import type { Switch } from "../../../../functions/app/ports.ts";
import type { AppliedPart, MemoApplication, TakenBack } from "../../../../functions/app/undo/memo-ports.ts";
import { undoMemos } from "../../../../functions/app/undo/undo-memos.ts";
import { WriteOutcomeUnknownError } from "../../../../functions/domain/errors.ts";
import { subtract } from "../../../../functions/domain/money.ts";
import { money } from "../../domain/fixtures.ts";

const application = (
  id: string,
  facts: Partial<Pick<MemoApplication, "accountId" | "invoice" | "amount" | "createdAt">> = {},
  from: AppliedPart = { creditMemo: { id: "memo", number: "CM1" } },
): MemoApplication => ({
  ...from,
  id,
  accountId: "A",
  invoice: { id: "invoice", number: "INV1" },
  amount: money("10"),
  createdAt: 1_000,
  ...facts,
});

/** What becomes of a write: it, or its answer, is lost; or nothing happens and the answer says that it did. */
type Loss = "before it happened" | "after it happened" | "although it says so";

/** A tenant in which a memo still pays so much of one invoice. */
const scene = (
  found: readonly MemoApplication[],
  stillPaid: string,
  position: () => Switch = () => "off",
  takenBack: readonly TakenBack[] = [],
) => {
  let paid = money(stillPaid);
  const unapplied: string[] = [];
  const journal: string[] = [];
  const losses: Loss[] = [];
  const run = (only?: string) =>
    undoMemos(
      {
        applications: {
          ours: async () => ({ applications: found, takenBack }),
          parts: async () => new Map(paid.eq(0) ? [] : ["invoice", "another"].map((id) => [id, paid])),
          unapply: async ({ id, amount }) => {
            const lost = losses.shift();
            if (lost !== "before it happened" && lost !== "although it says so") {
              unapplied.push(id);
              paid = subtract(paid, amount);
            }
            if (lost === "before it happened" || lost === "after it happened")
              throw new WriteOutcomeUnknownError("no answer");
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
    loses: (loss: Loss) => losses.push(loss),
  };
};

describe("undo of credit memos", () => {
  it("takes back a payment as it takes back a memo, and says which it was", async () => {
    const from = { payment: { id: "payment", number: "P-1" } };
    const { run, unapplied, journal } = scene([application("1", {}, from)], "10");
    expect(await run()).toMatchObject([{ payment: { number: "P-1" }, result: "unapplied" }]);
    expect([unapplied, journal]).toEqual([["1"], ["payment unapplied"]]);
  });

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
    const another = { invoice: { id: "another", number: "INV2" } };
    const { run, unapplied, loses } = scene([application("1", another), application("2", { createdAt: 2_000 })], "20");
    loses("before it happened");
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(["2 refused", "1 unapplied"]);
    expect(unapplied).toEqual(["1"]);
  });

  it("waits with an older one of the same memo and invoice, for which a lost one could land", async () => {
    const { run, unapplied, loses } = scene([application("1"), application("2", { createdAt: 2_000 })], "20");
    loses("before it happened");
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(["2 refused", "1 refused"]);
    expect(unapplied).toEqual([]);
  });

  it("believes what the memo pays, and no answer", async () => {
    const { run, loses } = scene([application("1")], "10");
    loses("although it says so");
    expect(await run()).toMatchObject([{ result: "refused", reason: "it is still applied" }]);
    loses("after it happened");
    expect(await run()).toMatchObject([{ result: "unapplied" }]);
  });

  const back = (amount: string): TakenBack => ({ payerId: "memo", invoiceId: "invoice", amount: money(amount) });

  it.each<[string, readonly TakenBack[], readonly string[]]>([
    ["all of it", [back("10")], ["1 gone"]],
    ["a part of it", [back("4")], ["1 refused"]],
    ["nothing of it", [{ ...back("10"), invoiceId: "another" }], ["1 unapplied"]],
  ])("leaves to people what they applied again of the memo, after %s was taken back", async (_part, taken, results) => {
    const { run, unapplied } = scene([application("1")], "10", () => "off", taken);
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(results);
    expect(unapplied).toHaveLength(results[0] === "1 unapplied" ? 1 : 0);
  });

  it("takes what was taken back for the newest of two", async () => {
    const found = [application("1"), application("2", { createdAt: 2_000 })];
    const { run } = scene(found, "10", () => "off", [back("10")]);
    expect((await run()).map(({ id, result }) => `${id} ${result}`)).toEqual(["2 gone", "1 unapplied"]);
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
