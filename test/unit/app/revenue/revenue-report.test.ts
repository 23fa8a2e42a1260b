import { describe, expect, it } from "vitest";
import { revenueLines } from "../../../../functions/app/records/digest/revenue-lines.ts";
import type { ExplainedPair, ExplainedRevenue } from "../../../../functions/app/revenue/explain-revenue.ts";
import { byRun } from "../../../../functions/app/revenue/revenue-report.ts";
import { fromDecimal, zero } from "../../../../functions/domain/money.ts";
import { holdOf } from "../../../../functions/domain/revenue/mirrored-pair.ts";
import type { RevenueHoldReason } from "../../../../functions/domain/revenue/revenue-hold.ts";
import { billed, noon, october, pairOf } from "../../domain/revenue/fixtures.ts";

const pair = (amount: string) => ({ ...pairOf(amount), itemIds: { original: [], mirror: [] } });

const explained = (amount: string, about: Partial<ExplainedPair> = {}): ExplainedPair => ({
  pair: pair(amount),
  plan: { steps: [], holds: [] },
  earned: fromDecimal(amount),
  net: zero,
  left: [],
  ...about,
});

const left = [{ chargeId: "charge-1", period: "Open-Ended", sum: fromDecimal("7") }];

const held = (amount: string, reason: RevenueHoldReason): ExplainedPair =>
  explained(amount, { plan: { steps: [], holds: [holdOf(pair(amount), reason, left)] }, left });

const due = (amount: string): ExplainedPair => {
  const step = { schedule: { number: "RS1", chargeId: "charge-1" }, period: october, amount: fromDecimal(amount) };
  return explained(amount, { plan: { steps: [{ ...step, distributeOn: "2026-10-20" }], holds: [] }, left });
};

const account = (...pairs: readonly ExplainedPair[]): ExplainedRevenue => ({
  accountNumber: "A1",
  heldAccount: undefined,
  pairs,
  holds: pairs.flatMap(({ plan }) => plan.holds),
});

const runs = (...accounts: readonly ExplainedRevenue[]) =>
  byRun(accounts).map(({ earned, net, ...run }) => ({ ...run, earned: earned.toFixed(), net: net.toFixed() }));

describe("the revenue of a run", () => {
  it("adds up what netted, and tells apart what waits, is held, or was a rule's doing", () => {
    const two = account(explained("25.10"), explained("0.05"));
    const others = account(due("7"), held("8", "revenue-schedule-awaited"), held("9", "revenue-not-mirrored"));
    const byRule = account(explained("3", { left }));
    expect(runs(two, others, byRule)).toEqual([
      {
        runId: "zcs-0mwrun1",
        currency: "USD",
        pairs: 6,
        netted: 2,
        earned: "25.15",
        net: "0",
        waiting: 2,
        held: { "revenue-not-mirrored": 1 },
        byRule: 1,
        oldestPostedAt: noon("2026-10-01"),
      },
    ]);
  });

  it("counts what could be a pair and is for people, and what the account's own rules hold", () => {
    const undecided = { ...account(), holds: [holdOf(pair("5"), "revenue-original-paid", [])] };
    const denied = { ...account(due("6")), heldAccount: "account-not-active" as const };
    expect(runs(undecided, denied)).toMatchObject([
      { pairs: 2, netted: 0, waiting: 0, held: { "revenue-original-paid": 1, "account-not-active": 1 } },
    ]);
  });

  it("is told by currency, the newest run first, with the oldest that is not done", () => {
    const in_ = (runId: string, currency: string, postedAt: string): ExplainedPair => {
      const mirror = billed("INV2", "-7", { currency, postedAt: noon(postedAt) });
      return { ...due("7"), pair: { ...pair("7"), runId, original: billed("INV1", "7", { currency }), mirror } };
    };
    const all = account(
      in_("zcs-1", "USD", "2026-10-03"),
      in_("zcs-1", "USD", "2026-10-02"),
      in_("zcs-1", "EUR", "2026-10-04"),
      in_("zcs-2", "USD", "2026-10-05"),
    );
    expect(runs(all).map(({ runId, currency, oldestPostedAt }) => [runId, currency, oldestPostedAt])).toEqual([
      ["zcs-2", "USD", noon("2026-10-05")],
      ["zcs-1", "USD", noon("2026-10-02")],
      ["zcs-1", "EUR", noon("2026-10-04")],
    ]);
  });
});

describe("the digest's lines about revenue", () => {
  const report = (accounts: readonly ExplainedRevenue[], about: object = {}) => ({
    notLookedAt: undefined,
    runs: byRun(accounts),
    unreadable: 0,
    looked: 1,
    of: 1,
    ...about,
  });
  const now = noon("2026-10-04");

  it("tell per run and currency what netted, what waits, what is held and why, and since when", () => {
    expect(revenueLines(report([account(explained("25"), due("7"), held("9", "revenue-not-mirrored"))]), now)).toEqual([
      "zcs-0mwrun1: 1 of 3 pairs netted, 25.00 USD earned, net 0.00; 1 waiting; 1 held (revenue-not-mirrored); the oldest posted 3 days ago",
    ]);
  });

  it("say what was not looked at, and why", () => {
    expect(revenueLines(report([], { notLookedAt: "no Zuora Finance" }), now)).toEqual([
      "Not looked at: no Zuora Finance",
    ]);
    expect(revenueLines(report([], { unreadable: 1, looked: 500, of: 501 }), now)).toEqual([
      "No pair was settled.",
      "1 account could not be read",
      "Only 500 of 501 accounts were looked at.",
    ]);
  });
});
