import { describe, expect, it } from "vitest";
import { plan } from "../../../../functions/domain/plan.ts";
import { account, invoice, memo, payment, policy, told, toldHolds, toldSteps } from "../fixtures.ts";

const applying = policy({ unappliedPayments: "apply" });

const planned = (facts: Parameters<typeof account>[0], rules = applying) =>
  plan(account({ mode: "credit-memos", ...facts }), rules);

const open = [
  invoice("INV-1", { amount: "30", dueDate: "2026-03-10" }),
  invoice("INV-2", { amount: "20", dueDate: "2026-03-20" }),
];

describe("unapplied payments", () => {
  it("are left where they are unless the policy says otherwise", () => {
    const facts = { unappliedPayments: [payment("P-1", { amount: "50" })], invoices: open };
    for (const rules of [policy(), policy({ unappliedPayments: "leave" })])
      expect(planned(facts, rules)).toEqual({ steps: [], holds: [] });
  });

  it("are left in a tenant without credit memos, whatever the policy says", () => {
    const facts = { unappliedPayments: [payment("P-1", { amount: "50" })], invoices: open };
    expect(plan(account(facts), applying)).toEqual({ steps: [], holds: [] });
  });

  it("pay an open invoice of an account that has no other credit", () => {
    const { steps } = planned({
      unappliedPayments: [payment("P-1", { amount: "50" })],
      invoices: open.slice(0, 1),
    });
    expect(steps.map(told)).toEqual(["apply P-1 to INV-1 30"]);
  });

  it("pay after all memos, also after one that fits worse", () => {
    const { steps } = planned({
      creditMemos: [memo("CM", { amount: "35" })],
      unappliedPayments: [payment("P-1", { amount: "30" })],
      invoices: open,
    });
    expect(steps.map(told)).toEqual(["apply CM to INV-1 30", "apply CM to INV-2 5", "apply P-1 to INV-2 15"]);
  });

  it("pay after the credit balance, and wait until it is read back where both pay one invoice", () => {
    const { steps, later = [] } = planned({
      mode: "both",
      credit: "35",
      unappliedPayments: [payment("P-1", { amount: "30" })],
      invoices: open,
    });
    expect(steps.map(told)).toEqual(["apply INV-1 30", "apply INV-2 5"]);
    expect(later.map(told)).toEqual(["apply P-1 to INV-2 15"]);
  });

  it("pay the invoice of their own amount first, and the oldest payment what is due first", () => {
    const { steps } = planned({
      unappliedPayments: [
        payment("P-1", { amount: "8", effectiveDate: "2026-03-02" }),
        payment("P-2", { amount: "8", effectiveDate: "2026-03-01" }),
        payment("P-3", { amount: "20", effectiveDate: "2026-03-03" }),
      ],
      invoices: open,
    });
    expect(steps.map((step) => [told(step), "rank" in step ? step.rank : undefined])).toEqual([
      ["apply P-3 to INV-2 20", 3],
      ["apply P-2 to INV-1 8", 4],
      ["apply P-1 to INV-1 8", 4],
    ]);
  });

  it.each([
    ["somebody took it back", { wasUnapplied: true }, "cancelled-by-person"],
    ["it was made after today", { effectiveDate: "2026-03-17" }, "future-dated"],
    ["it is in another currency", { currency: "USD" }, "other-currency"],
    ["it was made before the first day", { effectiveDate: "2025-12-31" }, "posted-before-start"],
  ])("are held one by one where %s", (_why, facts, reason) => {
    const held = planned({
      unappliedPayments: [payment("P-1", { amount: "30", ...facts }), payment("P-2", { amount: "5" })],
      invoices: open,
    });
    expect([toldSteps(held), toldHolds(held)]).toEqual([["apply P-2 to INV-1 5"], [`P-1: ${reason}`]]);
  });

  it("wait while a payment run may charge what they would pay", () => {
    const held = planned({
      unappliedPayments: [payment("P-1", { amount: "30" })],
      invoices: [invoice("INV", { amount: "12", beingCollected: true })],
    });
    expect([toldSteps(held), toldHolds(held)]).toEqual([[], ["payment-run-collecting"]]);
  });

  it("count towards the limit of one account", () => {
    const held = planned(
      { unappliedPayments: [payment("P-1", { amount: "50" })], invoices: open },
      policy({ unappliedPayments: "apply", accountLimit: { adjustments: 1, amount: {} } }),
    );
    expect([toldSteps(held), toldHolds(held)]).toEqual([[], ["over-account-limit"]]);
  });
});
