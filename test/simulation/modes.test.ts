import { describe, expect, it } from "vitest";
import { hasCreditMemos, modes } from "../../functions/domain/credit/mode.ts";
import { fromDecimal, subtract } from "../../functions/domain/money.ts";
import { apiUserId } from "../zuora-simulator/authentication.ts";
import { applyPayment } from "../zuora-simulator/unapplied-payments/apply-payment.ts";
import { addCustomerPayment } from "../zuora-simulator/unapplied-payments/build-payment.ts";
import { liveThrough } from "./harness/history.ts";
import { addTallies, emptyTally, tallyOf, tallyOfPaymentRuns } from "./harness/tally.ts";
import { violationsOf } from "./harness/violations.ts";

/** A few here, thousands with `npm run simulate -- --mode MODE`, and as many with `--payment-runs`. */
const [seeds, seedsOfPaymentRuns] = [16, 4];

describe.each(modes.filter(hasCreditMemos))("any history of a tenant with %s", (mode) => {
  it("ends settled, conserved and explained", { timeout: 120_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seeds; seed += 1) tally = addTallies(tally, await tallyOf(seed, mode));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    const acts = ["memo-applied", "memo-unapplied", "memo-excluded", "overpaid", "payment-applied"].map(
      (act) => `${act}-by-people`,
    );
    for (const fault of ["dropped-after-commit", "late-commit", "never-answers", "killed", ...acts])
      expect(tally.faults[fault], fault).toBeGreaterThan(0);
  });

  it("lets no memo pay what a payment takes", { timeout: 120_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seedsOfPaymentRuns; seed += 1)
      tally = addTallies(tally, await tallyOfPaymentRuns(seed, mode));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    expect(tally.faults["payment-of-a-run"]).toBeGreaterThan(0);
  });
});

describe("the watch over a history with credit memos", () => {
  const lived = async () => {
    const options = {
      seed: 20,
      mode: "credit-memos" as const,
      faultProbability: 0,
      outsideMovements: false,
      readsLagMs: 0,
      writesLandLate: false,
    };
    return { options, history: await liveThrough(options) };
  };

  const applied = (history: Awaited<ReturnType<typeof lived>>["history"]) => {
    const { creditMemoApplications, creditMemos, invoices } = history.tenant.store;
    const application = creditMemoApplications.rows.find(({ createdById }) => createdById === apiUserId);
    const memo = creditMemos.one("id", application?.creditMemoId ?? "");
    const invoice = invoices.one("Id", application?.invoiceId ?? "");
    if (application === undefined || memo === undefined || invoice === undefined)
      throw new Error("a history in which no memo was applied");
    return { application, memo, invoice };
  };

  /** An invoice that was paid, and its account. */
  const overpaid = (history: Awaited<ReturnType<typeof lived>>["history"]) => {
    const { invoice } = applied(history);
    const account = history.tenant.store.accounts.one("Id", invoice.AccountId);
    if (account === undefined) throw new Error("an invoice without an account");
    return { invoice, account };
  };

  const beforeToday = { effectiveDate: "2026-11-20" };

  it("sees nothing wrong with a history in which nothing went wrong", async () => {
    const { options, history } = await lived();
    expect(violationsOf(history, options)).toEqual([]);
  });

  it("sees a memo that was left beside an open invoice", async () => {
    const { options, history } = await lived();
    const { memo, invoice } = applied(history);
    memo.unappliedAmount = memo.amount;
    invoice.Balance = invoice.Amount;
    expect(violationsOf({ ...history, lines: [] }, options).join()).toContain(`${memo.number} lies idle`);
  });

  it("sees a memo that pays more than it has", async () => {
    const { options, history } = await lived();
    const { memo } = applied(history);
    memo.unappliedAmount = subtract(memo.unappliedAmount, fromDecimal("0.01"));
    expect(violationsOf(history, options).join()).toContain("and says otherwise");
  });

  it("sees an application of a memo that a person had taken back or excluded", async () => {
    const { options, history } = await lived();
    const { application, memo, invoice } = applied(history);
    const at = application.createdDate - 120_000;
    const said = { accountId: memo.accountId, invoiceId: invoice.Id, memoId: memo.id, at, owes: fromDecimal("0") };
    history.movements.push({ kind: "memo-unapplied", ...said });
    expect(violationsOf(history, options).join()).toContain("after memo-unapplied");
  });

  it("sees a payment that was left beside an open invoice, where the policy applies them", async () => {
    const { options, history } = await lived();
    const { invoice, account } = overpaid(history);
    const { number } = addCustomerPayment(history.tenant.store, account, { amount: "5.00", ...beforeToday });
    invoice.Balance = invoice.Amount;
    const policy = { ...history.policy, unappliedPayments: "apply" as const };
    expect(violationsOf({ ...history, policy, lines: [] }, options).join()).toContain(`${number} lies idle`);
  });

  it("sees a payment that was applied although the policy leaves it", async () => {
    const { options, history } = await lived();
    const { invoice, account } = overpaid(history);
    const { tenant } = history;
    invoice.Balance = invoice.Amount;
    const payment = addCustomerPayment(tenant.store, account, { amount: "0.10", ...beforeToday });
    const entries = [{ invoiceId: invoice.Id, amount: payment.amount }];
    expect(applyPayment(tenant.store, payment, { entries }, tenant.memoRulesAt(history.endedAt))).toBeUndefined();
    const policy = { ...history.policy, unappliedPayments: "leave" as const };
    expect(violationsOf({ ...history, policy }, options).join()).toContain("which is to be left");
  });

  it("sees one memo that pays one invoice twice", async () => {
    const { options, history } = await lived();
    const { application } = applied(history);
    history.tenant.store.creditMemoApplications.add({ ...application, id: "once more" });
    expect(violationsOf(history, options).join()).toContain("has 2 applications");
  });

  it("sees a negative invoice that was touched where nothing can be done with it", async () => {
    const { options, history } = await lived();
    const { invoice } = applied(history);
    Object.assign(invoice, { Amount: fromDecimal("-5") });
    expect(violationsOf(history, options).join()).toContain(
      "is negative in a tenant with memos alone, and was touched",
    );
  });
});
