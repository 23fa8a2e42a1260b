import { describe, expect, it } from "vitest";
import { findAccounts, type Search } from "../../../../../functions/app/scan/find-accounts.ts";
import type { Candidates, NegativeInvoice, UnappliedMemo } from "../../../../../functions/app/scan/ports.ts";
import { money, policy } from "../../../domain/fixtures.ts";

type Row = UnappliedMemo & { readonly updatedAt: number };

const memo = (accountId: string, id = `CM-of-${accountId}`, facts: Partial<Row> = {}): Row => ({
  id,
  accountId,
  amount: money("30"),
  unapplied: money("10"),
  currency: "GBP",
  postedAt: Date.parse("2026-03-01T00:00:00Z"),
  updatedAt: 100,
  ...facts,
});

/** A tenant of memos, and of accounts that owe something with the instant when their invoice last changed. */
const tenant = (
  memos: readonly Row[],
  open: Readonly<Record<string, number>>,
  {
    isPart = false,
    negatives = [],
  }: { readonly isPart?: boolean; readonly negatives?: readonly NegativeInvoice[] } = {},
) => {
  const asked: string[] = [];
  const isWithin = (at: number, since = 0, before = Number.POSITIVE_INFINITY) => at >= since && at < before;
  const candidates: Candidates = {
    async *negativeInvoices() {
      yield* negatives;
    },
    async *accountsWithCredit() {},
    async *accountsOfOpenInvoices(since, before) {
      asked.push("open invoices");
      for (const [id, at] of Object.entries(open)) if (isWithin(at, since, before)) yield id;
    },
    creditMemos: {
      isPart,
      isOnlyCredit: true,
      async *unapplied(since, before) {
        yield* memos.filter(({ updatedAt }) => isWithin(updatedAt, since, before));
      },
      async *unappliedOf(ids) {
        asked.push(`memos of ${ids.join(" ")}`);
        yield* memos.filter(({ accountId }) => ids.includes(accountId));
      },
      owing: async (ids) => {
        asked.push(`owing ${ids.join(" ")}`);
        return new Set(ids.filter((id) => id in open));
      },
    },
  };
  const find = (search: Partial<Search> = {}) => findAccounts(candidates, { since: undefined, ...search });
  return { find, asked };
};

const accountsOf = async (found: ReturnType<ReturnType<typeof tenant>["find"]>) =>
  [...(await found).accounts].toSorted();

describe("a scan of everything", () => {
  it("finds accounts that have a memo with money left and owe something", async () => {
    const { find, asked } = tenant([memo("A"), memo("B"), memo("C")], { A: 1, C: 1, D: 1 });
    const found = await find();
    expect([...found.accounts]).toEqual(["A", "C"]);
    expect([found.creditMemos, found.amounts.get("GBP")?.toFixed()]).toEqual([2, "20"]);
    expect(asked).toEqual(["open invoices"]);
  });

  it("counts a memo once that paging brings twice", async () => {
    const { find } = tenant([memo("A", "CM"), memo("A", "CM")], { A: 1 });
    expect((await find()).amounts.get("GBP")?.toFixed()).toBe("10");
  });

  it("looks for no invoice where there is no memo", async () => {
    const { find, asked } = tenant([], { A: 1 });
    expect([await accountsOf(find()), asked]).toEqual([[], []]);
  });
});

describe("a scan of what changed", () => {
  const since = 1_000;

  it("finds a new memo of an account that has long owed something, and an old memo of one that owes something new", async () => {
    const { find } = tenant(
      [memo("NEW", "CM1", { updatedAt: 2_000 }), memo("OLD"), memo("IDLE"), memo("PAID", "CM4", { updatedAt: 2_000 })],
      { NEW: 1, OLD: 2_000, IDLE: 1 },
    );
    expect(await accountsOf(find({ since }))).toEqual(["NEW", "OLD"]);
  });

  it("of one posting alike", async () => {
    const { find, asked } = tenant([memo("A")], { A: 1 }, { isPart: true });
    expect(await accountsOf(find())).toEqual(["A"]);
    expect(asked).toEqual(["owing A", "open invoices", "memos of A"]);
  });
});

describe("what the policy never touches", () => {
  it.each<[string, Partial<Row>]>([
    ["is posted before it begins", { postedAt: Date.parse("2025-06-01T00:00:00Z") }],
    ["was below the minimum from the beginning", { amount: money("1.99") }],
    ["is in a currency that is not settled", { currency: "USD" }],
  ])("%s: found, and no business of the guard's", async (_what, facts) => {
    const { find } = tenant([memo("A", "CM", facts)], { A: 1 });
    const rules = policy({ currencies: ["GBP"], minimumAmount: { GBP: money("2") } });
    const found = await find({ rules });
    expect([[...found.accounts], [...found.untouched], found.amounts.size]).toEqual([[], ["A"], 0]);
  });

  it("is not what is left of a memo that has begun to pay", async () => {
    const { find } = tenant([memo("A", "CM", { unapplied: money("0.5") })], { A: 1 });
    expect(await accountsOf(find({ rules: policy({ minimumAmount: { GBP: money("2") } }) }))).toEqual(["A"]);
  });
});

it("a negative invoice beside memos alone is found, so that somebody says why it stays, and moves nothing", async () => {
  const negatives = [{ id: "NEG", accountId: "N", balance: money("-50"), currency: "GBP" }];
  const { find } = tenant([memo("A")], { A: 1 }, { negatives });
  const found = await find({ rules: policy() });
  expect([[...found.accounts], [...found.untouched], found.negativeInvoices]).toEqual([["A"], ["N"], 1]);
  expect(found.amounts.get("GBP")?.toFixed()).toBe("10");
});

describe("a memo that may have been to apply when somebody was charged", () => {
  const rules = policy({ standingCredit: "leave" });
  const waiting = async (facts: Partial<Row>, open = { A: 1 }) => {
    const { find } = tenant([memo("A", "CM", facts)], open);
    const found = await find({ rules, keepsPostings: true });
    return [...found.firstPostedAt.keys()];
  };

  it("is told of although by now its account owes nothing, and is not queued for it", async () => {
    const { find } = tenant([memo("A")], {});
    const found = await find({ rules, keepsPostings: true });
    expect([[...found.firstPostedAt.keys()], found.accounts.size, found.creditMemos]).toEqual([["A"], 0, 0]);
  });

  it.each<[string, Partial<Row>]>([
    ["a person excluded", { isExcluded: true }],
    ["is standing credit, which is left", { isStanding: true }],
    ["the policy never touches", { postedAt: Date.parse("2025-06-01T00:00:00Z") }],
  ])("is none that %s", async (_what, facts) => {
    expect(await waiting({})).toEqual(["A"]);
    expect(await waiting(facts)).toEqual([]);
  });
});

it("tells since when the first memo of an account waits, where that was asked for", async () => {
  const { find } = tenant([memo("A")], { A: 1 });
  expect((await find({ keepsPostings: true })).firstPostedAt.get("A")).toBe(Date.parse("2026-03-01T00:00:00Z"));
});
