import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { formatMoney } from "../../domain/currency.ts";
import { negate } from "../../domain/money.ts";
import type { MemoRank } from "../../domain/order-of-application.ts";
import { isOurs } from "../../domain/run-id.ts";
import type {
  AccountExplanation,
  ExplainedAccountInvoice,
  ExplainedMemo,
  ExplainedPayment,
  Obstacle,
  PaidRecord,
  Verdict,
} from "./explain-account.ts";
import { holdWords } from "./hold-words.ts";
import type { AdjustmentRecord } from "./ports.ts";

/** What is to be read about one invoice: what happens, and where nothing does, why, who acts, and how it ends. */
export type VerdictWords = {
  readonly says: string;
  readonly who?: string | undefined;
  readonly release?: string | undefined;
};

const rankWords: Readonly<Record<MemoRank, string>> = {
  0: "a credit memo that credits one of its items",
  1: "a credit of the same subscription and the same amount",
  2: "a credit of the same subscription",
  3: "a credit of the same amount",
  4: "its place by due date",
};

/** An invoice's verdict in plain words. */
export const verdictWords = (verdict: Verdict, { currency, accountNumber }: AccountExplanation): VerdictWords => {
  switch (verdict.kind) {
    case "held": {
      const { means, who, release } = holdWords[verdict.reason];
      const whole = verdict.isWholeAccount ? " This holds the whole account." : "";
      return { says: `Left alone (${verdict.reason}). ${means}${whole}`, who, release: named(release, accountNumber) };
    }
    case "will-transfer":
      return {
        says: `All of it, ${formatMoney(verdict.amount, currency)}, is to be transferred to the credit balance.`,
      };
    case "will-apply": {
      const chosen = verdict.rank === undefined ? "" : ` It was chosen by ${rankWords[verdict.rank]}.`;
      return { says: `Credit of ${formatMoney(verdict.amount, currency)} is to be applied to it.${chosen}` };
    }
    case "no-credit":
      return { says: "Open, and no credit is left for it: the customer owes it." };
    case "unexplained":
      return { says: "Negative, and nothing explains why it is not transferred.", who: "operators" };
    case "settled":
      return { says: "Nothing is left on it." };
  }
};

/** What happens to a credit memo or a payment, and where nothing does, why. */
export const memoWords = (
  { applied, hold, ...from }: ExplainedMemo | ExplainedPayment,
  { accountNumber, holds }: AccountExplanation,
): VerdictWords => {
  const { currency } = payerOf(from);
  if (hold !== undefined) {
    const { means, who, release } = holdWords[hold];
    return { says: `Left alone (${hold}). ${means}`, who, release: named(release, accountNumber) };
  }
  if (applied.gt(0)) return { says: `${formatMoney(applied, currency)} of it is to be applied.` };
  const [whole] = holds;
  return { says: whole === undefined ? "No open invoice waits for it." : `It waits with its account (${whole}).` };
};

/** Why steps that are due are not taken now, and what to do about it. */
export const obstacleWords = (obstacle: Obstacle, { accountNumber }: AccountExplanation): VerdictWords => {
  if (obstacle.kind === "switch") {
    const effect = obstacle.position === "off" ? "nothing is begun" : "everything is planned and nothing written";
    return { says: `The switch says ${obstacle.position}: ${effect}.`, who: "operators", release: "ops resume" };
  }
  const { code, zuoraCode = "", message } = obstacle.problem;
  return {
    says: `It was set aside as ${[code, zuoraCode].join(" ").trim()}: ${message}`,
    who: "operators",
    release: named("When its cause is gone: ops dead-letters replay --account ACCOUNT", accountNumber),
  };
};

/** What is past of an invoice, one sentence for each adjustment and application. Instants are written in UTC. */
export const pastWords = ({ past, paidByMemos }: ExplainedAccountInvoice, currency: string): readonly string[] =>
  [...past.map((each) => adjustmentWords(each, currency)), ...paidByMemos.map(applicationWords)]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, says }) => `${instant(at)} ${says}`);

type Past = { readonly at: number; readonly says: string };

const adjustmentWords = (adjustment: AdjustmentRecord, currency: string): Past => {
  const { number, type, amount, reference, status, createdAt, updatedAt } = adjustment;
  const what = type === "Increase" ? "transferred to credit" : "of credit applied";
  const by = isOurs(reference) ? `by run ${reference}` : "not by this system";
  const canceled = status === "Canceled" ? `, and canceled at ${instant(updatedAt)}` : "";
  return { at: createdAt, says: `${formatMoney(amount, currency)} ${what} ${by} (${number})${canceled}` };
};

/** One application of a credit memo or a payment, or that it was taken back. */
export const applicationWords = (application: PaidRecord): Past => {
  const { amount, currency, createdAt: at } = application;
  const { number } = payerOf(application);
  const by = application.isOurs ? "by this system" : "not by this system";
  if (amount.eq(0)) return { at, says: `${number} applied ${by}, and all of it taken back since` };
  return amount.lt(0)
    ? { at, says: `${formatMoney(negate(amount), currency)} taken back onto ${number} ${by}` }
    : { at, says: `${formatMoney(amount, currency)} of ${number} applied ${by}` };
};

const instant = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16).replace("T", " ")}Z`;

const named = (text: string, accountNumber: string): string => text.replace(/\bACCOUNT\b/, accountNumber);
