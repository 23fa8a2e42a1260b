import {
  type AccountId,
  type CreditMemo,
  type Invoice,
  isNegative,
  isOpen,
  isSource,
  type UnappliedPayment,
} from "../../domain/account.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { isApplication } from "../../domain/credit/step.ts";
import { type HoldReason, heldPayer, isOfWholeAccount } from "../../domain/hold.ts";
import { type Money, negate, sum } from "../../domain/money.ts";
import type { MemoRank } from "../../domain/order-of-application.ts";
import { stepsInAll } from "../../domain/plan.ts";
import type { Problem } from "../dead-letters/problems.ts";
import type { Switch } from "../ports.ts";
import type { Planned } from "../settle/read-and-plan.ts";
import type { AdjustmentRecord, MemoApplicationRecord, PaymentApplicationRecord } from "./ports.ts";

/** What happens, or does not, to one invoice. */
export type Verdict =
  /** Left alone; by a reason of the invoice's own, or by one of the whole account. */
  | { readonly kind: "held"; readonly reason: HoldReason; readonly isWholeAccount: boolean }
  /** A step is due: a transfer of the whole, or an application of credit. */
  | { readonly kind: "will-transfer"; readonly amount: Money }
  | { readonly kind: "will-apply"; readonly amount: Money; readonly rank: MemoRank | undefined }
  /** Open, and no credit is left for it. */
  | { readonly kind: "no-credit" }
  /** Negative, and neither planned nor held: nobody can say why. */
  | { readonly kind: "unexplained" }
  /** Its balance is nought. */
  | { readonly kind: "settled" };

export type ExplainedAccountInvoice = {
  readonly invoice: Invoice;
  readonly verdict: Verdict;
  /** Every adjustment of it, whoever made it, the oldest first. */
  readonly past: readonly AdjustmentRecord[];
  /** What credit memos and payments paid of it, and what was taken back, the oldest first. */
  readonly paidByMemos: readonly PaidRecord[];
};

export type ExplainedMemo = {
  readonly creditMemo: CreditMemo;
  readonly applied: Money;
  readonly hold: HoldReason | undefined;
};

/** The same of an unapplied payment. */
export type ExplainedPayment = Omit<ExplainedMemo, "creditMemo"> & { readonly payment: UnappliedPayment };

/** What a credit memo or a payment paid. */
export type PaidRecord = MemoApplicationRecord | PaymentApplicationRecord;

/** Why steps that are due are not taken now. */
export type Obstacle =
  | { readonly kind: "dead-lettered"; readonly problem: Problem }
  | { readonly kind: "switch"; readonly position: Exclude<Switch, "on"> };

/** One account in full: what is, what will be, and why not. */
export type AccountExplanation = {
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly status: string;
  readonly currency: string;
  readonly creditBalance: Money;
  /** Holds of the whole account, or of its credit. */
  readonly holds: readonly HoldReason[];
  readonly obstacles: readonly Obstacle[];
  /** Negative, open, and lately settled ones, by number. */
  readonly invoices: readonly ExplainedAccountInvoice[];
  /** Credit memos with money left, by number, with what is to be applied of each and what holds it. */
  readonly creditMemos: readonly ExplainedMemo[];
  /** The same of payments; none where the policy leaves them. */
  readonly payments: readonly ExplainedPayment[];
  /** Whether any step is due. */
  readonly hasSteps: boolean;
};

export type KnownOfAccount = {
  readonly planned: Planned;
  readonly adjustments: readonly AdjustmentRecord[];
  /** Of its credit memos, and of its payments where the policy applies those; none where the tenant has no memos. */
  readonly applications: readonly PaidRecord[];
  /** The account's dead letters, where it has any. */
  readonly problem: Problem | undefined;
  readonly position: Switch;
};

/** Says of each invoice of an account what happens to it, and why not. Pure. */
export const explainAccount = (known: KnownOfAccount): AccountExplanation => {
  const { planned, adjustments, applications, problem, position } = known;
  const { state, plan } = planned;
  const past = Map.groupBy(adjustments.toSorted(byCreation), ({ invoice }) => invoice.id);
  const paid = Map.groupBy(
    applications.toSorted((a, b) => a.createdAt - b.createdAt),
    ({ invoice }) => invoice?.id,
  );
  const shown = state.invoices
    .filter((each) => isNegative(each) || isOpen(each) || isSource(each) || past.has(each.id) || paid.has(each.id))
    .toSorted((a, b) => (a.number < b.number ? -1 : 1));
  return {
    accountId: state.id,
    accountNumber: state.number,
    status: state.status,
    currency: state.currency,
    creditBalance: state.creditBalance,
    holds: plan.holds.flatMap((hold) => (isOfWholeAccount(hold) ? hold.reason : [])),
    obstacles: plan.steps.length === 0 ? [] : obstaclesOf(problem, position),
    invoices: shown.map((invoice) => ({
      invoice,
      verdict: verdictOf(invoice, planned),
      past: past.get(invoice.id) ?? [],
      paidByMemos: paid.get(invoice.id) ?? [],
    })),
    creditMemos: (state.creditMemos ?? [])
      .toSorted((a, b) => (a.number < b.number ? -1 : 1))
      .map((creditMemo) => ({ creditMemo, ...fateOf(creditMemo.id, planned) })),
    payments: (state.unappliedPayments ?? [])
      .toSorted((a, b) => (a.number < b.number ? -1 : 1))
      .map((payment) => ({ payment, ...fateOf(payment.id, planned) })),
    hasSteps: plan.steps.length > 0,
  };
};

/** What becomes of a memo or a payment. */
const fateOf = (id: string, { plan }: Planned): Omit<ExplainedMemo, "creditMemo"> => {
  const own = stepsInAll(plan).filter((step) => isApplication(step) && payerOf(step).id === id);
  const hold = plan.holds.find((each) => heldPayer(each)?.id === id);
  return { applied: sum(own.map(({ amount }) => amount)), hold: hold?.reason };
};

const verdictOf = (invoice: Invoice, { plan }: Planned): Verdict => {
  const due = stepsInAll(plan).filter((each) => each.invoice.id === invoice.id);
  const [step] = due;
  if (step?.kind === "TransferToCreditBalance") return { kind: "will-transfer", amount: negate(invoice.balance) };
  if (step !== undefined) return { kind: "will-apply", amount: sum(due.map(({ amount }) => amount)), rank: step.rank };
  const own = plan.holds.find((hold) => hold.invoice?.id === invoice.id);
  if (own !== undefined) return { kind: "held", reason: own.reason, isWholeAccount: false };
  if (!isNegative(invoice) && !isOpen(invoice)) return { kind: "settled" };
  const whole = plan.holds.find(isOfWholeAccount);
  if (whole !== undefined) return { kind: "held", reason: whole.reason, isWholeAccount: true };
  return isOpen(invoice) ? { kind: "no-credit" } : { kind: "unexplained" };
};

const obstaclesOf = (problem: Problem | undefined, position: Switch): readonly Obstacle[] => [
  ...(position === "on" ? [] : [{ kind: "switch", position } as const]),
  ...(problem === undefined ? [] : [{ kind: "dead-lettered", problem } as const]),
];

const byCreation = (a: AdjustmentRecord, b: AdjustmentRecord): number =>
  a.createdAt - b.createdAt || (a.number < b.number ? -1 : 1);
