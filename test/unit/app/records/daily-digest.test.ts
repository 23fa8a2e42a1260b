import { describe, expect, it } from "vitest";
import { type DigestFacts, writeDigest } from "../../../../functions/app/records/daily-digest.ts";
import type { Held } from "../../../../functions/app/records/left-to-people.ts";
import type { NegativePart } from "../../../../functions/app/records/negatives-accounted-for.ts";
import type { StrandedCredit } from "../../../../functions/app/records/ports.ts";
import type { ReportedAdjustment } from "../../../../functions/app/records/report/report.ts";
import { money } from "../../domain/fixtures.ts";

const now = Date.parse("2026-03-16T04:00:00Z");
const dayMs = 24 * 3_600_000;

const nothing: DigestFacts = {
  report: { since: now - dayMs, lines: [], credit: [], adjustments: [], notOurs: [], invoices: [], balances: true },
  left: { held: [], negative: [], idle: [], unreadable: 0, planned: 0, of: 0 },
  stranded: [],
  deadLetters: 0,
  now,
};

const held = (reason: Held["reason"], amount: string, currency = "GBP"): Held => ({
  reason,
  accountId: "id",
  accountNumber: "A1",
  invoiceNumber: "INV1",
  currency,
  amount: money(amount),
  postedAt: now - dayMs,
  dueDate: "2026-03-20",
});

const stranded = (accountNumber: string, amount: string, days?: number): StrandedCredit => ({
  accountId: "id",
  accountNumber,
  currency: "GBP",
  amount: money(amount),
  since: days === undefined ? undefined : now - days * dayMs,
});

const line = (currency: string, transferred: string, stillNegative: string) => ({
  currency,
  opening: money("0"),
  billed: money("0"),
  transferred: money(transferred),
  byOthers: money("0"),
  stillNegative: money(stillNegative),
  difference: money("0"),
});

const creditLine = (currency: string, transferred: string, applied: string) => ({
  currency,
  opening: money("0"),
  unrecorded: money("0"),
  transferred: money(transferred),
  applied: money(applied),
  byOthers: money("0"),
  closing: money("0"),
  difference: money("0"),
});

const bodyOf = (facts: Partial<DigestFacts>): string => writeDigest({ ...nothing, ...facts }).body;

describe("a digest tells", () => {
  const part = (explanation: NegativePart["explanation"], amount: string, days: number): NegativePart => ({
    explanation,
    currency: "GBP",
    invoices: 3,
    amount: money(amount),
    oldestPostedAt: now - days * dayMs,
  });
  const left = (facts: Partial<DigestFacts["left"]>) => ({ left: { ...nothing.left, ...facts } });

  it("what is owed and was not settled, and for how long: it never says that all is well when nothing works", () => {
    const facts = left({ negative: [part("waiting", "50000", 4), part("held", "7", 40)] });
    expect(bodyOf(facts)).toContain(
      "3 negative invoices (50000.00 GBP) waiting to be settled, the oldest posted 4 days ago",
    );
    expect(bodyOf(facts)).toContain(
      "3 negative invoices (7.00 GBP) held, as told below, the oldest posted 40 days ago",
    );
    expect(writeDigest({ ...nothing, ...facts }).subject).toContain("needs attention");
  });

  it("what may wait, which needs nobody: what was posted lately, and what is held", () => {
    const facts = left({ negative: [part("waiting", "5", 0.5), part("held", "7", 40)] });
    expect(bodyOf(facts)).toContain("waiting to be settled, the oldest posted 12 hours ago");
    expect(writeDigest({ ...nothing, ...facts }).subject).not.toContain("needs attention");
  });

  it("credit that should have been applied, and accounts that could not be read", () => {
    const idle = { accountId: "id", currency: "GBP", amount: money("9"), postedAt: now - 3 * dayMs };
    expect(bodyOf(left({ idle: [idle] }))).toContain(
      "1 accounts with credit to apply (9.00 GBP), the oldest posted 3 days ago",
    );
    expect(bodyOf(left({ unreadable: 2 }))).toContain("2 accounts could not be read");
    for (const facts of [
      left({ idle: [idle] }),
      left({ unreadable: 2 }),
      left({ idle: [{ ...idle, postedAt: undefined }] }),
    ]) {
      expect(writeDigest({ ...nothing, ...facts }).subject).toContain("needs attention");
    }
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
    const adjustments = [adjustment("Processed", now - 1), adjustment("Canceled", now - 1), adjustment("Canceled", 0)];
    const report = { ...nothing.report, adjustments };
    expect(writeDigest({ ...nothing, report }).subject).toContain(": 1 accounts settled");
    expect(bodyOf({ report })).toContain("2 adjustments of ours were undone (8.00 GBP)");
  });

  it("what was settled, per currency with the currency's own places", () => {
    const lines = [line("GBP", "12.5", "1.25"), line("JPY", "300", "0")];
    const credit = [creditLine("GBP", "12.5", "8")];
    const body = bodyOf({ report: { ...nothing.report, lines, credit } });
    expect(body).toContain("GBP: 12.50 transferred to credit, 8.00 applied to invoices");
    expect(body).toContain("JPY: 300 transferred");
  });

  it("what is held, by reason, the most frequent first, with its money", () => {
    const all = [held("opted-out", "1"), held("future-dated", "2"), held("future-dated", "3", "EUR")];
    const body = bodyOf({ left: { ...nothing.left, held: all, planned: 3, of: 3 } });
    expect(body).toMatch(/future-dated: 2 \(3\.00 EUR, 2\.00 GBP\)\n {2}opted-out: 1 \(1\.00 GBP\)/);
  });

  it("whose credit is stranded, how much, and for how long", () => {
    const body = bodyOf({ stranded: [stranded("A1", "20", 45), stranded("A2", "5")] });
    expect(body).toContain("2 accounts (25.00 GBP)");
    expect(body).toContain("A1: 20.00 GBP, for 45 days");
    expect(body).toContain("A2: 5.00 GBP, of unknown age");
  });

  it("that nothing happened, where nothing did", () => {
    for (const text of ["Nothing was moved.", "It balances", "Nothing.", "None."]) expect(bodyOf({})).toContain(text);
  });

  it("that only a part was looked at, where the tenant is too large", () => {
    expect(bodyOf({ left: { ...nothing.left, planned: 2_000, of: 9_000 } })).toContain(
      "Only the first 2000 of 9000 accounts",
    );
  });
});

describe("the subject", () => {
  it("is short ASCII, as SNS demands", () => {
    const { subject } = writeDigest(nothing);
    expect(subject).toBe("Credit sweep 2026-03-16: 0 accounts settled");
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  it.each<[string, Partial<DigestFacts>]>([
    ["something failed", { deadLetters: 1 }],
    ["it does not balance", { report: { ...nothing.report, balances: false } }],
  ])("asks for attention where %s", (_name, facts) => {
    expect(writeDigest({ ...nothing, ...facts }).subject).toContain("needs attention");
  });
});

it("stays short, however many accounts are stranded", () => {
  const many = Array.from({ length: 5_000 }, (_, index) => stranded(`A${index}`, "1", 1));
  const body = bodyOf({ stranded: many });
  expect(body.split("\n").length).toBeLessThan(60);
  expect(body).toContain("and 4980 more");
});
