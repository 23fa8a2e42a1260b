import { describe, expect, it } from "vitest";
import { type DigestFacts, writeDigest } from "../../../../functions/app/records/daily-digest.ts";
import type { Held } from "../../../../functions/app/records/left-to-people.ts";
import type { StrandedCredit } from "../../../../functions/app/records/ports.ts";
import { money } from "../../domain/fixtures.ts";

const now = Date.parse("2026-03-16T04:00:00Z");
const dayMs = 24 * 3_600_000;

const nothing: DigestFacts = {
  report: { since: now - dayMs, lines: [], adjustments: [], notOurs: [], balances: true },
  left: { held: [], planned: 0, of: 0 },
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
});

const stranded = (accountNumber: string, amount: string, days?: number): StrandedCredit => ({
  accountId: "id",
  accountNumber,
  currency: "GBP",
  amount: money(amount),
  since: days === undefined ? undefined : now - days * dayMs,
});

const line = (currency: string, transferred: string, applied: string, stillNegative: string) => ({
  currency,
  opening: money("0"),
  billed: money("0"),
  transferred: money(transferred),
  applied: money(applied),
  stillNegative: money(stillNegative),
  difference: money("0"),
});

const bodyOf = (facts: Partial<DigestFacts>): string => writeDigest({ ...nothing, ...facts }).body;

describe("a digest tells", () => {
  it("what was settled, per currency with the currency's own places", () => {
    const lines = [line("GBP", "12.5", "8", "1.25"), line("JPY", "300", "0", "0")];
    const body = bodyOf({ report: { ...nothing.report, lines } });
    expect(body).toContain("GBP: 12.50 transferred to credit, 8.00 applied to invoices, 1.25 still negative");
    expect(body).toContain("JPY: 300 transferred");
  });

  it("what is held, by reason, the most frequent first, with its money", () => {
    const all = [held("opted-out", "1"), held("future-dated", "2"), held("future-dated", "3", "EUR")];
    const body = bodyOf({ left: { held: all, planned: 3, of: 3 } });
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
    expect(bodyOf({ left: { held: [], planned: 2_000, of: 9_000 } })).toContain("Only the first 2000 of 9000 accounts");
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
