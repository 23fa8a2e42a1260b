import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccountState, isNegative, isOpen } from "../../../../functions/domain/account.ts";
import { holdOfCreditMemo, holdOfInvoice } from "../../../../functions/domain/hold.ts";
import { looksAgain, needsInvoiceItems, plan, type Step } from "../../../../functions/domain/plan.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import { forAll, policies } from "../arbitraries.ts";
import {
  attempt,
  carryOut,
  owed,
  policy,
  positions,
  readAgain,
  settle,
  told,
  toldSteps,
  withoutNumbers,
} from "../fixtures.ts";
import { accountsWithMemos } from "./arbitraries.ts";

const settlement = accountsWithMemos("credit-memos");
const either = accountsWithMemos("credit-memos", "both");

const callOf = (step: Step) => (step.kind === "ApplyCreditMemo" ? step.creditMemo.id : step.kind);

/** The plan as it leaves: one call for each memo. */
const callsOf = (steps: readonly Step[]) => [...Map.groupBy(steps, callOf).values()];

/** Planned, carried out, and read again where the plan says so: as an invocation does. */
const settleWholly = (state: AccountState, rules: Policy): AccountState => {
  const after = settle(state, rules);
  return looksAgain(state, plan(state, rules)) ? settle(readAgain(after), rules) : after;
};

/** All money, also of what a fresh reading no longer returns. */
const everything = (before: AccountState, after: AccountState) => {
  const gone = [...before.invoices, ...(before.creditMemos ?? [])].map(({ number }) => [number, "0"]);
  return { ...Object.fromEntries(gone), ...positions(after) };
};

describe("a plan with credit memos", () => {
  it("is never refused, conserves what the customer owes, and leaves nothing to do", () => {
    forAll([either, policies], (state, rules) => {
      const after = settleWholly(state, rules);
      expect(owed(after).toFixed()).toBe(owed(state).toFixed());
      expect(toldSteps(plan(readAgain(after), rules))).toEqual([]);
    });
  });

  it("leaves no money of a free memo, and no credit, beside a free open invoice", () => {
    forAll([either], (state) => {
      const rules = policy();
      const after = settleWholly(state, rules);
      if (plan(after, rules).holds.some(({ reason }) => reason === "payment-run-collecting")) return;
      const open = after.invoices.filter((each) => isOpen(each) && holdOfInvoice(each, after, rules) === undefined);
      const idle = after.creditMemos?.filter(
        (each) => each.unapplied.gt(0) && holdOfCreditMemo(each, after, rules) === undefined,
      );
      expect(open.length === 0 || (idle?.length === 0 && after.creditBalance.eq(0))).toBe(true);
    });
  });

  it("exhausts an invoice or a memo with every application", () => {
    forAll([settlement, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const after = carryOut(state, steps);
      for (const { kind, invoice, ...step } of steps) {
        if (kind !== "ApplyCreditMemo" || !("creditMemo" in step))
          throw new Error(`${kind} in a tenant with memos alone`);
        const memo = after.creditMemos?.find(({ id }) => id === step.creditMemo.id);
        const paid = after.invoices.find(({ id }) => id === invoice.id);
        expect(memo?.unapplied.eq(0) || paid?.balance.eq(0)).toBe(true);
      }
    });
  });

  it("never touches a negative invoice of a tenant with memos alone, and names each", () => {
    forAll([settlement, policies], (state, rules) => {
      const { steps, holds } = plan(state, rules);
      expect(steps.filter(({ kind }) => kind !== "ApplyCreditMemo")).toEqual([]);
      if (holds.some(({ reason }) => reason === "over-account-limit")) return;
      const named = holds.filter(({ reason }) => reason === "negative-invoice-under-settlement");
      expect(named.map(({ invoice }) => invoice?.id).toSorted()).toEqual(
        state.invoices
          .filter(isNegative)
          .map(({ id }) => id)
          .toSorted(),
      );
    });
  });

  it("never touches a held memo, and pays no invoice out of both kinds", () => {
    forAll([either, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const memoSteps = steps.filter((step) => step.kind === "ApplyCreditMemo");
      for (const { creditMemo } of memoSteps) {
        const memo = state.creditMemos?.find(({ id }) => id === creditMemo.id);
        expect(memo && holdOfCreditMemo(memo, state, rules)).toBe(undefined);
      }
      const byBalance = steps.filter(({ kind }) => kind === "ApplyCreditBalance").map(({ invoice }) => invoice.id);
      expect(memoSteps.filter(({ invoice }) => byBalance.includes(invoice.id))).toEqual([]);
    });
  });
});

describe("whatever interrupts or repeats", () => {
  it("whatever part of a plan was carried out, in whatever order, the same is planned of the rest", () => {
    forAll([settlement, policies, fc.infiniteStream(fc.nat())], (state, rules, chance) => {
      const { steps } = plan(state, rules);
      const shuffled = steps.map((step) => ({ step, at: chance.next().value ?? 0 })).toSorted((a, b) => a.at - b.at);
      const done = shuffled.filter(({ at }) => at % 2 === 0).map(({ step }) => step);
      const stopped = readAgain(carryOut(state, done));
      const rest = steps.filter((step) => !done.includes(step));
      expect(new Set(plan(stopped, rules).steps.map(told))).toEqual(new Set(rest.map(told)));
    });
  });

  it("a stop after any step ends in the same place, knowing only the items that are needed", () => {
    const known = (state: AccountState, rules: Policy) =>
      needsInvoiceItems(state, rules) ? state : withoutNumbers(state);
    forAll([settlement, policies], (state, rules) => {
      const straight = everything(state, settle(known(state, rules), rules));
      const { steps } = plan(known(state, rules), rules);
      for (let done = 0; done <= steps.length; done += 1) {
        const stopped = readAgain(carryOut(state, steps.slice(0, done)));
        expect(everything(state, settle(known(stopped, rules), rules))).toEqual(straight);
      }
    });
  });

  it("a call of a memo again, right after it or after all others, is refused", () => {
    forAll([settlement, policies], (state, rules) => {
      const calls = callsOf(plan(state, rules).steps);
      let after = state;
      for (const call of calls) {
        after = carryOut(after, call);
        // All entries of one call or none: refused where any of them is.
        expect(() => carryOut(after, call)).toThrow(RangeError);
      }
      for (const call of calls) expect(() => carryOut(after, call)).toThrow(RangeError);
    });
  });

  it("the whole plan again changes nothing", () => {
    forAll([settlement, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const once = carryOut(state, steps);
      expect(positions(steps.reduce(attempt, once))).toEqual(positions(once));
    });
  });
});
