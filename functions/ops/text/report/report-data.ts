import type { LeftToPeople } from "../../../app/records/left-to-people.ts";
import type { StrandedCredit } from "../../../app/records/ports.ts";
import type { Report, ReportedAdjustment } from "../../../app/records/report.ts";
import { formatMoney } from "../../../domain/currency.ts";

/** The report as it is shown: amounts as text with the currency's own places. */
export type ReportData = ReturnType<typeof reportData>;

export type AdjustmentData = ReturnType<typeof adjustmentData>;

export type ReportedToPeople = { readonly left: LeftToPeople; readonly stranded: readonly StrandedCredit[] };

export const reportData = (
  report: Report,
  { left, stranded }: ReportedToPeople,
  about: { system: string; runId: string | undefined; until: number },
) => ({
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
  held: left.held.map(({ reason, accountNumber, accountId, invoiceNumber, amount, currency }) => ({
    reason,
    accountNumber,
    accountId,
    invoiceNumber: invoiceNumber ?? "",
    amount: formatMoney(amount, currency),
    currency,
  })),
  accountsPlanned: { planned: left.planned, of: left.of },
  strandedCredit: stranded.map(({ accountNumber, accountId, amount, currency, since }) => ({
    accountNumber,
    accountId,
    amount: formatMoney(amount, currency),
    currency,
    since: since === undefined ? "" : iso(since),
    days: since === undefined ? "" : String(Math.floor((about.until - since) / dayMs)),
  })),
});

const dayMs = 24 * 60 * 60_000;

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
