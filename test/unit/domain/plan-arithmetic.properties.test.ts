import { describe, expect, it } from "vitest";
import { type AccountState, isNegative, isOpen } from "../../../functions/domain/account.ts";
import type { Step } from "../../../functions/domain/credit/step.ts";
import { holdOfInvoice } from "../../../functions/domain/hold.ts";
import { min, subtract } from "../../../functions/domain/money.ts";
import { type Plan, plan } from "../../../functions/domain/plan.ts";
import { accounts, forAll, policies } from "./arbitraries.ts";
import { evolve } from "./evolve.ts";
import {
  carryOut,
  isApplication,
  isTransfer,
  keptOf,
  magnitude,
  owed,
  policy,
  readAgain,
  settle,
  toldSteps,
  totalOf,
} from "./fixtures.ts";

const balanceOf = (state: AccountState, { invoice }: Step) => {
  const found = state.invoices.find(({ id }) => id === invoice.id);
  if (found === undefined) throw new Error(`a step for ${invoice.number}, which the account does not have`);
  return found.balance;
};

/** Every state on the way of a plan, the first and the last included. */
const statesOf = (state: AccountState, { steps }: Plan): readonly AccountState[] => {
  const states = [state];
  for (const step of steps) states.push(evolve(states.at(-1) ?? state, step));
  return states;
};

describe("carrying out a plan", () => {
  it("is never refused, and conserves what the customer owes in all", () => {
    forAll([accounts, policies], (state, rules) => {
      for (const after of statesOf(state, plan(state, rules))) {
        expect(owed(after).toFixed()).toBe(owed(state).toFixed());
      }
    });
  });

  it("never overdraws the credit", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      for (const { creditBalance } of statesOf(state, { steps, holds: [] })) expect(creditBalance.gte(0)).toBe(true);
      const available = state.creditBalance.plus(totalOf(steps.filter(isTransfer)));
      expect(totalOf(steps.filter(isApplication)).lte(available)).toBe(true);
    });
  });

  it("never touches what others put there, where that is left, nor what a person took back", () => {
    forAll([accounts, policies], (state, rules) => {
      for (const { creditBalance } of statesOf(state, plan(state, rules))) {
        expect(creditBalance.gte(keptOf(state, rules))).toBe(true);
      }
    });
  });

  it("changes no invoice's sign, and moves each towards zero only", () => {
    forAll([accounts, policies], (state, rules) => {
      for (const after of statesOf(state, plan(state, rules))) {
        for (const [index, { balance }] of after.invoices.entries()) {
          const before = state.invoices[index]?.balance;
          if (before?.lt(0)) expect(balance.lte(0) && balance.gte(before)).toBe(true);
          else expect(balance.gte(0) && balance.lte(before ?? -1)).toBe(true);
        }
      }
    });
  });

  it("leaves an account that is settled: planning again finds no step", () => {
    forAll([accounts, policies], (state, rules) => {
      expect(toldSteps(plan(readAgain(settle(state, rules)), rules))).toEqual([]);
    });
  });

  it("leaves no free negative invoice, and no credit but what is kept idle beside a free open one", () => {
    forAll([accounts], (state) => {
      const after = settle(state, policy());
      const free = after.invoices.filter((each) => holdOfInvoice(each, after, policy()) === undefined);
      expect(free.filter(isNegative)).toEqual([]);
      const waits = plan(after, policy()).holds.some(({ reason }) => reason === "payment-run-collecting");
      const idle = after.creditBalance.minus(keptOf(state, policy()));
      if (!waits) expect(idle.eq(0) || !free.some(isOpen)).toBe(true);
    });
  });
});

describe("the amounts of a plan", () => {
  it("are positive, one adjustment per invoice, all transfers first", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      expect(steps.every(({ amount }) => amount.gt(0))).toBe(true);
      expect(new Set(steps.map(({ invoice }) => invoice.id)).size).toBe(steps.length);
      expect(steps.map(isTransfer)).toEqual(steps.map(isTransfer).toSorted((a, b) => Number(b) - Number(a)));
    });
  });

  it("exhaust their invoice, but the last application, which exhausts its invoice or the credit that is not kept", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const last = steps.findLast(isApplication);
      for (const step of steps.filter((each) => each !== last)) {
        expect(step.amount.toFixed()).toBe(magnitude(balanceOf(state, step)).toFixed());
      }
      if (last === undefined) return;
      const left = subtract(carryOut(state, steps.slice(0, -1)).creditBalance, keptOf(state, rules));
      expect(last.amount.toFixed()).toBe(min(left, balanceOf(state, last)).toFixed());
    });
  });
});
