import { describe, expect, it } from "vitest";
import { needsInvoiceItems, plan } from "../../../functions/domain/plan.ts";
import { account, invoice, policy, toldSteps, transferredBefore } from "./fixtures.ts";

const rankOf = (number: string, steps: ReturnType<typeof plan>["steps"]) =>
  steps.flatMap((step) => (step.kind === "ApplyCreditBalance" && step.invoice.number === number ? [step.rank] : []));

describe("what settles an account", () => {
  it("is nothing where nothing is owed either way", () => {
    expect(plan(account({}), policy())).toEqual({ steps: [], holds: [] });
  });

  it("is nothing where the customer simply owes", () => {
    expect(plan(account({ invoices: [invoice("OPEN", { amount: "10" })] }), policy())).toEqual({
      steps: [],
      holds: [],
    });
  });

  it("is all of a negative invoice onto the credit balance, and none of it stays behind", () => {
    const state = account({ invoices: [invoice("NEG", { amount: "-12.34" })] });
    expect(toldSteps(plan(state, policy()))).toEqual(["transfer NEG 12.34"]);
  });

  it("is what is left of a negative invoice, not its original amount", () => {
    const state = account({ invoices: [invoice("NEG", { amount: "-12", balance: "-5" })] });
    expect(toldSteps(plan(state, policy()))).toEqual(["transfer NEG 5"]);
  });

  it("takes a moment to decide also for thousands of invoices of both kinds", () => {
    const negative = Array.from({ length: 3_000 }, (_, n) => invoice(`NEG-${n}`, { amount: `-${n + 1}.25` }));
    const open = Array.from({ length: 4_000 }, (_, n) => invoice(`OPEN-${n}`, { amount: `${n + 2_000}.25` }));
    const unlimited = policy({ accountLimit: { adjustments: 7_000, amount: {} } });
    const startedAt = performance.now();
    const { steps } = plan(account({ invoices: [...negative, ...open] }), unlimited);
    const tookMs = performance.now() - startedAt;
    expect(steps.filter(({ kind }) => kind === "TransferToCreditBalance")).toHaveLength(3_000);
    expect(rankOf("OPEN-999", steps)).toEqual([3]);
    expect(tookMs).toBeLessThan(5_000);
  });

  it("is every transfer before the first application", () => {
    const state = account({
      invoices: [
        invoice("A-OPEN", { amount: "25" }),
        invoice("Z-NEG", { amount: "-10" }),
        invoice("B-NEG", { amount: "-20" }),
      ],
    });
    expect(toldSteps(plan(state, policy()))).toEqual(["transfer B-NEG 20", "transfer Z-NEG 10", "apply A-OPEN 25"]);
  });

  it("pools the credit and pays each open invoice in full, but the last", () => {
    const state = account({
      credit: "5",
      invoices: [
        invoice("NEG-1", { amount: "-20" }),
        invoice("NEG-2", { amount: "-15" }),
        invoice("OPEN-1", { amount: "30", dueDate: "2026-03-01" }),
        invoice("OPEN-2", { amount: "30", dueDate: "2026-03-02" }),
        invoice("OPEN-3", { amount: "30", dueDate: "2026-03-03" }),
      ],
    });
    expect(toldSteps(plan(state, policy()))).toEqual([
      "transfer NEG-1 20",
      "transfer NEG-2 15",
      "apply OPEN-1 30",
      "apply OPEN-2 10",
    ]);
  });

  it("pays no more than an invoice's balance, and leaves the rest of the credit standing", () => {
    const state = account({ credit: "50", invoices: [invoice("OPEN", { amount: "40", balance: "30" })] });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply OPEN 30"]);
  });

  it("pays the exact sum of 0.1, 0.2 and 0.7", () => {
    const invoices = ["0.1", "0.2", "0.7"].map((amount) => invoice(`NEG-${amount}`, { amount: `-${amount}` }));
    const state = account({ invoices: [...invoices, invoice("OPEN", { amount: "1" })] });
    expect(toldSteps(plan(state, policy())).at(-1)).toBe("apply OPEN 1");
  });

  it("is the work that a half-done run left: credit beside an open invoice, and no negative one", () => {
    const state = account({
      credit: "30",
      invoices: [transferredBefore("NEG", { amount: "-30" }), invoice("OPEN", { amount: "30" })],
    });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply OPEN 30"]);
  });

  it("does not touch an invoice that is settled", () => {
    const state = account({ credit: "1", invoices: [invoice("PAID", { amount: "30", balance: "0" })] });
    expect(plan(state, policy())).toEqual({ steps: [], holds: [] });
  });
});

describe("which invoice is paid", () => {
  const original = invoice("ORIGINAL", { amount: "30", subscriptions: ["S-1"], dueDate: "2026-03-10" });
  const older = invoice("OLDER", { amount: "45", subscriptions: ["S-2"], dueDate: "2026-01-10" });

  it("is the unpaid one that a back-dated cancellation mirrors, before an older one", () => {
    const mirror = invoice("MIRROR", { amount: "-30", subscriptions: ["S-1"] });
    const { steps } = plan(account({ invoices: [older, original, mirror] }), policy());
    expect(toldSteps({ steps, holds: [] })).toEqual(["transfer MIRROR 30", "apply ORIGINAL 30"]);
    expect(rankOf("ORIGINAL", steps)).toEqual([1]);
  });

  it("is the same one after a crash between transfer and application", () => {
    const mirror = transferredBefore("MIRROR", { amount: "-30", subscriptions: ["S-1"] });
    const state = account({ credit: "30", invoices: [older, original, mirror] });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply ORIGINAL 30"]);
  });

  it("is the same one where its mirror is held, since a held source still ranks", () => {
    const mirror = invoice("MIRROR", { amount: "-30", subscriptions: ["S-1"], hasCanceledAdjustment: true });
    const state = account({ credit: "30", invoices: [older, original, mirror] });
    expect(toldSteps(plan(state, policy()))).toEqual(["apply ORIGINAL 30"]);
  });

  it("is written on each application as its rank, where credit is short of what is open", () => {
    const source = invoice("NEG", { amount: "-50", subscriptions: ["S-1"] });
    const { steps } = plan(account({ invoices: [older, original, source] }), policy());
    expect(toldSteps({ steps, holds: [] })).toEqual(["transfer NEG 50", "apply ORIGINAL 30", "apply OLDER 20"]);
    expect([...rankOf("ORIGINAL", steps), ...rankOf("OLDER", steps)]).toEqual([2, 4]);
  });

  it("is written as rank 4 where no negative invoice is left to rank and the due date decided", () => {
    const { steps } = plan(account({ credit: "30", invoices: [original, older] }), policy());
    expect(toldSteps({ steps, holds: [] })).toEqual(["apply OLDER 30"]);
    expect(rankOf("OLDER", steps)).toEqual([4]);
  });

  it("needs no rank where credit pays everything", () => {
    const { steps } = plan(account({ credit: "75", invoices: [original, older] }), policy());
    expect([...rankOf("ORIGINAL", steps), ...rankOf("OLDER", steps)]).toEqual([undefined, undefined]);
  });
});

describe("subscription numbers are asked for", () => {
  const two = [invoice("OPEN-1", { amount: "10" }), invoice("OPEN-2", { amount: "10" })];
  const source = invoice("NEG", { amount: "-15" });

  it("where credit cannot pay every open invoice and a source may prefer one", () => {
    expect(needsInvoiceItems(account({ invoices: [source, ...two] }), policy())).toBe(true);
  });

  it.each([
    ["credit pays everything", account({ credit: "5", invoices: [source, ...two] }), policy()],
    ["there is one open invoice", account({ invoices: [source, ...two.slice(1)] }), policy()],
    ["there is no source", account({ credit: "15", invoices: two }), policy()],
    ["there is no credit", account({ invoices: [transferredBefore("GONE", { amount: "-1" }), ...two] }), policy()],
    ["policy forbids to apply", account({ invoices: [source, ...two] }), policy({ application: "transfer-only" })],
    [
      "policy leaves the standing credit, and there is no other",
      account({
        credit: "1",
        standingCredit: "1",
        invoices: [transferredBefore("GONE", { amount: "-1" }), ...two],
      }),
      policy({ standingCredit: "leave" }),
    ],
  ])("not where %s", (_why, state, rules) => {
    expect(needsInvoiceItems(state, rules)).toBe(false);
  });

  it("with regard to free invoices only: a held one neither gives credit nor takes it", () => {
    const later = { invoiceDate: "2026-03-17" };
    const heldOpen = account({ invoices: [source, ...two.slice(1), invoice("LATER", { amount: "10", ...later })] });
    expect(needsInvoiceItems(heldOpen, policy())).toBe(false);
    const heldCredit = account({ invoices: [source, invoice("LATER", { amount: "-100", ...later }), ...two] });
    expect(needsInvoiceItems(heldCredit, policy())).toBe(true);
  });
});
