import { describe, expect, it } from "vitest";
import { modes } from "../../functions/domain/credit/mode.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import { apiUserId } from "../zuora-simulator/authentication.ts";
import { addTallies, emptyTally, tallyOfUndo } from "./harness/tally.ts";
import { liveThroughUndo, type UndoHistory } from "./harness/undo/undo-history.ts";
import { undoViolationsOf } from "./harness/undo/undo-violations.ts";

/** A few here, hundreds with `npm run simulate -- --undo --mode MODE`. */
const seeds = 16;

describe.each(modes)("any undo of a run, with %s,", (mode) => {
  it("brings back what the run did, and nothing does it again", { timeout: 120_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seeds; seed += 1) tally = addTallies(tally, await tallyOfUndo(seed, mode));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    const taken = mode === "credit-memos" ? "undone-application" : "undone-adjustment";
    for (const event of [taken, "undo-done", "undo-not-done"]) expect(tally.faults[event], event).toBeGreaterThan(0);
  });
});

describe("the watch over an undo", () => {
  const lived = (mode: "credit-balance" | "credit-memos") =>
    liveThroughUndo({ seed: 10, mode, faultProbability: 0, outsideMovements: false, readsLagMs: 0 });

  const sentences = (history: UndoHistory) => undoViolationsOf(history, { faultProbability: 0 }).join("\n");

  it("sees an adjustment of the run that stands", async () => {
    const history = await lived("credit-balance");
    expect(sentences(history)).toBe("");
    const [undone] = history.undone;
    const own = history.tenant.store.adjustments.rows.find(({ ReferenceId }) => ReferenceId === undone?.runId);
    Object.assign(own ?? {}, { Status: "Processed" });
    expect(sentences(history)).toContain("stands, which was said to be undone");
  });

  it("sees a memo that still pays, and one that pays again", async () => {
    const history = await lived("credit-memos");
    expect(sentences(history)).toBe("");
    const { creditMemoApplications } = history.tenant.store;
    const [[taken], [undone]] = [history.takenBack, history.undone];
    const found = creditMemoApplications.rows.find(({ creditMemoId }) => creditMemoId === taken?.memoId);
    if (taken === undefined || undone === undefined || found === undefined)
      throw new Error("an undo that took nothing back");
    const own = { ...found, amount: fromDecimal("5"), createdById: apiUserId };
    creditMemoApplications.add({ ...own, id: "still there", createdDate: undone.until });
    expect(sentences(history)).toContain("which was said to be undone");
    creditMemoApplications.add({ ...own, id: "once more", createdDate: taken.at + 1 });
    expect(sentences(history)).toContain("once more applied");
  });

  it("sees an account that does not say what became of it", async () => {
    const history = await lived("credit-balance");
    expect(sentences({ ...history, lines: [] })).toContain("was taken back by a person");
  });
});
