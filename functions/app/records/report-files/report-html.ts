import { type Bar, barChart } from "./bar-chart.ts";
import { cellText, instantText, type ReportTable } from "./report-cells.ts";
import type { ReportData } from "./report-data.ts";
import { notes, verdict } from "./report-notes.ts";
import { reportStyle } from "./report-style.ts";
import { tablesOf } from "./report-tables.ts";

/**
 * The report as one page that needs nothing else: for a screen, for a phone, for a file of signed papers. What is
 * signed is on the first sheet.
 */
export const reportHtml = (data: ReportData): string => {
  const tables = tablesOf(data);
  const summary = tables.filter(({ isSummary }) => isSummary);
  const details = tables.filter(({ isSummary }) => !isSummary);
  const about = [
    ["System", data.system],
    ...(data.period === null ? [] : [["Period", data.period]]),
    ...(data.runId === null ? [] : [["Run", data.runId]]),
    ...(data.account === null ? [] : [["Account", data.account]]),
    ["From", `${instantText(data.since)} UTC`],
    ["To", `${instantText(data.until)} UTC`],
    ["Read", `${instantText(data.readAt)} UTC`],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Credit sweep ${escaped(data.period ?? data.runId ?? data.since.slice(0, 10))}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<h1>${data.creditMemos === undefined ? "Negative invoices settled" : "Negative invoices and credit memos settled"}</h1>
<dl>
${about.map(([name = "", value = ""]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join("\n")}
</dl>
<p class="${data.balances ? "good" : "bad"}" role="status">${escaped(verdict(data))}</p>
</header>
${summary.map(tableHtml).join("\n")}
${notesHtml(data)}
<div class="signatures"><p>Prepared by, on</p><p>Approved by, on</p></div>
<section class="details">
<div class="charts">${charts(data).join("\n")}</div>
${details.map(tableHtml).join("\n")}
</section>
</main>
</body>
</html>
`;
};

const notesHtml = (data: ReportData): string => {
  const lines = notes(data);
  return lines.length === 0
    ? ""
    : `<ul class="notes">${lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`;
};

const charts = (data: ReportData): readonly string[] => {
  const currencies = [...new Set(data.days.map(({ currency }) => currency))];
  const perDay = currencies.map((currency) => {
    const days = data.days.filter((each) => each.currency === currency);
    // With Invoice Settlement nothing is transferred.
    return days.some(({ transferred }) => /[1-9]/.test(transferred)) || data.creditMemos === undefined
      ? barChart(`Transferred per day, ${currency}`, days.map(dayBar("transferred")), escaped)
      : barChart(`Applied per day, ${currency}`, days.map(dayBar("applied")), escaped);
  });
  const waits = data.waits.map(({ name, invoices }) => ({ label: name, value: Number(invoices), shown: invoices }));
  const held = [...Map.groupBy(data.held, ({ reason }) => reason)].map(
    ([label, own]): Bar => ({ label, value: own.length, shown: String(own.length) }),
  );
  return [
    ...perDay,
    ...(waits.every(({ value }) => value === 0)
      ? []
      : [barChart("From posting to transfer, invoices", waits, escaped)]),
    ...(held.length === 0 ? [] : [barChart("Held, by reason", held, escaped)]),
  ];
};

const dayBar =
  (term: "transferred" | "applied") =>
  (line: ReportData["days"][number]): Bar => ({
    label: line.day,
    // For the length of a bar only; the amount itself stays as it was written.
    value: Number(line[term]),
    shown: cellText({ key: term, head: "", isNumber: true }, line),
  });

/** On a phone every row is a card, whose cells name their columns; the roles keep it a table for screen readers. */
const tableHtml = ({ name, title, columns, rows, empty, isSummary }: ReportTable): string => {
  const own = columns.filter(({ isForPrograms }) => !isForPrograms);
  const counted = rows.length === 0 ? title : `${title} (${rows.length})`;
  const heading = `<h2 id="${name}">${escaped(isSummary ? title : counted)}</h2>`;
  if (rows.length === 0) return `${heading}\n<p>${escaped(empty)}</p>`;
  const numeric = (isNumber: boolean | undefined) => (isNumber ? ' class="number"' : "");
  const head = own.map(
    (each) => `<th role="columnheader" scope="col"${numeric(each.isNumber)}>${escaped(each.head)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = own.map(
      (each) =>
        `<td role="cell" data-head="${escaped(each.head)}"${numeric(each.isNumber)}>${escaped(cellText(each, row))}</td>`,
    );
    return `<tr role="row">${cells.join("")}</tr>`;
  });
  return `${heading}
<table role="table" aria-labelledby="${name}"><thead role="rowgroup"><tr role="row">${head.join("")}</tr></thead>
<tbody role="rowgroup">
${body.join("\n")}
</tbody></table>`;
};

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
