import { formatMoney } from "../../functions/domain/currency.ts";
import { add, fromDecimal, subtract } from "../../functions/domain/money.ts";
import { type Look, plain } from "../../functions/ops/text/look.ts";
import { table } from "../../functions/ops/text/table.ts";
import { fitted } from "../../functions/ops/text/wrapped.ts";
import type { Report } from "./report.ts";
import { renderRevenue } from "./revenue-report.ts";

/** Most entries that are shown of one reason; the rest is counted. */
const entriesMax = 20;

/** The report for a person, no wider than the terminal where it goes to one; ids are never broken. */
export const renderReport = (report: Report, isDrained: boolean, look: Pick<Look, "columns"> = plain): string =>
  [
    ...moneyOf(report, look),
    ...section("Held", report.held, ({ reason }) => reason, heldEntry),
    ...section(
      "Dead-lettered",
      report.deadLetters,
      ({ code }) => code,
      ({ accountId, message }) => `${accountId}: ${message}`,
    ),
    ...(report.revenue === undefined ? [] : renderRevenue(report.revenue, look)),
    ...zuoraOf(report),
    "",
    verdict(report, isDrained),
  ]
    .map((line) => fitted(`${line}\n`, look))
    .join("");

const moneyOf = ({ dryRun, totals }: Report, look: Pick<Look, "columns">): string[] => {
  if (totals.length === 0) return [];
  const head = dryRun
    ? ["Currency", "Opening credit", "+ Would transfer", "- Would apply", "= Left as credit"]
    : ["Currency", "Opening credit", "+ Transferred", "- Applied", "= Left as credit"];
  const rows = totals.map(({ currency, transferred, applied, leftAsCredit }) => [
    currency,
    openingOf(currency, { transferred, applied, leftAsCredit }),
    transferred,
    applied,
    leftAsCredit,
  ]);
  return ["", table(head, rows, head.slice(1), look).trimEnd()];
};

/** The credit that these accounts had before, so that each line adds up. */
const openingOf = (
  currency: string,
  { transferred, applied, leftAsCredit }: Pick<Report["totals"][number], "transferred" | "applied" | "leftAsCredit">,
): string =>
  formatMoney(subtract(add(fromDecimal(leftAsCredit), fromDecimal(applied)), fromDecimal(transferred)), currency);

const section = <T>(
  title: string,
  entries: readonly T[],
  reasonOf: (entry: T) => string,
  show: (entry: T) => string,
): string[] => {
  if (entries.length === 0) return [];
  const groups = [...Map.groupBy(entries, reasonOf)].toSorted(([, a], [, b]) => b.length - a.length);
  return [
    "",
    `${title} (${entries.length})`,
    ...groups.flatMap(([reason, own]) => [
      `  ${reason} (${own.length})`,
      ...own.slice(0, entriesMax).map((entry) => `    ${show(entry)}`),
      ...(own.length > entriesMax ? [`    and ${own.length - entriesMax} more`] : []),
    ]),
  ];
};

const heldEntry = ({ accountId, invoiceNumber, creditMemoNumber, paymentNumber }: Report["held"][number]): string => {
  if (paymentNumber !== undefined) return `payment ${paymentNumber} of account ${accountId}`;
  if (creditMemoNumber !== undefined) return `credit memo ${creditMemoNumber} of account ${accountId}`;
  return invoiceNumber === undefined ? `account ${accountId}` : `invoice ${invoiceNumber} of account ${accountId}`;
};

const zuoraOf = ({ zuora }: Report): string[] => [
  "",
  `Zuora: ${count(zuora.requests, "request")}, ${count(zuora.writes, "write")}, ${zuora.throttled} throttled, ` +
    `at most ${zuora.maxInFlight} in flight`,
];

const verdict = ({ runId, dryRun, durationMs, scan, outcomes }: Report, isDrained: boolean): string => {
  const { settled, noOp, held, deadLettered, pending } = outcomes;
  const parts = [
    `${settled} ${dryRun ? "would be settled" : "settled"}`,
    `${noOp} with nothing to do`,
    `${held} held`,
    `${deadLettered} dead-lettered`,
    ...(isDrained && pending === 0 ? [] : [`${pending} PENDING`]),
  ];
  const found = `${count(scan.negativeInvoices, "negative invoice")}, ${count(scan.enqueued, "account")} queued`;
  const ending = isDrained ? `done in ${(durationMs / 1000).toFixed(1)} s` : "NOT DRAINED in time";
  return `${dryRun ? "Dry run" : "Run"} ${runId}: ${found}: ${parts.join(", ")}; ${ending}.`;
};

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
