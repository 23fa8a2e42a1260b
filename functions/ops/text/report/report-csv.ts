import type { ReportData } from "./report-data.ts";

const columns = [
  "number",
  "createdAt",
  "accountNumber",
  "accountId",
  "invoiceNumber",
  "type",
  "amount",
  "currency",
  "status",
  "runId",
  "comment",
] as const;

/** Every adjustment of the report as CSV (RFC 4180), for a spreadsheet. */
export const reportCsv = ({ adjustments }: ReportData): string =>
  [columns, ...adjustments.map((each) => columns.map((column) => each[column]))]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");

/** Spreadsheets take a cell that begins so for a formula, whatever it was meant as. */
const looksLikeFormula = /^[=+\-@\t]/;

const cell = (text: string): string => {
  const harmless = looksLikeFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
