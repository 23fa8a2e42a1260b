import { describe, expect, it } from "vitest";
import { liveThroughRevenue } from "./harness/revenue/revenue-history.ts";
import { revenueViolationsOf } from "./harness/revenue/revenue-violations.ts";
import { addTallies, emptyTally, revenueOptionsOf, tallyOfRevenue } from "./harness/tally.ts";

/** A few here, thousands with `npm run simulate -- --revenue`. */
const seeds = 80;

describe("any history of revenue", () => {
  it("ends with every settled pair at zero, and leaves receivables as they were", { timeout: 60_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seeds; seed += 1) tally = addTallies(tally, await tallyOfRevenue(seed));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    const events = [
      "lost-before",
      "lost-after",
      "late-commit",
      "lock",
      "killed",
      "distributed-by-people",
      "put-back-by-people",
      "finished-by-people",
      "period-closed",
    ];
    for (const event of events) expect(tally.faults[event], event).toBeGreaterThan(0);
  });

  it("is the same history for the same seed", async () => {
    const [first, second] = await Promise.all([3, 3].map((seed) => liveThroughRevenue(revenueOptionsOf(seed))));
    expect(second?.books.events).toEqual(first?.books.events);
    expect(second?.time.now()).toBe(first?.time.now());
  });
});

describe("the watch over a history of revenue", () => {
  /** A history in which nothing went wrong, with a move of ours. */
  const quiet = async () => {
    for (let seed = 4; ; seed += 8) {
      const options = { seed, faultProbability: 0, people: false };
      const history = await liveThroughRevenue(options);
      if (history.books.events.length > 0) return { history, options };
    }
  };

  it("sees a side that was moved back, a period too many, and receivables that were touched", async () => {
    const { history, options } = await quiet();
    expect(revenueViolationsOf(history, options)).toEqual([]);
    const [event] = history.books.events;
    const schedule = history.books.schedule(event?.scheduleNumber ?? "");
    schedule?.distributed.clear();
    const touched = { ...history, receivables: { before: "", after: "touched" } };
    const said = revenueViolationsOf(touched, options).join("; ");
    expect(said).toContain("does not net");
    expect(said).toContain("is open-ended");
    expect(said).toContain("receivables are not what they were");
  });
});
