import type { ReportTable } from "./report-cells.ts";

/** A table as CSV (RFC 4180) with all its columns, ids included, for a spreadsheet or a ledger. */
export const tableCsv = ({ columns, rows }: ReportTable): string =>
  [columns.map(({ key }) => key), ...rows.map((row) => columns.map(({ key }) => row[key] ?? ""))]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");

/** Spreadsheets take a cell that begins so for a formula, whatever it was meant as; a negative number is none. */
const looksLikeFormula = /^(?!-\d+(\.\d+)?$)[=+\-@\t\r]/;

const cell = (text: string): string => {
  const harmless = looksLikeFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
