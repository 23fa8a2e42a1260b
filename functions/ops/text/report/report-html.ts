import type { AdjustmentData, ReportData } from "./report-data.ts";
import { verdict } from "./report-text.ts";

/** The report as one page that needs nothing else: for a screen, for a printer, for a file of signed papers. */
export const reportHtml = (data: ReportData): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Credit sweep ${escaped(data.runId ?? data.since.slice(0, 10))}</title>
<style>${style}</style>
</head>
<body>
<h1>Negative invoices settled</h1>
<dl>
<dt>System</dt><dd>${escaped(data.system)}</dd>
${data.runId === null ? "" : `<dt>Run</dt><dd>${escaped(data.runId)}</dd>`}
<dt>Period</dt><dd>${escaped(instant(data.since))} to ${escaped(instant(data.until))} UTC</dd>
</dl>
<p class="${data.balances ? "good" : "bad"}">${escaped(verdict(data))}</p>
${rowsTable(
  "Balance",
  ["Currency", "Opening", "+ New", "− Transferred", "− Still negative", "= Difference", "Applied to invoices"],
  data.currencies.map((line) => [
    line.currency,
    line.opening,
    line.new,
    line.transferred,
    line.stillNegative,
    line.difference,
    line.applied,
  ]),
  1,
)}
${data.notOurs.length === 0 ? "" : adjustmentsTable("Adjustments that are not ours", data.notOurs)}
${rowsTable(
  `Held, and left to people (${data.held.length})`,
  ["Reason", "Account", "Invoice", "Negative", "Currency"],
  data.held.map((each) => [each.reason, each.accountNumber, each.invoiceNumber, each.amount, each.currency]),
  3,
  3,
)}
${rowsTable(
  `Credit of accounts without an active subscription (${data.strandedCredit.length})`,
  ["Account", "Currency", "Credit", "Days"],
  data.strandedCredit.map((each) => [each.accountNumber, each.currency, each.amount, each.days]),
  2,
)}
${adjustmentsTable("Adjustments", data.adjustments)}
<div class="signatures"><p>Prepared by</p><p>Approved by</p></div>
</body>
</html>
`;

const adjustmentsTable = (title: string, adjustments: readonly AdjustmentData[]): string =>
  rowsTable(
    `${title} (${adjustments.length})`,
    ["Number", "Created (UTC)", "Account", "Invoice", "Type", "Amount", "Currency", "Status", "Comment"],
    adjustments.map((each) => [
      each.number,
      instant(each.createdAt),
      each.accountNumber,
      each.invoiceNumber,
      each.type,
      each.amount,
      each.currency,
      each.status,
      each.comment,
    ]),
    5,
    5,
  );

/** @param from the first column of numbers @param to the last; without, the last of all */
const rowsTable = (
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  from: number,
  to = head.length - 1,
): string => {
  const tag = (name: string, text: string, column: number) =>
    `<${name}${column >= from && column <= to ? ' class="number"' : ""}>${escaped(text)}</${name}>`;
  const body = rows.map((cells) => `<tr>${cells.map((text, column) => tag("td", text, column)).join("")}</tr>`);
  return `<h2>${escaped(title)}</h2>
${
  rows.length === 0
    ? "<p>None.</p>"
    : `<table><thead><tr>${head.map((text, column) => tag("th", text, column)).join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table>`
}`;
};

const instant = (iso: string): string => iso.slice(0, 19).replace("T", " ");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

const style = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: #59636e; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d1d9e0; vertical-align: top; }
td:first-child, td:nth-child(2) { white-space: nowrap; } th { border-bottom: 2px solid #59636e; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good, .bad { padding: .6rem .9rem; border-left: 4px solid; } .good { border-color: #1a7f37; background: #eefbf1; }
.bad { border-color: #cf222e; background: #fff0ee; font-weight: 600; }
.signatures { display: flex; gap: 4rem; margin-top: 4rem; } .signatures p { border-top: 1px solid; padding-top: .3rem; width: 16rem; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; } table { font-size: 8pt; }
  thead { display: table-header-group; } tr, .signatures { break-inside: avoid; }
}
`;
