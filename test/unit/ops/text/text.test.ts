import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../functions/ops/exit-code.ts";
import { readDuration, writeDuration } from "../../../../functions/ops/text/duration.ts";
import { reportCsv } from "../../../../functions/ops/text/report/report-csv.ts";
import type { ReportData } from "../../../../functions/ops/text/report/report-data.ts";
import { table } from "../../../../functions/ops/text/table.ts";

describe("durations", () => {
  it.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
  ])("%s is %i ms", (text, milliseconds) => {
    expect(readDuration(text)).toBe(milliseconds);
  });

  it.each(["", "15", "m", "-1h", "1.5h", "2 h"])("%j is none", (text) => {
    expect(() => readDuration(text)).toThrow(UsageError);
  });

  it("are written in their largest unit, and never negative", () => {
    expect([0, 59_999, 60_000, 7_200_000, 90_000_000, -5].map(writeDuration)).toEqual([
      "0s",
      "59s",
      "1m",
      "2h",
      "1d",
      "0s",
    ]);
  });
});

it("a table puts numbers to the right and ends no line with spaces", () => {
  expect(
    table(
      ["Account", "Amount"],
      [
        ["a", "1.00"],
        ["long-name", "10.00"],
      ],
      ["Amount"],
    ),
  ).toBe("Account    Amount\na            1.00\nlong-name   10.00\n");
});

it("CSV quotes what needs it, and lets no cell be a formula", () => {
  const data = { adjustments: [{ number: "CBA-1", comment: 'said "no", twice', invoiceNumber: "=1+1" }] };
  const [, row] = reportCsv(data as unknown as ReportData).split("\r\n");
  expect(row).toContain("CBA-1");
  expect(row).toContain("'=1+1");
  expect(row).toContain('"said ""no"", twice"');
});
