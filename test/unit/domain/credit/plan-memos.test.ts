import { describe, expect, it } from "vitest";
import type { CreditMemo } from "../../../../functions/domain/account.ts";
import { needsInvoiceItems, plan } from "../../../../functions/domain/plan.ts";
import { account, invoice, memo, money, policy, told, toldHolds, toldSteps } from "../fixtures.ts";

const withMemos = (facts: Parameters<typeof account>[0]) => account({ mode: "credit-memos", ...facts });

const planned = (facts: Parameters<typeof account>[0], rules = policy()) => plan(withMemos(facts), rules);

describe("credit memos pay open invoices", () => {
  it("first the invoice whose very item a memo credits, whatever is due earlier", () => {
    const credited = { ...invoice("LATE", { amount: "50", dueDate: "2026-06-01" }), itemIds: new Set(["item-9"]) };
    const early = invoice("EARLY", { amount: "30", dueDate: "2026-01-01", subscriptions: ["S-1"] });
    const steps = planned({
      creditMemos: [memo("CM", { amount: "30", credits: ["item-9"], subscriptions: ["S-1"] })],
      invoices: [early, credited],
    }).steps;
    expect(steps).toMatchObject([{ kind: "ApplyCreditMemo", invoice: { number: "LATE" }, rank: 0 }]);
  });

  it("then by subscription and amount, by subscription, by amount, and by due date", () => {
    const open = [
      invoice("FOURTH", { amount: "31", subscriptions: [], dueDate: "2026-01-01" }),
      invoice("THIRD", { amount: "30", subscriptions: [], dueDate: "2026-02-01" }),
      invoice("SECOND", { amount: "31", subscriptions: ["S-1"], dueDate: "2026-03-01" }),
      invoice("FIRST", { amount: "30", subscriptions: ["S-1"], dueDate: "2026-04-01" }),
    ];
    const paidBy = (invoices: typeof open) =>
      planned({ creditMemos: [memo("CM", { amount: "30", subscriptions: ["S-1"] })], invoices }).steps[0];
    expect(paidBy(open)).toMatchObject({ invoice: { number: "FIRST" }, rank: 1 });
    expect(paidBy(open.slice(0, 3))).toMatchObject({ invoice: { number: "SECOND" }, rank: 2 });
    expect(paidBy(open.slice(0, 2))).toMatchObject({ invoice: { number: "THIRD" }, rank: 3 });
    expect(paidBy([...open.slice(0, 1), invoice("LATER", { amount: "9" })])).toMatchObject({
      invoice: { number: "FOURTH" },
      rank: 4,
    });
  });

  it("with three memos and two invoices until either are used up, the used-up memos first", () => {
    const steps = planned({
      creditMemos: [
        memo("CM-1", { amount: "30", memoDate: "2026-03-03" }),
        memo("CM-2", { amount: "10", memoDate: "2026-03-01" }),
        memo("CM-3", { amount: "5", memoDate: "2026-03-02" }),
      ],
      invoices: [
        invoice("INV-1", { amount: "12", dueDate: "2026-03-10" }),
        invoice("INV-2", { amount: "20", dueDate: "2026-03-20" }),
      ],
    });
    expect(toldSteps(steps)).toEqual([
      "apply CM-2 to INV-1 10",
      "apply CM-3 to INV-1 2",
      "apply CM-3 to INV-2 3",
      "apply CM-1 to INV-2 17",
    ]);
  });

  it("of one memo without a rank where it can pay all of them", () => {
    const { steps } = planned({
      creditMemos: [memo("CM", { amount: "50" })],
      invoices: [invoice("INV-1", { amount: "12" }), invoice("INV-2", { amount: "20" })],
    });
    expect(steps.map((step) => "rank" in step)).toEqual([false, false]);
  });

  it("not of too many items, while other invoices and other kinds of credit are as before", () => {
    const large = invoice("LARGE", { amount: "12", dueDate: "2026-01-01", hasTooManyItems: true });
    const creditMemos = [memo("CM", { amount: "50" })];
    const beside = planned({ creditMemos, invoices: [large, invoice("INV", { amount: "20" })] });
    expect([toldSteps(beside), toldHolds(beside)]).toEqual([["apply CM to INV 20"], ["LARGE: too-many-items"]]);
    const either = planned({ mode: "both", credit: "7", creditMemos, invoices: [large] });
    expect([toldSteps(either), toldHolds(either)]).toEqual([["apply LARGE 7"], ["LARGE: too-many-items"]]);
    const paid = planned({ mode: "both", credit: "12", creditMemos, invoices: [large] });
    expect([toldSteps(paid), toldHolds(paid)]).toEqual([["apply LARGE 12"], []]);
    const nothingIdle = planned({ creditMemos, invoices: [large, invoice("INV", { amount: "60" })] });
    expect([toldSteps(nothingIdle), toldHolds(nothingIdle)]).toEqual([["apply CM to INV 50"], []]);
  });

  it("not while a payment run may charge one of them", () => {
    const invoices = [invoice("INV", { amount: "12", beingCollected: true })];
    const held = planned({ creditMemos: [memo("CM", { amount: "50" })], invoices });
    expect([toldSteps(held), toldHolds(held)]).toEqual([[], ["payment-run-collecting"]]);
  });

  it("not where the policy leaves that to others", () => {
    const held = planned(
      { creditMemos: [memo("CM", { amount: "50" })], invoices: [invoice("INV", { amount: "12" })] },
      policy({ application: "transfer-only" }),
    );
    expect([toldSteps(held), toldHolds(held)]).toEqual([[], ["transfer-only"]]);
  });

  it("not beyond what the policy allows one account", () => {
    const held = planned(
      { creditMemos: [memo("CM", { amount: "50" })], invoices: [invoice("INV", { amount: "12" })] },
      policy({ accountLimit: { adjustments: 1000, amount: { GBP: memo("", { amount: "11.99" }).amount } } }),
    );
    expect([toldSteps(held), toldHolds(held)]).toEqual([[], ["over-account-limit"]]);
  });
});

describe("a credit memo is held", () => {
  it.each<[string, Partial<CreditMemo>, string]>([
    ["that somebody excluded", { isExcluded: true }, "excluded-memo"],
    ["of more items than an application may have", { hasTooManyItems: true }, "too-many-items"],
    ["that a person unapplied", { wasUnapplied: true }, "cancelled-by-person"],
    ["of a later day", { memoDate: "2026-03-17" }, "future-dated"],
    ["in another currency", { currency: "USD" }, "other-currency"],
    ["posted before the policy begins", { postedOn: "2025-12-31" }, "posted-before-start"],
  ])("%s, and the others pay without it", (_what, facts, reason) => {
    const result = planned({
      creditMemos: [{ ...memo("HELD", { amount: "50" }), ...facts }, memo("CM", { amount: "5" })],
      invoices: [invoice("INV", { amount: "12" })],
    });
    expect(toldSteps(result)).toEqual(["apply CM to INV 5"]);
    expect(toldHolds(result)).toEqual([`HELD: ${reason}`]);
  });

  it("that no billing made, where the policy leaves standing credit", () => {
    const facts = {
      creditMemos: [memo("OLD", { amount: "5", isStanding: true })],
      invoices: [invoice("INV", { amount: "12" })],
    };
    expect(toldSteps(planned(facts))).toEqual(["apply OLD to INV 5"]);
    const left = planned(facts, policy({ standingCredit: "leave" }));
    expect([toldSteps(left), toldHolds(left)]).toEqual([[], ["OLD: standing-credit-left"]]);
  });

  it("that was smaller than the policy's minimum from the beginning, and not one that has paid", () => {
    const rules = policy({ minimumAmount: { GBP: memo("", { amount: "2" }).amount } });
    const facts = { invoices: [invoice("INV", { amount: "12" })] };
    expect(toldHolds(planned({ ...facts, creditMemos: [memo("CM", { amount: "1.99" })] }, rules))).toEqual([
      "CM: below-minimum-amount",
    ]);
    const begun = planned({ ...facts, creditMemos: [memo("CM", { amount: "9", unapplied: "1" })] }, rules);
    expect(toldSteps(begun)).toEqual(["apply CM to INV 1"]);
  });

  it("and nobody told where everything is paid without it, unless a person unapplied it", () => {
    const others = [memo("CM", { amount: "50" }), memo("NO", { amount: "5", isExcluded: true })];
    const invoices = [invoice("INV", { amount: "12" })];
    expect(toldHolds(planned({ creditMemos: others, invoices }))).toEqual([]);
    const unapplied = memo("BACK", { amount: "5", wasUnapplied: true });
    expect(toldHolds(planned({ creditMemos: [...others, unapplied], invoices }))).toEqual([
      "BACK: cancelled-by-person",
    ]);
  });
});

it("a negative invoice under Invoice Settlement is reported and not touched", () => {
  const result = planned({ invoices: [invoice("NEG", { amount: "-30" }), invoice("INV", { amount: "12" })] });
  expect([toldSteps(result), toldHolds(result)]).toEqual([[], ["NEG: negative-invoice-under-settlement"]]);
});

describe("under Harmonization fitting memos pay first, then the credit balance, then the other memos", () => {
  const fits = memo("FITS", { amount: "5", subscriptions: ["S-1"] });
  const other = memo("OTHER", { amount: "40" });
  const invoices = [
    invoice("INV-1", { amount: "12", subscriptions: ["S-1"], dueDate: "2026-04-01" }),
    invoice("INV-2", { amount: "20", subscriptions: [], dueDate: "2026-03-01" }),
    invoice("INV-3", { amount: "7", subscriptions: [], dueDate: "2026-05-01" }),
  ];
  const withBoth = (facts: Parameters<typeof account>[0]) =>
    plan(account({ mode: "both", invoices, ...facts }), policy());

  it("all at once where no invoice takes credit of both kinds", () => {
    const result = withBoth({
      credit: "20",
      creditMemos: [{ ...fits, amount: money("12"), unapplied: money("12") }, other],
    });
    expect(toldSteps(result)).toEqual(["apply FITS to INV-1 12", "apply OTHER to INV-3 7", "apply INV-2 20"]);
    expect(result.later).toBe(undefined);
  });

  it("where the credit balance pays one in part, the other memos wait for their turn", () => {
    const result = withBoth({ credit: "10", creditMemos: [fits, other] });
    expect(toldSteps(result)).toEqual(["apply FITS to INV-1 5", "apply INV-2 10"]);
    expect(result.later?.map(told)).toEqual([
      "apply OTHER to INV-2 10",
      "apply OTHER to INV-1 7",
      "apply OTHER to INV-3 7",
    ]);
  });

  it("where a memo pays one in part that the credit balance pays too, the credit balance waits", () => {
    const result = withBoth({ credit: "25", creditMemos: [fits, other] });
    expect(toldSteps(result)).toEqual(["apply FITS to INV-1 5"]);
    expect(result.later?.map(told)).toEqual([
      "apply INV-2 20",
      "apply INV-1 5",
      "apply OTHER to INV-1 2",
      "apply OTHER to INV-3 7",
    ]);
  });

  it("and what waits counts towards the policy's limit for an account, too", () => {
    const limited = policy({ accountLimit: { adjustments: 4, amount: {} } });
    const state = account({ mode: "both", invoices, credit: "25", creditMemos: [fits, other] });
    expect(toldHolds(plan(state, limited))).toEqual(["over-account-limit"]);
  });
});

it("it takes a moment to decide also for thousands of memos and invoices", () => {
  // Of their own kind, of one subscription, of one amount each, and of nothing in common.
  const count = 2_000;
  const creditMemos = Array.from({ length: count }, (_, n) =>
    memo(`CM-${n}`, {
      amount: String(1 + (n % 900)),
      subscriptions: [`S-${n % 7}`],
      ...(n % 4 === 0 ? { credits: [`item-${n}`] } : {}),
    }),
  );
  const invoices = Array.from({ length: count }, (_, n) => ({
    ...invoice(`INV-${n}`, { amount: String(1 + (n % 800)), subscriptions: [`S-${(n % 9) + 3}`] }),
    itemIds: new Set([`item-${n}`]),
  }));
  const startedAt = performance.now();
  const { steps } = planned({ creditMemos, invoices }, policy({ accountLimit: { adjustments: 10_000, amount: {} } }));
  const tookMs = performance.now() - startedAt;
  expect(steps.length).toBeGreaterThan(count);
  expect(new Set(steps.map((step) => ("rank" in step ? step.rank : undefined)))).toEqual(new Set([0, 1, 2, 3, 4]));
  expect(tookMs).toBeLessThan(5_000);
});

describe("items of invoices are needed", () => {
  const [one, two] = [invoice("INV-1", { amount: "10" }), invoice("INV-2", { amount: "20" })];
  const needed = (creditMemos: readonly CreditMemo[], invoices = [one, two]) =>
    needsInvoiceItems(withMemos({ creditMemos, invoices }), policy());

  it("where a memo must choose, or several could", () => {
    expect(needed([memo("CM", { amount: "29" })])).toBe(true);
    expect(needed([memo("CM-1", { amount: "29" }), memo("CM-2", { amount: "29" })])).toBe(true);
    expect(needed([memo("CM-1", { amount: "9" }), memo("CM-2", { amount: "2" })], [one])).toBe(true);
  });

  it("not where there is one way only", () => {
    expect(needed([memo("CM", { amount: "30" })])).toBe(false);
    expect(needed([memo("CM-1", { amount: "9" }), memo("CM-2", { amount: "1" })], [one])).toBe(false);
    expect(needed([memo("CM", { amount: "30" })], [])).toBe(false);
    expect(needed([memo("CM", { amount: "9", isExcluded: true })])).toBe(false);
  });
});
