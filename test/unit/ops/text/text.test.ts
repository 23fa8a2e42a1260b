import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../functions/ops/exit-code.ts";
import { auditText } from "../../../../functions/ops/text/audit-text.ts";
import { readDuration, writeDuration } from "../../../../functions/ops/text/duration.ts";
import { paint, plain } from "../../../../functions/ops/text/look.ts";
import { table } from "../../../../functions/ops/text/table.ts";
import { fitted, wrapped } from "../../../../functions/ops/text/wrapped.ts";

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

describe("a table on a terminal", () => {
  const id = "8ad09b2186b3d1a20186b3f0c8d41234";
  const rows = [
    ["A00000001", id, "1,234.56", "Zuora refused: ACCOUNTING_PERIOD_CLOSED: The accounting period is closed."],
    ["A00000002", id, "0.01", "short"],
  ];
  const at = (columns: number | undefined) =>
    table(["Account", "Id", "Amount", "Message"], rows, ["Amount"], { columns }).trimEnd().split("\n");

  it.each([80, 100, 120])("fits %i columns, with every number whole and every id known by its two ends", (columns) => {
    const lines = at(columns);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.slice(1).map((line) => line.includes("1,234.56") || line.includes("0.01"))).toEqual([true, true]);
    expect(lines[1]).toContain("A00000001");
    expect(lines[1]).toMatch(/8ad09b\w*(…\w*)?1234/);
  });

  it("cuts no account's number, no invoice's and no code, however little is left for the rest", () => {
    const row = ["A00000001", "INV00000002", "WRITE_OUTCOME_UNKNOWN", "12.33 GBP", "cannot be planned: ZUORA_CONTRACT"];
    const text = table(["Account", "Invoice", "Code", "Negative", "Today"], [row], ["Negative"], { columns: 80 });
    for (const name of row.slice(0, 4)) expect(text).toContain(name);
    expect(text).toContain("…");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("writes the titles of numbers in two lines where they alone are too wide", () => {
    const heads = ["Currency", "Opening", "+ New", "- Transferred", "- By others", "= Still negative", "Difference"];
    const row = ["GBP", "1,121.60", "36.99", "1,078.05", "0.00", "80.54", "0.00"];
    expect(table(heads, [row], heads.slice(1), { columns: 80 })).toBe(
      [
        "                                            - By   = Still",
        "Currency   Opening  + New  - Transferred  others  negative  Difference",
        "GBP       1,121.60  36.99       1,078.05    0.00     80.54        0.00",
        "",
      ].join("\n"),
    );
  });

  it("writes a row's cells below each other where its numbers alone are too wide", () => {
    const heads = ["Currency", "Opening", "Transferred", "Applied", "By others", "Closing"];
    const sums = ["GBP", ...Array.from({ length: 5 }, () => "1,234,567,890.00")];
    const text = table(heads, [sums, sums], heads.slice(1), { columns: 80 });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "Currency     GBP",
      "  Opening      1,234,567,890.00",
      "  Transferred  1,234,567,890.00",
    ]);
  });

  it("is as wide as it comes where it goes to a file", () => {
    expect(at(undefined)[1]).toContain("The accounting period is closed.");
    expect(at(undefined)[1]).toContain(id);
  });
});

it("words are never broken where a text is wrapped", () => {
  const text = `What is said of ${"x".repeat(50)} and of nothing else, in a few words more than fit one line of eighty.`;
  const lines = wrapped(text, "  ", { columns: 80 }).trimEnd().split("\n");
  expect(lines.every((line) => line.length <= 80 && line.startsWith("  "))).toBe(true);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(text);
});

it("what is wider than the terminal goes on further in, between words; a word that is wider stays one", () => {
  const long = `  says ${"word ".repeat(20)}https://example.test/${"x".repeat(80)}`;
  const lines = fitted(`short\n${long}\n`, { columns: 80 }).split("\n");
  expect(lines[0]).toBe("short");
  expect(lines.slice(1, 3).every((line) => line.length <= 80)).toBe(true);
  expect(lines.slice(2, 4).every((line) => line.startsWith("    "))).toBe(true);
  expect(lines.join(" ").replaceAll(/\s+/g, " ")).toBe(`short ${long.replaceAll(/\s+/g, " ").trim()} `);
  expect(fitted(long, {})).toBe(long);
});

it("colour is only where there is some", () => {
  expect(paint(plain, "bad", "x")).toBe("x");
  expect(paint({ hasColour: true }, "bad", "x")).toContain("\u001b[31m");
});

it("an audit line on a terminal says what was done to whom, and leaves the rest to files", () => {
  const entry = {
    time: "t",
    system: "prod",
    caller: "arn",
    command: "c",
    action: "dead letter dropped",
    code: "X",
    accountId: "8ad09b2186b3d1a20186b3f0c8d41234",
    reason: "somebody settled it by hand",
    body: "{}",
  };
  expect(auditText(entry)).toBe(
    "· dead letter dropped, code X, accountId 8ad09b2…d41234, reason somebody settled it by hand",
  );
});
