import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AccountState,
  type CreditMemo,
  type Invoice,
  isNegative,
  isOpen,
} from "../../../../functions/domain/account.ts";
import { applyCreditMemos, payerOf } from "../../../../functions/domain/credit/apply-credit-memos.ts";
import { isApplication, type Step } from "../../../../functions/domain/credit/step.ts";
import { holdOfCreditMemo, holdOfInvoice, holdOfPayment } from "../../../../functions/domain/hold.ts";
import { min, subtract, sum } from "../../../../functions/domain/money.ts";
import { byDue, type MemoRank } from "../../../../functions/domain/order-of-application.ts";
import { needsInvoiceItems, plan, stepsInAll } from "../../../../functions/domain/plan.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import { forAll, policies as policiesForAll } from "../arbitraries.ts";
import {
  attempt,
  carryOut,
  money,
  owed,
  policy,
  positions,
  readAgain,
  settleWholly,
  told,
  toldSteps,
  withoutNumbers,
} from "../fixtures.ts";
import { accountsWithMemos } from "./arbitraries.ts";

const policies: fc.Arbitrary<Policy> = fc
  .tuple(policiesForAll, fc.constantFrom("leave" as const, "apply" as const))
  .map(([rules, unappliedPayments]) => ({ ...rules, unappliedPayments }));

const settlement = accountsWithMemos("credit-memos");
const either = accountsWithMemos("credit-memos", "both");
const besideOthersCredit: fc.Arbitrary<AccountState> = fc
  .tuple(either, fc.nat(2), fc.nat(1))
  .map(([state, standing, freed]) => ({
    ...state,
    standingCredit: min(money(String(standing)), state.creditBalance),
    freedCredit: min(
      money(String(freed)),
      subtract(state.creditBalance, min(money(String(standing)), state.creditBalance)),
    ),
  }));

const memoRanks: readonly MemoRank[] = [0, 1, 2, 3, 4];

/** How well the two fit, told from all that they have in common. */
const rankOf = (memo: CreditMemo, { itemIds, subscriptionNumbers, amount }: Invoice): MemoRank => {
  if (!memo.creditedItemIds.isDisjointFrom(itemIds ?? new Set())) return 0;
  const isOfOne = !memo.subscriptionNumbers.isDisjointFrom(subscriptionNumbers ?? new Set());
  if (memo.amount.eq(amount)) return isOfOne ? 1 : 3;
  return isOfOne ? 2 : 4;
};

const pairByPair = (memos: readonly CreditMemo[], open: readonly Invoice[]): readonly string[] => {
  const byAge = memos.toSorted((a, b) => (`${a.memoDate} ${a.number}` < `${b.memoDate} ${b.number}` ? -1 : 1));
  const inOrder = open.toSorted(byDue).flatMap((invoice) => byAge.map((memo) => ({ memo, invoice })));
  const left = new Map([
    ...memos.map((each) => [each.id, each.unapplied] as const),
    ...open.map((each) => [each.id, each.balance] as const),
  ]);
  const leftOf = ({ id }: { readonly id: string }) => left.get(id) ?? money("0");
  return memoRanks.flatMap((rank) =>
    inOrder
      .filter(({ memo, invoice }) => rankOf(memo, invoice) === rank)
      .flatMap(({ memo, invoice }) => {
        const amount = min(leftOf(memo), leftOf(invoice));
        for (const each of [memo, invoice]) left.set(each.id, subtract(leftOf(each), amount));
        return amount.gt(0) ? `${rank}: apply ${memo.number} to ${invoice.number} ${amount}` : [];
      }),
  );
};

const callOf = (step: Step) => (isApplication(step) ? payerOf(step).id : step.kind);

/** The plan as it leaves: one call for each memo or payment. */
const callsOf = (steps: readonly Step[]) => [...Map.groupBy(steps, callOf).values()];

/** All money, also of what a fresh reading no longer returns. */
const everything = (before: AccountState, after: AccountState) => {
  const { invoices, creditMemos = [], unappliedPayments = [] } = before;
  const gone = [...invoices, ...creditMemos, ...unappliedPayments].map(({ number }) => [number, "0"]);
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

  it("leaves no money of a free memo or payment, and no credit, beside a free open invoice that it can be applied to", () => {
    forAll([either], (state) => {
      const rules = policy({ unappliedPayments: "apply" });
      const after = settleWholly(state, rules);
      if (plan(after, rules).holds.some(({ reason }) => reason === "payment-run-collecting")) return;
      const open = after.invoices.filter((each) => isOpen(each) && holdOfInvoice(each, after, rules) === undefined);
      const idleMemos = after.creditMemos?.filter(
        (each) => each.unapplied.gt(0) && holdOfCreditMemo(each, after, rules) === undefined,
      );
      const idlePayments = after.unappliedPayments?.filter(
        (each) => each.unapplied.gt(0) && holdOfPayment(each, after, rules) === undefined,
      );
      const isReached = open.some(({ hasTooManyItems = false }) => !hasTooManyItems);
      expect(!isReached || (idleMemos?.length === 0 && idlePayments?.length === 0)).toBe(true);
      expect(open.length === 0 || after.creditBalance.eq(0)).toBe(true);
    });
  });

  it("applies no memo to an invoice of too many items, and names each that idle money of a memo would pay", () => {
    forAll([either], (state) => {
      const { steps, later = [], holds } = plan(state, policy());
      if (holds.some(({ reason }) => reason === "payment-run-collecting")) return;
      const after = settleWholly(state, policy());
      const tooMany = new Set(state.invoices.filter((each) => each.hasTooManyItems).map(({ id }) => id));
      const byMemo = [...steps, ...later].filter(({ kind }) => kind === "ApplyCreditMemo");
      expect(byMemo.filter(({ invoice }) => tooMany.has(invoice.id))).toEqual([]);
      const isIdle = after.creditMemos?.some(
        (each) => each.unapplied.gt(0) && holdOfCreditMemo(each, state, policy()) === undefined,
      );
      const waiting = after.invoices.filter(
        (each) => isIdle && tooMany.has(each.id) && isOpen(each) && holdOfInvoice(each, state, policy()) === undefined,
      );
      const named = holds.filter(({ reason, invoice }) => reason === "too-many-items" && invoice !== undefined);
      expect(named.map(({ invoice }) => invoice?.id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
    });
  });

  it("exhausts an invoice, or a memo or payment, with every application", () => {
    forAll([settlement, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const after = carryOut(state, steps);
      for (const step of steps) {
        if (!isApplication(step)) throw new Error(`${step.kind} in a tenant with memos alone`);
        const payers = [...(after.creditMemos ?? []), ...(after.unappliedPayments ?? [])];
        const payer = payers.find(({ id }) => id === payerOf(step).id);
        const paid = after.invoices.find(({ id }) => id === step.invoice.id);
        expect(payer?.unapplied.eq(0) || paid?.balance.eq(0)).toBe(true);
      }
    });
  });

  it("never touches a negative invoice of a tenant with memos alone, and names each", () => {
    forAll([settlement, policies], (state, rules) => {
      const { steps, holds } = plan(state, rules);
      expect(steps.filter((step) => !isApplication(step))).toEqual([]);
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

  it("never touches a held memo", () => {
    forAll([either, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      const memoSteps = steps.filter((step) => step.kind === "ApplyCreditMemo");
      for (const { creditMemo } of memoSteps) {
        const memo = state.creditMemos?.find(({ id }) => id === creditMemo.id);
        expect(memo && holdOfCreditMemo(memo, state, rules)).toBe(undefined);
      }
    });
  });

  it("never touches a held payment, and none at all where the policy leaves them", () => {
    forAll([either, policies], (state, rules) => {
      const paymentSteps = stepsInAll(plan(state, rules)).filter((step) => step.kind === "ApplyPayment");
      if (rules.unappliedPayments === "leave") expect(paymentSteps).toEqual([]);
      for (const { payment } of paymentSteps) {
        const own = state.unappliedPayments?.find(({ id }) => id === payment.id);
        expect(own && holdOfPayment(own, state, rules)).toBe(undefined);
      }
    });
  });

  it("lets a payment pay only what no free credit can", () => {
    forAll([either], (state) => {
      const rules = policy({ unappliedPayments: "apply" });
      const steps = stepsInAll(plan(state, rules));
      if (!steps.some(({ kind }) => kind === "ApplyPayment")) return;
      const free = state.creditMemos?.filter((each) => holdOfCreditMemo(each, state, rules) === undefined) ?? [];
      const used = steps.filter(({ kind }) => kind === "ApplyCreditMemo").map(({ amount }) => amount);
      expect(sum(used).toFixed()).toBe(sum(free.map(({ unapplied }) => unapplied)).toFixed());
      expect(settleWholly(state, rules).creditBalance.toFixed()).toBe("0");
    });
  });

  it("pays no invoice out of credit balance and otherwise before it was read again", () => {
    forAll([accountsWithMemos("both")], (state) => {
      const { steps } = plan(state, policy({ unappliedPayments: "apply" }));
      const paidBy = (isMeant: (step: Step) => boolean) =>
        new Set(steps.filter(isMeant).map(({ invoice }) => invoice.id));
      const byBalance = paidBy(({ kind }) => kind === "ApplyCreditBalance");
      expect(paidBy(isApplication).isDisjointFrom(byBalance)).toBe(true);
    });
  });
});

describe("whatever interrupts or repeats", () => {
  it("whatever part of a plan was carried out, in whatever order, the same is planned of the rest", () => {
    forAll([besideOthersCredit, policies, fc.infiniteStream(fc.nat())], (state, rules, chance) => {
      const all = stepsInAll(plan(state, rules));
      const shuffled = all.map((step) => ({ step, at: chance.next().value ?? 0 })).toSorted((a, b) => a.at - b.at);
      let stopped = state;
      const rest = new Set(all);
      for (const { step } of shuffled.filter(({ at }) => at % 2 === 0)) {
        // Only a Decrease before its Increase is refused.
        const after = attempt(stopped, step);
        if (after !== stopped) rest.delete(step);
        stopped = after;
      }
      const left = stepsInAll(plan(readAgain(stopped), rules));
      expect(left.map(told).toSorted()).toEqual([...rest].map(told).toSorted());
    });
  });

  it("a stop after any step ends in the same place, knowing only the items that are needed", () => {
    const known = (state: AccountState, rules: Policy) =>
      needsInvoiceItems(state, rules) ? state : withoutNumbers(state);
    const settleAsKnown = (state: AccountState, rules: Policy): AccountState => {
      const { steps, later } = plan(known(state, rules), rules);
      const after = carryOut(state, steps);
      return later === undefined ? after : settleAsKnown(readAgain(after), rules);
    };
    forAll([besideOthersCredit, policies], (state, rules) => {
      const straight = everything(state, settleWholly(state, rules));
      const stopAnywhere = (from: AccountState): void => {
        const { steps, later } = plan(known(from, rules), rules);
        for (let done = 0; done <= steps.length; done += 1) {
          const stopped = readAgain(carryOut(from, steps.slice(0, done)));
          expect(everything(state, settleAsKnown(stopped, rules))).toEqual(straight);
        }
        if (later !== undefined) stopAnywhere(readAgain(carryOut(from, steps)));
      };
      stopAnywhere(state);
    });
  });

  it("a call of a memo or payment again, right after it or after all others, is refused", () => {
    forAll([either, policies], (state, rules) => {
      const calls = callsOf(plan(state, rules).steps.filter(isApplication));
      let after = state;
      for (const call of calls) {
        after = carryOut(after, call);
        // All entries of one call or none: refused where any of them is.
        expect(() => carryOut(after, call)).toThrow(RangeError);
      }
      for (const call of calls) expect(() => carryOut(after, call)).toThrow(RangeError);
    });
  });

  it("the whole plan again, after all of it or after what follows it, changes nothing", () => {
    forAll([either, policies], (state, rules) => {
      const { steps } = plan(state, rules);
      for (const once of [carryOut(state, steps), settleWholly(state, rules)])
        expect(everything(state, steps.reduce(attempt, once))).toEqual(everything(state, once));
    });
  });
});

describe("which memo pays which invoice", () => {
  it("is what comparing every memo with every invoice at each rank would find", () => {
    forAll([settlement], ({ creditMemos = [], invoices }) => {
      const open = invoices.filter(isOpen);
      const found = applyCreditMemos(creditMemos, open, memoRanks);
      expect(found.map((step) => `${step.rank}: ${told(step)}`)).toEqual(pairByPair(creditMemos, open));
    });
  });
});
