import { describe, expect, it } from "vitest";
import type { Problem } from "../../../../functions/app/dead-letters/problems.ts";
import {
  explainAccount,
  type KnownOfAccount,
  type Obstacle,
  type Verdict,
} from "../../../../functions/app/records/explain-account.ts";
import type { AdjustmentRecord } from "../../../../functions/app/records/ports.ts";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { plan } from "../../../../functions/domain/plan.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import { account, invoice, memo, money, policy } from "../../domain/fixtures.ts";

/** Everything that is known of an account, about which nothing is remarkable but what the test names. */
const explained = (state: AccountState, rules: Partial<Policy> = {}, more: Partial<KnownOfAccount> = {}) =>
  explainAccount({
    planned: { state, plan: plan(state, policy(rules)) },
    adjustments: [],
    applications: [],
    problem: undefined,
    position: "on",
    ...more,
  });

/** Verdicts by invoice number, in one line each. */
const verdicts = (...known: Parameters<typeof explained>): Readonly<Record<string, string>> =>
  Object.fromEntries(explained(...known).invoices.map(({ invoice: { number }, verdict }) => [number, told(verdict)]));

const told = (verdict: Verdict): string => {
  if (verdict.kind === "held") return `held: ${verdict.reason}${verdict.isWholeAccount ? ", with the account" : ""}`;
  return "amount" in verdict ? `${verdict.kind} ${verdict.amount.toFixed()}` : verdict.kind;
};

const negative = invoice("NEG", { amount: "-10" });
const open = invoice("OPEN", { amount: "30" });

const adjustment = (number: string, createdAt: number, invoiceNumber: string): AdjustmentRecord => ({
  id: `id-of-${number}`,
  number,
  accountId: "account-id",
  invoice: { id: `id-of-${invoiceNumber}`, number: invoiceNumber },
  type: "Increase",
  amount: money("10"),
  status: "Processed",
  reference: "zcs-0mb0abc123",
  comment: undefined,
  createdAt,
  updatedAt: createdAt,
});

const problem: Problem = {
  accountId: "account-id",
  namesAccount: true,
  code: "ZUORA_REJECTED",
  zuoraCode: "ACCOUNTING_PERIOD_CLOSED",
  message: "The accounting period is closed.",
  since: "2026-03-16T11:00:00.000Z",
  attempts: 1,
  letters: [],
};

describe("what becomes of each invoice of an account", () => {
  it("is a transfer of the whole, and an application of as much as there is credit for", () => {
    expect(verdicts(account({ credit: "5", invoices: [negative, open] }))).toEqual({
      NEG: "will-transfer 10",
      OPEN: "will-apply 15",
    });
  });

  it("is nothing for an open invoice that no credit is left for", () => {
    const second = invoice("OPEN-LATER", { amount: "30", dueDate: "2026-04-30" });
    expect(verdicts(account({ invoices: [invoice("NEG", { amount: "-30" }), open, second] }))).toMatchObject({
      OPEN: "will-apply 30",
      "OPEN-LATER": "no-credit",
    });
  });

  it("is a hold of its own, while the other invoices are settled", () => {
    const later = invoice("LATER", { amount: "-5", invoiceDate: "2026-03-17" });
    expect(verdicts(account({ invoices: [negative, later] }))).toEqual({
      LATER: "held: future-dated",
      NEG: "will-transfer 10",
    });
  });

  it("is the hold of the whole account, for every invoice that has none of its own", () => {
    const whole = explained(account({ optedOut: true, invoices: [negative, open] }));
    expect(whole).toMatchObject({ holds: ["opted-out"], hasSteps: false });
    expect(verdicts(account({ optedOut: true, invoices: [negative, open] }))).toEqual({
      NEG: "held: opted-out, with the account",
      OPEN: "held: opted-out, with the account",
    });
  });

  it("is a transfer alone where the policy leaves credit to people, and the open invoice says so", () => {
    expect(verdicts(account({ invoices: [negative, open] }), { application: "transfer-only" })).toEqual({
      NEG: "will-transfer 10",
      OPEN: "held: transfer-only, with the account",
    });
  });

  it("is all that an open invoice gets, also what waits for its turn", () => {
    const state = account({
      mode: "both",
      credit: "4",
      creditMemos: [memo("CM", { amount: "5", subscriptions: ["S-1"] })],
      invoices: [invoice("INV", { amount: "12", subscriptions: ["S-1"] })],
    });
    expect(verdicts(state)).toEqual({ INV: "will-apply 9" });
  });

  it("is unexplained, and never called settled, where a negative invoice is neither planned nor held", () => {
    const state = account({ invoices: [negative] });
    const { invoices } = explained(state, {}, { planned: { state, plan: { steps: [], holds: [] } } });
    expect(invoices.map(({ verdict }) => verdict.kind)).toEqual(["unexplained"]);
  });

  it("leaves out what is settled and was never adjusted, and tells the past of what was, the oldest first", () => {
    const settled = invoice("SETTLED", { amount: "-10", balance: "0" });
    const paid = invoice("PAID", { amount: "20", balance: "0" });
    const adjustments = [adjustment("CBA-2", 200, "SETTLED"), adjustment("CBA-1", 100, "SETTLED")];
    const { invoices } = explained(account({ invoices: [settled, paid] }), {}, { adjustments });
    expect(invoices).toMatchObject([{ invoice: { number: "SETTLED" }, verdict: { kind: "settled" } }]);
    expect(invoices[0]?.past.map(({ number }) => number)).toEqual(["CBA-1", "CBA-2"]);
  });
});

describe("why steps that are due are not taken", () => {
  const kinds = (obstacles: readonly Obstacle[]) => obstacles.map(({ kind }) => kind);

  it("is the switch, and the dead letters of the account, both where both", () => {
    const state = account({ invoices: [negative] });
    expect(kinds(explained(state, {}, { position: "off", problem }).obstacles)).toEqual(["switch", "dead-lettered"]);
    expect(kinds(explained(state, {}, { problem }).obstacles)).toEqual(["dead-lettered"]);
    expect(explained(state).obstacles).toEqual([]);
  });

  it("is nothing where nothing is due, whatever the switch says", () => {
    expect(explained(account({ invoices: [open] }), {}, { position: "off", problem }).obstacles).toEqual([]);
  });
});
