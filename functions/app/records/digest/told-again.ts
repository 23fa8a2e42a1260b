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
  ...left.held.flatMap(({ accountId, invoiceId, invoiceNumber, creditMemo, reason }): readonly SweepEvent[] => {
    // A credit memo that is held is no invoice.
    if (creditMemo !== undefined) return [];
    const which = invoiceId === undefined ? {} : { invoiceId, invoiceNumber };
    return [{ name: "InvoiceHeld", detail: { accountId, ...which, reason } }];
  }),
  ...failed.flatMap(deadLettered),
  ...left.pending.map(
    ({ accountId, currency, amount }): SweepEvent => ({
      name: "CreditPending",
      detail: { accountId, amount: toDecimal(amount), currency },
    }),
  ),
];

const moved = ({ id, accountId, invoice, type, amount, currency, reference = "" }: ReportedAdjustment): SweepEvent => ({
  name: type === "Increase" ? "CreditTransferred" : "CreditApplied",
  detail: {
    accountId,
    invoiceId: invoice.id,
    invoiceNumber: invoice.number,
    amount: toDecimal(amount),
    currency,
    runId: reference,
    adjustmentId: id,
  },
});

/** Zuora keeps no run with an application. One that took money back says nothing new about what was paid. */
const applied = (each: ReportedApplication): readonly SweepEvent[] => {
  const { accountId, invoice, amount, currency, creditMemo } = each;
  if (invoice === undefined || !amount.gt(0)) return [];
  return [
    {
      name: "CreditApplied",
      detail: {
        accountId,
        invoiceId: invoice.id,
        invoiceNumber: invoice.number,
        amount: toDecimal(amount),
        currency,
        creditMemoId: creditMemo.id,
      },
    },
  ];
};

/** A letter that somebody wrote by hand may say anything. */
const deadLettered = ({ accountId, code, zuoraCode, runId }: FailedAccount): readonly SweepEvent[] => {
  const detail = eventDetails.AccountDeadLettered.safeParse({ accountId, code, zuoraCode, runId });
  return detail.success ? [{ name: "AccountDeadLettered", detail: detail.data }] : [];
};
