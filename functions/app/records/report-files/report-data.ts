import { formatMoney } from "../../../domain/currency.ts";
import type { Money } from "../../../domain/money.ts";
import { holdWords } from "../hold-words.ts";
import type { WholeReport } from "../report/read-report.ts";
import type { ReportedAdjustment, ReportedApplication, ReportedMemos } from "../report/report.ts";
import { revenueData } from "./revenue-table.ts";

/** The report as it is shown: amounts as text with the currency's own places. */
export type ReportData = ReturnType<typeof reportData>;

export type ReportAbout = {
  readonly system: string;
  /** The month or days that were asked for, in words; absent: the instants say it. */
  readonly period?: string | undefined;
  readonly runId?: string | undefined;
  /** The number of the only account, where it is about one. */
  readonly account?: string | undefined;
  readonly timeZone: string;
  /** @returns the number of an account, or its id where nobody knows */
  readonly nameOf: (accountId: string) => string;
};

export const reportData = (whole: WholeReport, about: ReportAbout) => {
  const { report, left, stranded, charged, now } = whole;
  return {
    system: about.system,
    period: about.period ?? null,
    runId: about.runId ?? null,
    account: about.account ?? null,
    timeZone: about.timeZone,
    since: iso(report.since),
    until: iso(report.until ?? now),
    readAt: iso(now),
    balances: report.balances,
    currencies: report.lines.map(({ currency, opening, billed, transferred, byOthers, stillNegative, difference }) => ({
      currency,
      ...moneyTexts({ opening, new: billed, transferred, byOthers, stillNegative, difference }, currency),
    })),
    credit: report.credit.map(({ currency, ...terms }) => ({ currency, ...moneyTexts(terms, currency) })),
    held: left.held.map((each) => ({
      reason: each.reason,
      accountNumber: each.accountNumber,
      accountId: each.accountId,
      invoiceNumber: each.invoiceNumber ?? "",
      ...(left.countsCreditMemos ? { creditMemoNumber: each.creditMemo?.number ?? "" } : {}),
      ...(left.held.some(({ payment }) => payment !== undefined) ? { paymentNumber: each.payment?.number ?? "" } : {}),
      amount: formatMoney(each.amount, each.currency),
      currency: each.currency,
      days: daysSince(each.postedAt, now),
      dueDate: each.dueDate ?? "",
      ...holdWords[each.reason],
    })),
    accountsPlanned: { planned: left.planned, of: left.of },
    foundByRuns: charged.found.map(({ paymentRun = "", beganAt, accountId, why }) => ({
      accountNumber: about.nameOf(accountId),
      accountId,
      why,
      paymentRun,
      beganAt: iso(beganAt),
    })),
    sparedCharges: charged.spared.map(({ paymentRun = "", beganAt, accountId, accountNumber, currency, amount }) => ({
      accountNumber,
      accountId,
      amount: formatMoney(amount, currency),
      currency,
      paymentRun,
      beganAt: iso(beganAt),
    })),
    strandedAgeing: whole.ageing.map(({ currency, age, accounts, amount }) => ({
      currency,
      age,
      accounts: String(accounts),
      amount: formatMoney(amount, currency),
    })),
    strandedCredit: stranded.map(({ accountNumber, accountId, amount, currency, since }) => ({
      accountNumber,
      accountId,
      amount: formatMoney(amount, currency),
      currency,
      since: since === undefined ? "" : iso(since),
      days: daysSince(since, now),
    })),
    days: whole.days.map(({ day, currency, transferred, applied, accounts }) => ({
      day,
      currency,
      ...moneyTexts({ transferred, applied }, currency),
      accounts: String(accounts),
    })),
    ...(whole.revenue === undefined ? {} : { revenue: revenueData(whole.revenue, now) }),
    waits: waitsData(whole),
    notOurs: report.notOurs.map(adjustmentData),
    adjustments: report.adjustments.map(adjustmentData),
    appliesPayments: left.appliesPayments === true,
    ...(report.memos === undefined ? {} : { creditMemos: memosData(report.memos) }),
  };
};

/** With Invoice Settlement nothing is transferred. */
const waitsData = ({ waits, report }: WholeReport) =>
  report.memos !== undefined && waits.every(({ invoices }) => invoices === 0)
    ? []
    : waits.map(({ name, invoices }) => ({ name, invoices: String(invoices) }));

const memosData = ({ lines, applied, byOthers }: ReportedMemos) => ({
  lines: lines.map(({ currency, ...terms }) => ({ currency, ...moneyTexts(terms, currency) })),
  applied: applied.map(applicationData),
  byOthers: byOthers.map(applicationData),
});

const applicationData = (each: ReportedApplication) => ({
  id: each.id,
  createdAt: iso(each.createdAt),
  accountNumber: each.accountNumber,
  accountId: each.accountId,
  creditMemoNumber: each.creditMemo.number,
  creditMemoId: each.creditMemo.id,
  invoiceNumber: each.invoice?.number ?? "",
  invoiceId: each.invoice?.id ?? "",
  amount: formatMoney(each.amount, each.currency),
  currency: each.currency,
});

const dayMs = 24 * 60 * 60_000;

const daysSince = (instant: number | undefined, now: number): string =>
  instant === undefined ? "" : String(Math.floor((now - instant) / dayMs));

const moneyTexts = <K extends string>(terms: Readonly<Record<K, Money>>, currency: string): Record<K, string> =>
  Object.fromEntries(
    Object.entries<Money>(terms).map(([name, amount]) => [name, formatMoney(amount, currency)]),
  ) as Record<K, string>;

const adjustmentData = (each: ReportedAdjustment) => ({
  id: each.id,
  number: each.number,
  createdAt: iso(each.createdAt),
  accountNumber: each.accountNumber,
  accountId: each.accountId,
  invoiceNumber: each.invoice.number,
  invoiceId: each.invoice.id,
  type: each.isOfInvoiceAlone ? alone[each.type] : each.type,
  amount: formatMoney(each.amount, each.currency),
  currency: each.currency,
  status: each.status,
  canceledAt: each.status === "Canceled" ? iso(each.updatedAt) : "",
  runId: each.reference ?? "",
  comment: each.comment ?? "",
});

/** Zuora's words where an invoice was adjusted and no credit. */
const alone = { Increase: "Charge", Decrease: "Credit" } as const;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
