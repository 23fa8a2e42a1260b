import type {
  AccountHistory,
  HistoryEntry,
  MemoHistoryEntry,
  PaymentHistoryEntry,
} from "../../app/records/account-history.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { formatMoney, unknownCurrency } from "../../domain/currency.ts";
import { type Look, paint } from "./look.ts";
import { table } from "./table.ts";

/** An account's adjustments, and what its credit memos paid, for programs. Amounts are decimal text. */
export const historyData = ({ accountId, label, parts, applications, payments }: AccountHistory) => {
  const currency = label?.currency ?? unknownCurrency;
  return {
    accountId,
    accountNumber: label?.number ?? null,
    currency,
    creditBalance: label === undefined ? null : formatMoney(label.creditBalance, currency),
    parts: parts.map(({ runId, entries }) => ({
      runId: runId ?? null,
      adjustments: entries.map((entry) => ({
        number: entry.number,
        createdAt: new Date(entry.createdAt).toISOString(),
        type: entry.type,
        amount: formatMoney(entry.amount, currency),
        invoiceNumber: entry.invoice.number,
        status: entry.status,
        madeBy: entry.madeBy,
        canceledAt: entry.canceled === undefined ? null : new Date(entry.canceled.at).toISOString(),
        canceledBy: entry.canceled?.by ?? null,
        comment: entry.comment ?? "",
      })),
    })),
    ...(applications === undefined
      ? {}
      : { creditMemos: applications.map((each) => ({ creditMemoNumber: each.creditMemo.number, ...paidData(each) })) }),
    ...(payments === undefined
      ? {}
      : { payments: payments.map((each) => ({ paymentNumber: each.payment.number, ...paidData(each) })) }),
  };
};

type Paid = MemoHistoryEntry | PaymentHistoryEntry;

const paidData = ({ invoice, amount, currency, createdAt, madeBy }: Paid) => ({
  invoiceNumber: invoice?.number ?? null,
  createdAt: new Date(createdAt).toISOString(),
  amount: formatMoney(amount, currency),
  currency,
  madeBy,
});

/** The same for a person: run by run, the oldest first. */
export const historyText = (history: AccountHistory, look: Look): string => {
  const { accountId, label, parts, applications = [], payments = [] } = history;
  const currency = label?.currency ?? unknownCurrency;
  const credit =
    label === undefined ? "" : `, credit balance ${formatMoney(label.creditBalance, currency)} ${currency}`;
  const title = `Account ${label?.number ?? accountId}${credit}`;
  if (parts.length + applications.length + payments.length === 0) {
    const whose = history.payments === undefined ? "credit memo" : "credit memo and no payment";
    const memos = history.applications === undefined ? "" : `, and no ${whose} of it ever paid anything`;
    return `${title}\nNobody ever adjusted its credit balance${memos}.\n`;
  }
  const head = ["When (UTC)", "Number", "What", "Invoice", "Amount", "By"];
  return [
    `${paint(look, "strong", title)}\n`,
    ...parts.map(({ runId, entries }) => {
      const rows = entries.flatMap((entry) => rowsOf(entry, currency));
      const of = runId === undefined ? "Not by this system" : `Run ${runId}`;
      return `\n${of}\n${table(head, rows, ["Amount"], look)}`;
    }),
    applications.length === 0 ? "" : `\nCredit memos\n${paidTable("Credit memo", applications, look)}`,
    payments.length === 0 ? "" : `\nPayments\n${paidTable("Payment", payments, look)}`,
  ].join("");
};

const paidTable = (head: string, applications: readonly Paid[], look: Look): string =>
  table(
    ["When (UTC)", head, "What", "Invoice", "Amount", "Currency", "By"],
    applications.map(({ createdAt, invoice, amount, currency, madeBy, ...from }) => [
      instant(createdAt),
      payerOf(from).number,
      amount.gt(0) ? "applied" : amount.lt(0) ? "unapplied" : "applied, and unapplied",
      invoice?.number ?? "",
      formatMoney(amount, currency),
      currency,
      madeBy,
    ]),
    ["Amount"],
    look,
  );

/** An adjustment, and that it was canceled. */
const rowsOf = (entry: HistoryEntry, currency: string): readonly (readonly string[])[] => {
  const { number, type, canceled } = entry;
  const row = (at: number, what: string, by: string) => [
    instant(at),
    number,
    what,
    entry.invoice.number,
    formatMoney(entry.amount, currency),
    by,
  ];
  const made = row(entry.createdAt, type === "Increase" ? "transferred" : "applied", entry.madeBy);
  return canceled === undefined ? [made] : [made, row(canceled.at, "canceled", canceled.by)];
};

const instant = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 16).replace("T", " ");
