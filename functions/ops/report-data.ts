import type { Report, ReportedAdjustment } from "../app/report.ts";
import { formatMoney } from "../domain/currency.ts";

/** The report as it is shown: amounts as text with the currency's own places. */
export type ReportData = ReturnType<typeof reportData>;

export type AdjustmentData = ReturnType<typeof adjustmentData>;

export const reportData = (report: Report, about: { system: string; runId: string | undefined; until: number }) => ({
  system: about.system,
  runId: about.runId ?? null,
  since: iso(report.since),
  until: iso(about.until),
  balances: report.balances,
  currencies: report.lines.map(({ currency, opening, billed, transferred, stillNegative, difference, applied }) => ({
    currency,
    opening: formatMoney(opening, currency),
    new: formatMoney(billed, currency),
    transferred: formatMoney(transferred, currency),
    stillNegative: formatMoney(stillNegative, currency),
    difference: formatMoney(difference, currency),
    applied: formatMoney(applied, currency),
  })),
  adjustments: report.adjustments.map(adjustmentData),
  notOurs: report.notOurs.map(adjustmentData),
});

const adjustmentData = (each: ReportedAdjustment) => ({
  number: each.number,
  createdAt: iso(each.createdAt),
  accountNumber: each.accountNumber,
  accountId: each.accountId,
  invoiceNumber: each.invoice.number,
  type: each.type,
  amount: formatMoney(each.amount, each.currency),
  currency: each.currency,
  status: each.status,
  runId: each.reference ?? "",
  comment: each.comment ?? "",
});

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
