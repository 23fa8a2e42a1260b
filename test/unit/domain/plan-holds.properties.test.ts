import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccountState, type Invoice, isNegative } from "../../../functions/domain/account.ts";
import { holdOfInvoice } from "../../../functions/domain/hold.ts";
import { subtract } from "../../../functions/domain/money.ts";
import { plan } from "../../../functions/domain/plan.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { accounts, forAll, policies } from "./arbitraries.ts";
import { isApplication, isTransfer, keptOf, policy, told, totalOf } from "./fixtures.ts";

describe("what policy and people hold", () => {
  const holds: readonly Partial<Invoice>[] = [
    { hasCanceledAdjustment: true },
    { invoiceDate: "2099-01-01" },
    { currency: "XXX" },
    { postedOn: "1999-01-01" },
  ];

  it("on one invoice never changes what happens to another invoice's transfer", () => {
    forAll([accounts, fc.nat(), fc.constantFrom(...holds)], (state, at, hold) => {
      const held = state.invoices[at % Math.max(1, state.invoices.length)];
      const invoices = state.invoices.map((each) => (each === held ? { ...each, ...hold } : each));
      const transfersBut = (each: AccountState) =>
        plan(each, policy())
          .steps.filter((step) => isTransfer(step) && step.invoice.id !== held?.id)
          .map(told);
      expect(transfersBut({ ...state, invoices })).toEqual(transfersBut(state));
    });
  });

  it("gets no step, and every negative one held is named with its reason", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps, holds: named } = plan(state, rules);
      const held = state.invoices.filter((each) => holdOfInvoice(each, state, rules) !== undefined);
      const ids = new Set(held.map(({ id }) => id));
      expect(steps.filter(({ invoice }) => ids.has(invoice.id))).toEqual([]);
      if (named.some(({ reason }) => reason === "over-account-limit")) return;
      for (const each of held.filter(isNegative)) {
        expect(named).toContainEqual({
          reason: holdOfInvoice(each, state, rules),
          invoice: { id: each.id, number: each.number },
        });
      }
    });
  });

  it("never decreases credit under transfer-only, and still transfers", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, { ...rules, application: "transfer-only" });
      expect(steps.filter(isApplication)).toEqual([]);
      const unlimited = { ...rules, accountLimit: policy().accountLimit };
      const transfers = (each: Policy) => plan(state, each).steps.filter(isTransfer).map(told);
      expect(transfers({ ...unlimited, application: "transfer-only" })).toEqual(transfers(unlimited));
    });
  });

  it("of a part of the credit changes nothing for the rest of it: the same invoices are paid as if it were not there", () => {
    forAll([accounts, policies], (state, rules) => {
      const { standingCredit: _others, freedCredit: _given, ...rest } = state;
      const creditBalance = subtract(state.creditBalance, keptOf(state, rules));
      expect(plan(state, rules).steps.map(told)).toEqual(plan({ ...rest, creditBalance }, rules).steps.map(told));
    });
  });

  it("never lets the account limit make a partial plan: all of it or nothing", () => {
    forAll([accounts, policies], (state, rules) => {
      const limited = plan(state, rules);
      const unlimited = plan(state, { ...rules, accountLimit: policy().accountLimit });
      const isHeld = limited.holds.some(({ reason }) => reason === "over-account-limit");
      expect(limited.steps.map(told)).toEqual(isHeld ? [] : unlimited.steps.map(told));
      expect(limited.steps.length).toBeLessThanOrEqual(rules.accountLimit.adjustments);
      const amountMax = rules.accountLimit.amount[state.currency];
      if (amountMax === undefined) return;
      for (const kind of [isTransfer, isApplication]) {
        expect(totalOf(limited.steps.filter(kind)).lte(amountMax)).toBe(true);
      }
    });
  });
});
