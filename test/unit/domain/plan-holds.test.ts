import { describe, expect, it } from "vitest";
import { needsInvoiceItems, plan } from "../../../functions/domain/plan.ts";
import { account, invoice, money, policy, toldHolds, toldSteps } from "./fixtures.ts";

describe("a hold on one invoice never stops the others", () => {
  const ordinary = [
    invoice("NEG-1", { amount: "-10" }),
    invoice("NEG-2", { amount: "-20" }),
    invoice("OPEN", { amount: "25" }),
  ];

  it.each([
    ["future-dated", { invoiceDate: "2026-03-17" }],
    ["other-currency", { currency: "USD" }],
    ["cancelled-by-person", { hasCanceledAdjustment: true }],
    ["posted-before-start", { postedOn: "2025-12-31" }],
  ])("a negative one that is %s is named, and two ordinary ones are settled", (reason, facts) => {
    const result = plan(account({ invoices: [invoice("HELD", { amount: "-100", ...facts }), ...ordinary] }), policy());
    expect(toldSteps(result)).toEqual(["transfer NEG-1 10", "transfer NEG-2 20", "apply OPEN 25"]);
    expect(toldHolds(result)).toEqual([`HELD: ${reason}`]);
  });

  it("a negative one below the minimum is named, and the others are settled", () => {
    const state = account({ invoices: [invoice("TINY", { amount: "-0.01" }), ...ordinary] });
    const result = plan(state, policy({ minimumAmount: { GBP: money("1") } }));
    expect(toldSteps(result)).toHaveLength(3);
    expect(toldHolds(result)).toEqual(["TINY: below-minimum-amount"]);
  });

  it("an open one whose application a person canceled gets no credit, and the next one does", () => {
    const refused = invoice("REFUSED", { amount: "5", dueDate: "2026-01-01", hasCanceledAdjustment: true });
    const result = plan(account({ invoices: [refused, ...ordinary] }), policy());
    expect(toldSteps(result).at(-1)).toBe("apply OPEN 25");
    expect(toldHolds(result)).toEqual(["REFUSED: cancelled-by-person"]);
  });
});

describe("a held open invoice is named", () => {
  const held = invoice("HELD", { amount: "5", postedOn: "2025-12-31" });

  it("where credit stays idle beside it", () => {
    expect(toldHolds(plan(account({ credit: "1", invoices: [held] }), policy()))).toEqual([
      "HELD: posted-before-start",
    ]);
  });

  it("not where no credit waits for it", () => {
    expect(toldHolds(plan(account({ invoices: [held] }), policy()))).toEqual([]);
    const spent = account({ credit: "1", invoices: [held, invoice("OPEN", { amount: "1" })] });
    expect(toldHolds(plan(spent, policy()))).toEqual([]);
  });

  it("always where a person put the hold there", () => {
    const canceled = invoice("CANCELED", { amount: "5", hasCanceledAdjustment: true });
    expect(toldHolds(plan(account({ invoices: [canceled] }), policy()))).toEqual(["CANCELED: cancelled-by-person"]);
  });

  it("never once it is settled", () => {
    const settled = invoice("SETTLED", { amount: "5", balance: "0", hasCanceledAdjustment: true });
    expect(toldHolds(plan(account({ credit: "9", invoices: [settled] }), policy()))).toEqual([]);
  });
});

describe("a held account", () => {
  const rules = policy({ currencies: ["SEK"] });

  it("has no step, and its reason is told where there was work", () => {
    const negative = account({ invoices: [invoice("NEG", { amount: "-1" })] });
    const idle = account({ credit: "1", invoices: [invoice("OPEN", { amount: "1" })] });
    for (const state of [negative, idle]) {
      expect(plan(state, rules)).toEqual({ steps: [], holds: [{ reason: "currency-not-enabled" }] });
      expect(needsInvoiceItems(state, rules)).toBe(false);
    }
  });

  it.each([
    ["no invoice", account({ credit: "1" })],
    ["nothing but an open invoice", account({ invoices: [invoice("OPEN", { amount: "1" })] })],
    [
      "credit and a settled invoice",
      account({ credit: "1", invoices: [invoice("PAID", { amount: "1", balance: "0" })] }),
    ],
  ])("is not mentioned where it has %s", (_what, state) => {
    expect(plan(state, rules)).toEqual({ steps: [], holds: [] });
  });
});

describe("an account that needs more than policy allows one account", () => {
  const state = account({
    invoices: [
      invoice("NEG-1", { amount: "-10" }),
      invoice("NEG-2", { amount: "-20" }),
      invoice("OPEN", { amount: "25" }),
    ],
  });
  const limit = (adjustments: number, amount?: string) =>
    policy({
      accountLimit: { adjustments, amount: amount === undefined ? {} : { GBP: money(amount), SEK: money("1") } },
    });

  it("is settled at the limit and held whole above it, by adjustments", () => {
    expect(toldSteps(plan(state, limit(3)))).toHaveLength(3);
    expect(plan(state, limit(2))).toEqual({ steps: [], holds: [{ reason: "over-account-limit" }] });
  });

  it("is settled at the limit and held whole above it, by money transferred", () => {
    expect(toldSteps(plan(state, limit(100, "30")))).toHaveLength(3);
    expect(toldHolds(plan(state, limit(100, "29.99")))).toEqual(["over-account-limit"]);
  });

  it("is held whole by money applied, too", () => {
    const standing = account({ credit: "25", invoices: [invoice("OPEN", { amount: "25" })] });
    expect(toldSteps(plan(standing, limit(100, "25")))).toHaveLength(1);
    expect(plan(standing, limit(100, "24.99"))).toEqual({ steps: [], holds: [{ reason: "over-account-limit" }] });
  });

  it("does not count applications that policy forbids anyway", () => {
    expect(toldSteps(plan(state, { ...limit(2), application: "transfer-only" }))).toHaveLength(2);
  });
});

describe("transfer, but do not apply", () => {
  const invoices = [invoice("NEG", { amount: "-10" }), invoice("OPEN", { amount: "25" })];

  it.each([
    ["transfer-only", account({ invoices }), policy({ application: "transfer-only" })],
    [
      "payment-run-collecting",
      account({
        invoices: [invoice("NEG", { amount: "-10" }), invoice("OPEN", { amount: "25", beingCollected: true })],
      }),
      policy(),
    ],
    ["payment-processing", account({ paymentProcessing: true, invoices }), policy()],
  ])("%s", (reason, state, rules) => {
    expect(toldSteps(plan(state, rules))).toEqual(["transfer NEG 10"]);
    expect(toldHolds(plan(state, rules))).toEqual([reason]);
  });

  it("is no hold where there is nothing to apply to", () => {
    const state = account({ invoices: [invoice("NEG", { amount: "-10" })] });
    expect(toldHolds(plan(state, policy({ application: "transfer-only" })))).toEqual([]);
  });

  it("is told beside the holds of single invoices", () => {
    const state = account({ invoices: [...invoices, invoice("LATER", { amount: "-1", invoiceDate: "2026-03-17" })] });
    expect(toldHolds(plan(state, policy({ application: "transfer-only" })))).toEqual([
      "LATER: future-dated",
      "transfer-only",
    ]);
  });

  it("does not concern standing credit that policy says to apply", () => {
    const state = account({ credit: "10", standingCredit: "10", invoices: [invoice("OPEN", { amount: "25" })] });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply OPEN 10"]);
  });

  it("goes for every invoice of the account while a run collects one that credit would pay", () => {
    const collected = invoice("COLLECTED", { amount: "5", dueDate: "2026-03-02", beingCollected: true });
    const earlier = invoice("EARLIER", { amount: "5", dueDate: "2026-03-01" });
    expect(toldSteps(plan(account({ credit: "6", invoices: [collected, earlier] }), policy()))).toEqual([]);
  });

  it("does not go where a run collects only what credit does not reach", () => {
    const collected = invoice("COLLECTED", { amount: "5", dueDate: "2026-03-02", beingCollected: true });
    const earlier = invoice("EARLIER", { amount: "5", dueDate: "2026-03-01" });
    const result = plan(account({ credit: "5", invoices: [collected, earlier] }), policy());
    expect([toldSteps(result), toldHolds(result)]).toEqual([["apply EARLIER 5"], []]);
  });
});

describe("of the credit, only what is not ours to apply is left", () => {
  const leave = policy({ standingCredit: "leave" });
  const negative = invoice("NEG", { amount: "-100" });
  const open = invoice("OPEN", { amount: "100" });

  it("so a penny of standing credit does not strand a transfer of 100 beside an open invoice of 100", () => {
    const state = account({ credit: "0.01", standingCredit: "0.01", invoices: [negative, open] });
    expect(toldSteps(plan(state, leave))).toEqual(["transfer NEG 100", "apply OPEN 100"]);
    expect(toldHolds(plan(state, leave))).toEqual([]);
  });

  it("and is told where the rest does not pay everything", () => {
    const state = account({
      credit: "30",
      standingCredit: "30",
      invoices: [negative, invoice("OPEN", { amount: "120" })],
    });
    expect(toldSteps(plan(state, leave))).toEqual(["transfer NEG 100", "apply OPEN 100"]);
    expect(toldHolds(plan(state, leave))).toEqual(["standing-credit-left"]);
  });

  it("which is all of it where nothing is ours", () => {
    const state = account({ credit: "30", standingCredit: "30", invoices: [open] });
    expect(plan(state, leave)).toEqual({ steps: [], holds: [{ reason: "standing-credit-left" }] });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply OPEN 30"]);
  });

  it.each(["apply", "leave"] as const)(
    "which goes for what a person took back too, whatever the policy (%s)",
    (rule) => {
      const state = account({ credit: "50", standingCredit: "0", freedCredit: "50", invoices: [negative, open] });
      const withMore = { ...state, invoices: [...state.invoices, invoice("NEXT", { amount: "7" })] };
      expect(toldSteps(plan(withMore, policy({ standingCredit: rule })))).toEqual([
        "transfer NEG 100",
        "apply OPEN 100",
      ]);
      expect(toldHolds(plan(withMore, policy({ standingCredit: rule })))).toEqual(["cancelled-by-person"]);
    },
  );

  it("and what is left waits for no payment run", () => {
    const collected = invoice("OPEN", { amount: "25", beingCollected: true });
    const state = account({ credit: "10", standingCredit: "10", invoices: [collected] });
    expect(plan(state, leave)).toEqual({ steps: [], holds: [{ reason: "standing-credit-left" }] });
  });
});
