import { describe, expect, it } from "vitest";
import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { fromDecimal } from "../../../functions/domain/money.ts";
import { deadLettersFrom } from "../../local/dead-letter.ts";
import { exitStatusOf } from "../../local/exit-status.ts";
import { outcomeIn } from "../../local/outcome-line.ts";
import { renderReport } from "../../local/print.ts";
import { buildReport, type RunFacts } from "../../local/report.ts";

const line = (accountId: string, more: Partial<AccountOutcomeLine> = {}): AccountOutcomeLine => ({
  runId: "zcs-1",
  accountId,
  outcome: "no-op",
  dryRun: false,
  currency: "GBP",
  transferred: "0",
  applied: "0",
  leftAsCredit: "0",
  holds: [],
  ...more,
});

const settled = (accountId: string, more: Partial<AccountOutcomeLine> = {}) =>
  line(accountId, { outcome: "settled", transferred: "10", applied: "4", leftAsCredit: "6", ...more });

const held = (accountId: string, more: Partial<AccountOutcomeLine> = {}) =>
  line(accountId, { outcome: "held", holds: [{ reason: "future-dated", invoiceNumber: "INV1" }], ...more });

const dead = (accountId: string) => ({ accountId, code: "ZUORA_REJECTED", message: "no" });

const report = (facts: Partial<RunFacts>) =>
  buildReport({
    mode: "credit-balance",
    scan: { runId: "zcs-1", dryRun: false, negativeInvoices: 3, accounts: 2, enqueued: 2 },
    durationMs: 1234.5,
    lines: [],
    runAdjustments: undefined,
    pending: [],
    deadLetters: [],
    zuora: { requests: 9, writes: 2, throttled: 1, maxInFlight: 4 },
    ...facts,
  });

describe("the report", () => {
  it("has exactly the fixed fields", () => {
    expect(report({ lines: [settled("a"), held("b")], deadLetters: [dead("c")] })).toEqual({
      runId: "zcs-1",
      mode: "credit-balance",
      dryRun: false,
      durationMs: 1235,
      scan: { negativeInvoices: 3, accounts: 2, enqueued: 2 },
      outcomes: { settled: 1, noOp: 0, held: 1, deadLettered: 1, pending: 0 },
      totals: [{ currency: "GBP", transferred: "10.00", applied: "4.00", leftAsCredit: "6.00" }],
      held: [{ accountId: "b", invoiceNumber: "INV1", reason: "future-dated" }],
      deadLetters: [{ accountId: "c", code: "ZUORA_REJECTED", message: "no" }],
      zuora: { requests: 9, writes: 2, throttled: 1, maxInFlight: 4 },
    });
  });

  it.each([
    [
      "dead-lettered before anything else",
      { lines: [held("a")], pending: ["a"], deadLetters: [dead("a")] },
      "deadLettered",
    ],
    ["pending before held", { lines: [held("a")], pending: ["a"] }, "pending"],
    ["pending though nothing was heard of it", { pending: ["a"] }, "pending"],
    ["held though money moved", { lines: [held("a", { transferred: "1" })] }, "held"],
    ["settled", { lines: [settled("a")] }, "settled"],
    ["settled by an earlier delivery", { lines: [settled("a"), line("a")] }, "settled"],
    [
      "settled by a delivery that could not finish",
      { lines: [line("a", { outcome: "waiting", applied: "1" }), line("a")] },
      "settled",
    ],
    ["no longer held when the last delivery says so", { lines: [held("a"), line("a")] }, "noOp"],
    ["without anything to do", { lines: [line("a")] }, "noOp"],
  ])("counts an account once: %s", (_, facts, outcome) => {
    const none = { settled: 0, noOp: 0, held: 0, deadLettered: 0, pending: 0 };
    expect(report(facts).outcomes).toEqual({ ...none, [outcome]: 1 });
  });

  it("sums what Zuora's records say, and not what a lost invocation could not tell", () => {
    const runAdjustments = [
      { accountId: "a", type: "Increase", amount: fromDecimal("0.1") },
      { accountId: "a", type: "Increase", amount: fromDecimal("0.2") },
      { accountId: "b", type: "Decrease", amount: fromDecimal("7") },
    ] as const;
    const lines = [settled("a"), line("b", { currency: "JPY" })];
    expect(report({ lines, runAdjustments }).totals).toEqual([
      { currency: "GBP", transferred: "0.30", applied: "0.00", leftAsCredit: "6.00" },
      { currency: "JPY", transferred: "0", applied: "7", leftAsCredit: "0" },
    ]);
  });

  it("counts an account as settled where only Zuora's records tell of a lost invocation's adjustment", () => {
    const runAdjustments = [{ accountId: "a", type: "Increase", amount: fromDecimal("3") }] as const;
    expect(report({ lines: [line("a"), line("b")], runAdjustments }).outcomes).toMatchObject({ settled: 1, noOp: 1 });
  });

  it("without Zuora's records sums every delivery of an account, and takes its credit from the last", () => {
    const again = line("a", { transferred: "0", applied: "2.005", leftAsCredit: "3.995" });
    expect(report({ lines: [settled("a"), again] }).totals).toEqual([
      { currency: "GBP", transferred: "10.00", applied: "6.005", leftAsCredit: "3.995" },
    ]);
  });

  it("in a dry run counts once what every delivery plans again", () => {
    const planned = settled("a", { dryRun: true });
    expect(report({ lines: [planned, planned] }).totals).toMatchObject([{ transferred: "10.00", applied: "4.00" }]);
  });

  it("shows no currency for an account that told none and moved nothing", () => {
    const { currency: _, leftAsCredit: __, ...silent } = line("a");
    expect(report({ lines: [silent] }).totals).toEqual([]);
  });

  it("reads outcomes from the functions' log and nothing else", () => {
    const entry = { level: "INFO", message: "account outcome", ...settled("a") };
    expect(outcomeIn(JSON.stringify(entry))).toMatchObject({ accountId: "a", outcome: "settled" });
    expect(outcomeIn('{"message":"adjustment created","note":"account outcome"}')).toBeUndefined();
    expect(outcomeIn("account outcome: not JSON")).toBeUndefined();
  });
});

describe("dead letters", () => {
  const message = (body: string, attributes: Record<string, string> = {}) => ({
    body,
    messageGroupId: "group",
    attributes,
  });

  it("of one account are one problem, told by the last", () => {
    const body = '{"version":1,"accountId":"a","runId":"zcs-1"}';
    const letters = ["BAD_MESSAGE", "ZUORA_REJECTED"].map((errorCode) =>
      message(body, { errorCode, errorMessage: "no" }),
    );
    expect(deadLettersFrom(letters)).toEqual([{ accountId: "a", code: "ZUORA_REJECTED", message: "no" }]);
  });

  it("that SQS set aside have no code", () => {
    expect(deadLettersFrom([message('{"accountId":"a"}')])).toMatchObject([{ accountId: "a", code: "UNKNOWN" }]);
  });

  it.each(["not JSON", "{}", "null", '{"accountId":7}'])("whose body is %s are known by their group", (body) => {
    expect(deadLettersFrom([message(body)])).toMatchObject([{ accountId: "group" }]);
  });
});

describe("the exit status", () => {
  const outcomes = { settled: 1, noOp: 1, held: 1, deadLettered: 0, pending: 0 };

  it.each([
    [0, "all is done, held accounts included", outcomes, true],
    [1, "something was dead-lettered", { ...outcomes, deadLettered: 1 }, true],
    [3, "the queue was not drained", outcomes, false],
    [3, "it was not drained, whatever was dead-lettered", { ...outcomes, deadLettered: 1 }, false],
    [3, "an account is pending", { ...outcomes, pending: 1 }, true],
  ])("is %i when %s", (status, _, counts, isDrained) => {
    expect(exitStatusOf({ outcomes: counts }, isDrained)).toBe(status);
  });
});

describe("the report for a person", () => {
  it("lines the amounts of each currency up, so that they add up, and says what became of whom", () => {
    const lines = [
      settled("a"),
      settled("b", { currency: "JPY", transferred: "123456", applied: "0", leftAsCredit: "123460" }),
    ];
    expect(renderReport(report({ lines, deadLetters: [dead("c")] }), true)).toBe(`
Currency  Opening credit  + Transferred  - Applied  = Left as credit
GBP                 0.00          10.00       4.00              6.00
JPY                    4         123456          0            123460

Dead-lettered (1)
  ZUORA_REJECTED (1)
    c: no

Zuora: 9 requests, 2 writes, 1 throttled, at most 4 in flight

Run zcs-1: 3 negative invoices, 2 accounts queued: 2 settled, 0 with nothing to do, 0 held, 1 dead-lettered; done in 1.2 s.
`);
  });

  it("groups what is held by reason, and counts what is too much to show", () => {
    const many = Array.from({ length: 23 }, (_, i) => held(`a${i}`));
    const text = renderReport(report({ lines: [held("b", { holds: [{ reason: "opted-out" }] }), ...many] }), true);
    expect(text).toContain("Held (24)\n  future-dated (23)\n    invoice INV1 of account a0\n");
    expect(text).toContain("a19\n    and 3 more\n  opted-out (1)\n    account b\n");
  });

  it.each([80, 100])("fits a terminal of %i columns without breaking an id or losing a word", (columns) => {
    const id = "8ad09b2186b3d1a20186b3f0c8d41234";
    const refused = {
      accountId: id,
      code: "ZUORA_REJECTED",
      message: `Zuora refused ${"what was asked for, ".repeat(9)}`,
    };
    const facts = { lines: [settled("a"), held(id), held("b", { holds: [{ reason: "opted-out" }] })] };
    const whole = report({ ...facts, deadLetters: [refused] });
    const text = renderReport(whole, true, { columns });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(text.split(/\s+/)).toEqual(renderReport(whole, true).split(/\s+/));
    expect(text).toContain(`    ${id}: Zuora refused`);
  });

  it("says that it was a dry run, and that it was not drained", () => {
    const scan = { runId: "zcs-1", dryRun: true, negativeInvoices: 1, accounts: 1, enqueued: 1 };
    const text = renderReport(report({ scan, lines: [settled("a")], pending: ["b"] }), false);
    expect(text).toContain("Would transfer");
    expect(text).toContain("Dry run zcs-1: 1 negative invoice, 1 account queued: 1 would be settled");
    expect(text).toContain("1 PENDING; NOT DRAINED in time");
  });
});
