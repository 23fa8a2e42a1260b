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
    expect(revenue?.moves).toHaveLength(2 * (revenue?.pairs ?? 0));
    expect(revenue).toMatchObject({ held: [], pending: [], deadLetters: [] });
    expect(Object.keys(revenue?.net ?? {})).toEqual(Object.keys(revenue?.moved ?? {}));
    for (const net of Object.values(revenue?.net ?? {})) expect(Number(net)).toBe(0);
  });

  it("settles credit as without: the same accounts, the same money", () => {
    expect(netted.report.outcomes).toEqual(plain.report.outcomes);
    expect(netted.report.totals).toEqual(plain.report.totals);
    expect(plain.report).not.toHaveProperty("revenue");
  });

  it("shows each pair with what its sides come to", () => {
    const [move] = netted.report.revenue?.moves ?? [];
    const text = renderReport(netted.report, true, { columns: 80 });
    expect(text).toContain(`${move?.original}  ${move?.mirror}`);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/Revenue: \d+ settled pairs; moved .*, net 0/);
  });
});
