import { heldPayer } from "../../../domain/hold.ts";
import { toDecimal } from "../../../domain/money.ts";
import { eventDetails, type SweepEvent } from "../../events/event.ts";
import type { ReportedAdjustment, ReportedApplication } from "../report/report.ts";
import type { DigestFacts, FailedAccount } from "./digest-facts.ts";

/**
 * What others are told once more each night, whatever became of the first telling: the day's adjustments out of Zuora's
 * own records, and how things stand. That is what makes it "at least once". Pure.
 */
export const toldAgain = ({
  whole: { report, left },
  failed,
}: Pick<DigestFacts, "whole" | "failed">): readonly SweepEvent[] => [
  ...report.adjustments.filter(({ status }) => status === "Processed").map(moved),
  ...(report.memos?.applied ?? []).flatMap(applied),
  ...left.held
    .filter((held) => heldPayer(held) === undefined)
    .map(({ accountId, invoiceId, invoiceNumber, reason }): SweepEvent => {
      const which = invoiceId === undefined ? {} : { invoiceId, invoiceNumber };
      return { name: "InvoiceHeld", detail: { accountId, ...which, reason } };
    }),
  ...failed.flatMap(deadLettered),
  ...left.pending.map(
    ({ accountId, currency, amount }): SweepEvent => ({
      name: "CreditPending",
      detail: { accountId, amount: toDecimal(amount), currency },
    }),
  ),
];

const moved = (each: ReportedAdjustment): SweepEvent => ({
  name: each.type === "Increase" ? "CreditTransferred" : "CreditApplied",
  detail: { ...movedOn(each), runId: each.reference ?? "", adjustmentId: each.id },
});

/** Zuora keeps no run with an application. One that took money back says nothing new about what was paid. */
const applied = (each: ReportedApplication): readonly SweepEvent[] => {
  const { invoice, amount, creditMemo } = each;
  if (invoice === undefined || !amount.gt(0)) return [];
  return [{ name: "CreditApplied", detail: { ...movedOn({ ...each, invoice }), creditMemoId: creditMemo.id } }];
};

type Moved = Pick<ReportedAdjustment, "accountId" | "invoice" | "amount" | "currency">;

const movedOn = ({ accountId, invoice, amount, currency }: Moved) => ({
  accountId,
  invoiceId: invoice.id,
  invoiceNumber: invoice.number,
  amount: toDecimal(amount),
  currency,
});

/** A letter that somebody wrote by hand may say anything. */
const deadLettered = ({ accountId, code, zuoraCode, runId }: FailedAccount): readonly SweepEvent[] => {
  const detail = eventDetails.AccountDeadLettered.safeParse({ accountId, code, zuoraCode, runId });
  return detail.success ? [{ name: "AccountDeadLettered", detail: detail.data }] : [];
};
