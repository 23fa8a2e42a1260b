import { describe, expect, it } from "vitest";
import type { ExplainedInvoice } from "../../../../functions/app/records/negatives-accounted-for.ts";
import type { Status } from "../../../../functions/app/status.ts";
import { fromDecimal } from "../../../../functions/domain/money.ts";
import { concernsOf } from "../../../../functions/ops/console/concerns.ts";

const now = Date.UTC(2026, 10, 24, 12);

const invoice = (explanation: ExplainedInvoice["explanation"]): ExplainedInvoice => ({
  accountId: "a1",
  accountNumber: "A1",
  invoiceId: "i1",
  invoiceNumber: "INV1",
  currency: "GBP",
  amount: fromDecimal("1.00"),
  postedAt: now,
  explanation,
  because: undefined,
});

const well: Status = {
  countsCreditMemos: false,
  position: "on",
  lastScanAt: now - 60_000,
  refusedScans: [],
  work: { visible: 0, hidden: 0 },
  deadLetters: { visible: 0, hidden: 0, problems: [] },
  revenue: undefined,
  negative: [invoice("held"), invoice("waiting")],
  chargingRuns: [],
  nextPaymentRun: { number: "PR-1", startsAt: now + 60_000, wouldCharge: [] },
};

const said = (status: Partial<Status>) => concernsOf({ ...well, ...status }, now).map(({ says }) => says);

describe("what somebody should look at", () => {
  it("is nothing where every negative invoice has its reason and scans come", () => {
    expect(concernsOf(well, now)).toEqual([]);
  });

  it.each<[string, Partial<Status>, string]>([
    ["an invoice that nobody settles", { negative: [invoice("unexplained")] }, "nobody's hands"],
    [
      "dead letters of the revenue pass",
      { revenue: { work: { visible: 3, hidden: 0 }, deadLetters: { visible: 1, hidden: 1 } } },
      "2 messages of the revenue pass set aside",
    ],
    ["dead letters, hidden ones too", { deadLetters: { visible: 0, hidden: 1, problems: [] } }, "1 message set aside"],
    ["what could not be read", { negative: [invoice("unread")] }, "1 negative invoice could not be read, or is"],
    [
      "who would be charged",
      { nextPaymentRun: { number: "P", startsAt: now, wouldCharge: ["a1"] } },
      "charge 1 account",
    ],
    ["a schedule that has stopped", { lastScanAt: now - 46 * 60_000 }, "46m ago"],
    ["that no scan ever completed", { lastScanAt: undefined }, "No scan has completed yet"],
    ["a switch that is off", { position: "off" }, "everything waits"],
    ["a switch on dry-run", { position: "dry-run" }, "nothing is written"],
  ])("is %s", (_, status, words) => {
    expect(said(status)).toEqual([expect.stringContaining(words)]);
  });

  it("is the worst first, each with a command to type", () => {
    const concerns = concernsOf({ ...well, position: "off", negative: [invoice("unexplained")] }, now);
    expect(concerns.map(({ tone, command }) => [tone, command?.[0]])).toEqual([
      ["bad", "doctor"],
      ["warn", "resume"],
    ]);
  });
});
