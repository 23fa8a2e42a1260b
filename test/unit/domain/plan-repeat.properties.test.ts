import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../functions/domain/account.ts";
import { needsInvoiceItems, plan } from "../../../functions/domain/plan.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import { accounts, accountsOfOurCredit, forAll, policies } from "./arbitraries.ts";
import {
  attempt,
  carryOut,
  isApplication,
  money,
  policy,
  positions,
  readAgain,
  settle,
  told,
  toldSteps,
  withoutNumbers,
} from "./fixtures.ts";

/** What is known of an account when subscription numbers are looked up only where the plan asks for them. */
const knowingOnlyWhatIsNeeded = (state: AccountState, rules: Policy): AccountState =>
  needsInvoiceItems(state, rules) ? state : withoutNumbers(state);

/** Settled invoices that a fresh reading no longer returns have a balance of zero. */
const zeros = ({ invoices }: AccountState) => Object.fromEntries(invoices.map(({ number }) => [number, "0"]));

describe("whatever interrupts or repeats", () => {
  it("a stop after any step and planning again ends in the same place, application included", () => {
    forAll([accounts, policies], (state, rules) => {
      const straight = positions(settle(knowingOnlyWhatIsNeeded(state, rules), rules));
      const { steps } = plan(knowingOnlyWhatIsNeeded(state, rules), rules);
      for (let done = 0; done <= steps.length; done += 1) {
        const stopped = readAgain(carryOut(state, steps.slice(0, done)));
        const resumed = settle(knowingOnlyWhatIsNeeded(stopped, rules), rules);
        expect({ ...zeros(state), ...positions(resumed) }).toEqual(straight);
      }
    });
  });

  it("planning again after a stop finds the rest of the same plan", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      for (let done = 0; done <= steps.length; done += 1) {
        const rest = plan(readAgain(carryOut(state, steps.slice(0, done))), rules).steps;
        expect(new Set(rest.map(told))).toEqual(new Set(steps.slice(done).map(told)));
      }
    });
  });

  it("a repetition of the whole plan or of any part of it, in order, is refused step by step", () => {
    forAll([accountsOfOurCredit, policies, fc.infiniteStream(fc.boolean())], (state, rules, chosen) => {
      const { steps } = plan(state, rules);
      const part = steps.filter(() => chosen.next().value);
      const once = carryOut(state, steps);
      for (const repeated of [steps, part]) {
        expect(positions(repeated.reduce(attempt, once))).toEqual(positions(once));
      }
    });
  });

  it("the whole plan after any part of it, in order, ends in the same place", () => {
    forAll([accountsOfOurCredit, policies, fc.infiniteStream(fc.boolean())], (state, rules, chosen) => {
      const { steps } = plan(state, rules);
      const part = steps.filter(() => chosen.next().value);
      const twice = steps.reduce(attempt, part.reduce(attempt, state));
      expect(positions(twice)).toEqual(positions(carryOut(state, steps)));
    });
  });

  it("a repetition beside credit that is kept costs no more of it than its last application", () => {
    forAll([accounts, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const once = carryOut(state, steps);
      const twice = steps.reduce(attempt, once);
      const last = steps.findLast(isApplication)?.amount ?? money("0");
      expect(once.creditBalance.minus(twice.creditBalance).lte(last)).toBe(true);
    });
  });
});

describe("what the reading brings along", () => {
  it("in whatever order, makes the same plan", () => {
    const shuffled = accounts.chain((state) =>
      fc.tuple(
        fc.constant(state),
        fc.shuffledSubarray([...state.invoices], { minLength: state.invoices.length }).map((invoices) => ({
          ...state,
          invoices,
        })),
      ),
    );
    forAll([shuffled, policies], ([state, other], rules) => {
      expect(plan(other, rules)).toEqual(plan(state, rules));
      expect(needsInvoiceItems(other, rules)).toBe(needsInvoiceItems(state, rules));
    });
  });

  it("changes no invoice and no amount by subscription numbers that the plan did not ask for", () => {
    forAll([accounts, policies], (state, rules) => {
      if (needsInvoiceItems(state, rules)) return;
      const pairs = (each: AccountState) => toldSteps(plan(each, rules)).toSorted();
      expect(pairs(withoutNumbers(state))).toEqual(pairs(state));
      expect(plan(withoutNumbers(state), rules).holds).toEqual(plan(state, rules).holds);
    });
  });

  it("changes some plan by the subscription numbers that were asked for", () => {
    const asked = fc.sample(accounts, { numRuns: 2000, seed: 1 }).filter((state) => needsInvoiceItems(state, policy()));
    const pairs = (state: AccountState) => toldSteps(plan(state, policy())).join();
    expect(asked.filter((state) => pairs(withoutNumbers(state)) !== pairs(state)).length).toBeGreaterThan(10);
  });
});
