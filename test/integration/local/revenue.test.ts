import { beforeAll, describe, expect, it } from "vitest";
import { readFlags } from "../../local/command-line.ts";
import { optionsFrom } from "../../local/options.ts";
import { renderReport } from "../../local/print.ts";
import { type RunResult, run } from "../../local/run.ts";

const settle = (...flags: readonly string[]): Promise<RunResult> => {
  const read = readFlags(["--accounts", "40", "--seed", "3", ...flags], () => {});
  if (read === undefined) throw new Error("no flags");
  const { signal: interrupted } = new AbortController();
  return run(optionsFrom(read, {}), { interrupted, note: () => {}, onProgress: () => {} });
};

/** Accounts that are added so that each reason to leave revenue alone is seen. */
const casesOfRevenue = 5;

describe("npm start -- --revenue", () => {
  let plain: RunResult;
  let netted: RunResult;
  beforeAll(async () => {
    plain = await settle();
    netted = await settle("--revenue");
  });

  it("nets every back-dated cancellation that settled, and says so by currency", () => {
    const { revenue } = netted.report;
    expect(revenue?.pairs).toBeGreaterThan(3);
    // Three of the pairs are for people, or for a later pass.
    expect(revenue?.moves).toHaveLength(2 * ((revenue?.pairs ?? 0) - 3));
    expect(revenue).toMatchObject({ pending: [], deadLetters: [] });
    expect(Object.keys(revenue?.net ?? {})).toEqual(Object.keys(revenue?.moved ?? {}));
    for (const net of Object.values(revenue?.net ?? {})) expect(Number(net)).toBe(0);
  });

  it("settles credit as without: the same accounts, the same money", () => {
    const { settled } = plain.report.outcomes;
    expect(netted.report.outcomes).toEqual({ ...plain.report.outcomes, settled: settled + casesOfRevenue });
    expect(netted.report.totals.filter(({ currency }) => currency !== "CHF")).toEqual(plain.report.totals);
    expect(plain.report).not.toHaveProperty("revenue");
  });

  it("leaves alone, with its reason and sums, what would not net: closed, unequal, ambiguous, paid, late", () => {
    const { report } = netted;
    const told = report.revenue?.held.map(({ reason, sums }) => [reason, sums.map(({ sum }) => sum)]);
    expect(told?.toSorted()).toEqual([
      ["accounting-period-not-open", ["25", "-25"]],
      ["revenue-ambiguous", []],
      ["revenue-not-mirrored", ["-1", "1"]],
      ["revenue-original-paid", []],
      ["revenue-schedule-awaited", []],
    ]);
    const text = renderReport(report, true);
    for (const { reason, original, mirror } of report.revenue?.held ?? []) {
      expect(text).toContain(`${reason}: ${original} and ${mirror}`);
    }
  });

  it("writes nothing in a second pass", () => {
    expect([netted.isDrained, netted.report.revenue?.movedAgain]).toEqual([true, 0]);
    expect(renderReport(netted.report, true)).toContain("a second pass moved nothing");
  });

  it("shows each pair with what its sides come to", () => {
    const [move] = netted.report.revenue?.moves ?? [];
    const text = renderReport(netted.report, true, { columns: 80 });
    expect(text).toContain(`${move?.original}  ${move?.mirror}`);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/Revenue: \d+ settled pairs; moved .*, net 0/);
  });
});
