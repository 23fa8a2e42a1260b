import { cellText, type ReportTable } from "../../../app/records/report-files/report-cells.ts";
import type { ReportData } from "../../../app/records/report-files/report-data.ts";
import { notes, verdict } from "../../../app/records/report-files/report-notes.ts";
import { tablesOf } from "../../../app/records/report-files/report-tables.ts";
import type { Look } from "../../text/look.ts";
import { table } from "../../text/table.ts";

/** The report for a terminal: the tables of money that add up, and every other that has a row. */
export const reportText = (data: ReportData, look: Look): string => {
  const tables = tablesOf(data);
  const others = tables.filter(({ isSummary }) => !isSummary);
  return [
    `${headline(data)}\n\n`,
    ...tables.flatMap((each) => (each.isSummary ? [tableText(each, look), "\n"] : [])),
    `${verdict(data)}\n`,
    ...notes(data).map((note) => `${note}\n`),
    ...others.filter(({ rows }) => rows.length > 0).map((each) => `\n${tableText(each, look)}`),
  ].join("");
};

/** What it is a report of. */
export const headline = ({ period, runId, account, since, until }: ReportData): string =>
  [
    ...(runId === null ? [] : [`Run ${runId}`]),
    ...(account === null ? [] : [`Account ${account}`]),
    `${period === null ? "Period" : `${period},`} ${since} to ${until}`,
  ].join(", ");

const tableText = ({ title, columns, rows, empty }: ReportTable, look: Look): string => {
  const own = columns.filter(({ isForPrograms, key }) => !isForPrograms && !(key in wordy));
  if (rows.length === 0) return `${title}\n${empty}\n`;
  const heads = own.map(({ head }) => head.replace("−", "-"));
  const numbers = own.flatMap(({ head, isNumber }) => (isNumber ? [head.replace("−", "-")] : []));
  return `${title}\n${table(
    heads,
    rows.map((row) => own.map((column) => cellText(column, row))),
    numbers,
    look,
  )}`;
};

/** Sentences have no room in a terminal's table: `ops explain` says them. */
const wordy = { means: true, release: true, comment: true };
