import { describe, expect, it } from "vitest";
import type { DigestFacts, FailedAccount } from "../../../../../functions/app/records/digest/digest-facts.ts";
import { writeDigest, writeUnreadable } from "../../../../../functions/app/records/digest/digest-text.ts";
import type { Held } from "../../../../../functions/app/records/held.ts";
import type { LeftToPeople } from "../../../../../functions/app/records/left-to-people.ts";
import type { NegativePart } from "../../../../../functions/app/records/negatives-accounted-for.ts";
import type { StrandedCredit } from "../../../../../functions/app/records/ports.ts";
import type { WholeReport } from "../../../../../functions/app/records/report/read-report.ts";
import type { Report, ReportedAdjustment } from "../../../../../functions/app/records/report/report.ts";
import { ConfigError, ZuoraAccessError } from "../../../../../functions/domain/errors.ts";
import { money } from "../../../domain/fixtures.ts";

const now = Date.parse("2026-03-16T04:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const since = Date.parse("2026-03-15T00:00:00Z");

const emptyReport: Report = {
  since,
  until: since + dayMs,
  lines: [],
  credit: [],
  creditAccounts: new Set(),
  adjustments: [],
  notOurs: [],
  invoices: [],
  balances: true,
};

const nobody: LeftToPeople = {
  held: [],
  negative: [],
  countsCreditMemos: false,
  pending: [],
  idle: [],
  unreadable: 0,
  planned: 0,
  of: 0,
};

const quiet: WholeReport = {
  report: emptyReport,
  days: [],
  waits: [],
  charged: { found: [], spared: [] },
  left: nobody,
  stranded: [],
  ageing: [],
  now,
};

const well: DigestFacts = {
  day: "2026-03-15",
  timeZone: "UTC",
  whole: quiet,
  mayBeCharged: [],
  failed: [],
  position: "on",
  lastScanAt: now - hourMs,
  refusedScans: [],
  reports: [{ of: "2026-03-15", kept: { place: "https://console.example.invalid/days/2026-03-15/" } }],
};

const left = (facts: Partial<LeftToPeople>): Partial<DigestFacts> => ({
  whole: { ...quiet, left: { ...nobody, ...facts } },
});

const reported = (facts: Partial<Report>): Partial<DigestFacts> => ({
  whole: { ...quiet, report: { ...emptyReport, ...facts } },
});

const part = (explanation: NegativePart["explanation"], amount: string, hours: number): NegativePart => ({
  explanation,
  currency: "GBP",
  invoices: 3,
  amount: money(amount),
  oldestPostedAt: now - hours * hourMs,
});

const held = (reason: Held["reason"], amount: string, currency = "GBP", accountNumber = "A1"): Held => ({
  reason,
  accountId: "id",
  accountNumber,
  invoiceId: "invoice",
  invoiceNumber: "INV1",
  currency,
  amount: money(amount),
  postedAt: now - dayMs,
  dueDate: "2026-03-20",
});

const failed = (account: string, code: string, zuoraCode?: string): FailedAccount => ({
  accountId: `id of ${account}`,
  account,
  code,
  zuoraCode,
  runId: undefined,
  since: now - 19 * hourMs,
});

const stranded = (accountNumber: string, amount: string, days?: number): StrandedCredit => ({
  accountId: "id",
  accountNumber,
  currency: "GBP",
  amount: money(amount),
  since: days === undefined ? undefined : now - days * dayMs,
});

const digest = (facts: Partial<DigestFacts> = {}) => writeDigest({ ...well, ...facts });
const bodyOf = (facts: Partial<DigestFacts> = {}): string => digest(facts).body;
const firstLine = (facts: Partial<DigestFacts> = {}): string => bodyOf(facts).split("\n")[0] ?? "";

describe("the first line", () => {
  it("says that all is well where it is, and what the rules leave to people", () => {
    expect(firstLine()).toBe("All is well: nothing is owed on a negative invoice that should have been settled.");
    expect(firstLine(left({ negative: [part("held", "7", 40 * 24), part("waiting", "5", 1)] }))).toBe(
      "All is well: everything is settled but 3 negative invoices (7.00 GBP) that your rules leave to people, the oldest posted 40 days ago.",
    );
    expect(digest().subject).toBe("Credit sweep 2026-03-15: all is well");
  });

  const idle = { accountId: "id", currency: "GBP", amount: money("9"), postedAt: now - 3 * dayMs };

  it.each<[string, Partial<DigestFacts>, string]>([
    ["an account failed", { failed: [failed("A1", "NOT_CONVERGED")] }, "1 account failed (NOT_CONVERGED)"],
    [
      "invoices wait for longer than settling takes, if only since the morning",
      left({ negative: [part("waiting", "50", 3)] }),
      "3 negative invoices should have been settled by now",
    ],
    [
      "nothing says why an invoice is negative",
      left({ negative: [part("unexplained", "50", 0.1)] }),
      "3 negative invoices not settled, and nothing says why",
    ],
    ["credit waits", left({ idle: [idle] }), "credit of 1 account should have been applied by now"],
    [
      "credit waits since nobody knows when",
      left({ idle: [{ ...idle, postedAt: undefined }] }),
      "credit of 1 account should have been applied by now",
    ],
    ["accounts cannot be read", left({ unreadable: 2 }), "2 accounts could not be read"],
    ["only a part was looked at", left({ planned: 2_000, of: 9_000 }), "only 2000 of 9000 accounts were looked at"],
    ["the switch is off", { position: "off" }, "the switch is off, so nothing is settled"],
    ["nothing is written", { position: "dry-run" }, "the switch is dry-run, so nothing is settled"],
    ["scans have stopped", { lastScanAt: now - 5 * hourMs }, "no scan has completed for 5 hours"],
    ["no scan ever ran", { lastScanAt: undefined }, "no scan has completed yet"],
    ["a scan was refused", { refusedScans: [9] }, "a scan of 9 accounts waits for a person's approval"],
    [
      "a report is not there",
      { reports: [{ of: "2026-02", kept: { failed: "AccessDenied" } }] },
      "the report of 2026-02 could not be kept",
    ],
  ])("calls the engineer where %s", (_name, facts, says) => {
    expect(firstLine(facts)).toBe(`Needs the engineer on call: ${says}.`);
    expect(digest(facts).subject).toBe("Credit sweep 2026-03-15: needs engineer on call");
  });

  it("calls finance where the day does not balance, somebody may have been charged, or a period is closed", () => {
    expect(firstLine(reported({ balances: false }))).toBe("Needs finance: the day does not balance.");
    const charged = { mayBeCharged: [{ paymentRun: "PR-1", account: "A1" }] };
    expect(firstLine(charged)).toBe(
      "Needs finance: 1 account may have been charged although the customer was owed money.",
    );
    const closed = { failed: [failed("A1", "ZUORA_REJECTED", "ACCOUNTING_PERIOD_CLOSED")] };
    expect(firstLine(closed)).toBe("Needs finance: 1 account failed (ACCOUNTING_PERIOD_CLOSED).");
  });

  it("is one line, however many are called, and its subject is short ASCII, as SNS demands", () => {
    const failures = ["ZUORA_ACCESS", "OUT_OF_TIME", "UNKNOWN"].map((code) => failed("A1", code));
    const all = { ...reported({ balances: false }), failed: failures };
    expect(firstLine(all)).toBe(
      "Needs the engineer on call: 2 accounts failed (OUT_OF_TIME, UNKNOWN). Needs the Zuora admin: 1 account failed (ZUORA_ACCESS). Needs finance: the day does not balance.",
    );
    expect(digest(all).subject).toBe("Credit sweep 2026-03-15: needs engineer on call, Zuora admin, finance");
    expect(digest(all).subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  it("says that nothing is known where nothing could be read, and who can mend it", () => {
    const { subject, body } = writeUnreadable("2026-03-15", new ZuoraAccessError("no", { zuoraCode: "90000011" }));
    expect(subject).toBe("Credit sweep 2026-03-15: needs Zuora admin");
    expect(body).toMatch(
      /^Needs the Zuora admin: nothing could be read of how the system is \(ZUORA_ACCESS 90000011\)\.\n/,
    );
    expect(body).toContain("\n  no\n");
    expect(writeUnreadable("2026-03-15", new ConfigError("no")).body).toMatch(
      /^Needs the engineer on call: .*BAD_CONFIG/,
    );
  });
});

describe("a digest tells", () => {
  it("what is owed and was not settled, and for how long", () => {
    const facts = left({ negative: [part("waiting", "50000", 4 * 24), part("held", "7", 40 * 24)] });
    expect(bodyOf(facts)).toContain(
      "3 negative invoices (50000.00 GBP) waiting to be settled, the oldest posted 4 days ago",
    );
    expect(bodyOf(facts)).toContain(
      "3 negative invoices (7.00 GBP) held, as told below, the oldest posted 40 days ago",
    );
  });

  it("credit that should have been applied", () => {
    const idle = { accountId: "id", currency: "GBP", amount: money("9"), postedAt: now - 3 * dayMs };
    expect(bodyOf(left({ idle: [idle] }))).toContain(
      "1 account with credit to apply (9.00 GBP), the oldest posted 3 days ago",
    );
  });

  it("what was undone, which is not what was settled", () => {
    const adjustment = (status: "Processed" | "Canceled", createdAt: number): ReportedAdjustment => ({
      id: `${status} ${createdAt}`,
      number: "CBA-1",
      accountId: `of ${status} ${createdAt}`,
      accountNumber: "A1",
      invoice: { id: "invoice", number: "INV1" },
      type: "Increase",
      amount: money("4"),
      currency: "GBP",
      status,
      reference: "zcs-0mb0abc12345",
      comment: undefined,
      createdAt,
      updatedAt: now,
    });
    const adjustments = [
      adjustment("Processed", since + 1),
      adjustment("Canceled", since + 1),
      adjustment("Canceled", 0),
    ];
    const body = bodyOf(reported({ adjustments, lines: [line("GBP", "4")] }));
    expect(body).toContain("  1 account\n  GBP: 4.00 transferred to credit");
    expect(body).toContain("2 adjustments of ours undone (8.00 GBP)");
  });

  it("what was settled, per currency with the currency's own places", () => {
    const lines = [line("GBP", "12.5"), line("JPY", "300")];
    const body = bodyOf(reported({ lines, credit: [creditLine("GBP", "8")] }));
    expect(body).toContain("GBP: 12.50 transferred to credit, 8.00 applied to invoices");
    expect(body).toContain("JPY: 300 transferred");
  });

  it("what is held, by reason, the most frequent first, with its money, its age, who acts, and whose it is", () => {
    const all = [
      held("opted-out", "1"),
      held("future-dated", "2", "GBP", "A2"),
      held("future-dated", "3", "EUR", "A3"),
    ];
    expect(bodyOf(left({ held: all, planned: 3, of: 3 }))).toContain(`
  future-dated: 2 (3.00 EUR, 2.00 GBP), the oldest posted 24 hours ago; nobody has to act
    A2, A3
  opted-out: 1 (1.00 GBP), the oldest posted 24 hours ago; for billing
    A1
`);
  });

  it("what failed, by code, for how long, and whose it is", () => {
    const all = [failed("A1", "ZUORA_REJECTED", "INVALID_VALUE"), failed("A2", "ZUORA_REJECTED", "INVALID_VALUE")];
    expect(bodyOf({ failed: all })).toContain(`
  ZUORA_REJECTED INVALID_VALUE: 2 accounts, the oldest for 19 hours
    A1, A2
`);
  });

  it("whom a payment run may have charged", () => {
    expect(bodyOf({ mayBeCharged: [{ paymentRun: "PR-1", account: "A1" }] })).toContain("  PR-1: A1\n");
  });

  it("whose credit is stranded, how much, and for how long", () => {
    const body = bodyOf({ whole: { ...quiet, stranded: [stranded("A1", "20", 45), stranded("A2", "5")] } });
    expect(body).toContain("2 accounts (25.00 GBP)");
    expect(body).toContain("A1: 20.00 GBP, for 45 days");
    expect(body).toContain("A2: 5.00 GBP, of unknown age");
  });

  it("that nothing happened, where nothing did", () => {
    for (const text of ["Nothing was moved.", "It balances", "Nothing.", "None."]) expect(bodyOf()).toContain(text);
  });

  it("where its reports are, or why they are not", () => {
    expect(bodyOf()).toContain("2026-03-15: https://console.example.invalid/days/2026-03-15/");
    expect(bodyOf({ reports: [{ of: "2026-02", kept: { failed: "AccessDenied" } }] })).toContain(
      "2026-02: not kept (AccessDenied)",
    );
  });

  it("no more accounts than somebody reads, however many there are", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `A${index}`);
    const body = bodyOf({
      failed: many.map((account) => failed(account, "UNKNOWN")),
      whole: {
        ...quiet,
        left: { ...nobody, held: many.map((account) => held("opted-out", "1", "GBP", account)) },
        stranded: many.map((account) => stranded(account, "1", 1)),
      },
    });
    expect(body.length).toBeLessThan(4_000);
    expect(body.match(/and 4980 more/g)).toHaveLength(3);
  });
});

const line = (currency: string, transferred: string) => ({
  currency,
  opening: money("0"),
  billed: money("0"),
  transferred: money(transferred),
  byOthers: money("0"),
  stillNegative: money("0"),
  difference: money("0"),
});

const creditLine = (currency: string, applied: string) => ({
  currency,
  opening: money("0"),
  unrecorded: money("0"),
  transferred: money("0"),
  applied: money(applied),
  byOthers: money("0"),
  closing: money("0"),
  difference: money("0"),
});
