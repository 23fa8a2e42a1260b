import { table } from "../table.ts";
import { cellText, instantText, type ReportTable } from "./report-cells.ts";
import type { ReportData } from "./report-data.ts";
import { tablesOf } from "./report-tables.ts";

/** The report for a terminal: the two lines of money, and every table that has a row. */
export const reportText = (data: ReportData): string => {
  const [negative, credit, ...others] = tablesOf(data);
  return [
    `${headline(data)}\n\n`,
    ...[negative, credit].flatMap((each) => (each === undefined ? [] : [tableText(each), "\n"])),
    `${verdict(data)}\n`,
    ...notes(data).map((note) => `${note}\n`),
    ...others.filter(({ rows }) => rows.length > 0).map((each) => `\n${tableText(each)}`),
  ].join("");
};

/** What it is a report of. */
export const headline = ({ period, runId, account, since, until }: ReportData): string =>
  [
    ...(runId === null ? [] : [`Run ${runId}`]),
    ...(account === null ? [] : [`Account ${account}`]),
    `${period === null ? "Period" : `${period},`} ${since} to ${until}`,
  ].join(", ");

/** One sentence on whether the money adds up. */
export const verdict = ({ balances }: ReportData): string =>
  balances
    ? "It balances: what was owed and was billed is transferred or still negative, and credit came and went on record."
    : "IT DOES NOT BALANCE: the difference was moved by other means than credit, such as an adjustment of the invoice.";

/** What whoever signs has to know besides. */
export const notes = ({
  notOurs,
  credit,
  accountsPlanned: { planned, of },
  readAt,
  until,
}: ReportData): readonly string[] => [
  ...(notOurs.length === 0
    ? []
    : [
        `${notOurs.length === 1 ? "1 adjustment is" : `${notOurs.length} adjustments are`} by others: they are listed.`,
      ]),
  ...(unrecorded(credit).length === 0
    ? []
    : [`Of the opening credit, no adjustment is on record for: ${unrecorded(credit).join(", ")}.`]),
  ...(readAt === until ? [] : [`What is held and stranded is told as of ${instantText(readAt)} UTC.`]),
  ...(planned < of ? [`Only the first ${planned} of ${of} accounts were planned to tell what is held.`] : []),
];

const unrecorded = (credit: ReportData["credit"]): readonly string[] =>
  credit
    .filter((each) => /[1-9]/.test(each.unrecorded))
    .map((each) => `${cellText({ key: "unrecorded", head: "", isNumber: true }, each)} ${each.currency}`);

const tableText = ({ title, columns, rows, empty }: ReportTable): string => {
  const own = columns.filter(({ isForPrograms, key }) => !isForPrograms && !(key in wordy));
  if (rows.length === 0) return `${title}\n${empty}\n`;
  const heads = own.map(({ head }) => head.replace("−", "-"));
  const numbers = own.flatMap(({ head, isNumber }) => (isNumber ? [head.replace("−", "-")] : []));
  return `${title}\n${table(
    heads,
    rows.map((row) => own.map((column) => cellText(column, row))),
    numbers,
  )}`;
};

/** Sentences have no room in a terminal's table: `ops explain` says them. */
const wordy = { means: true, release: true, comment: true };
