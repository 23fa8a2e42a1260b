import type { ReportFile } from "../ports.ts";
import { tableCsv } from "./report-csv.ts";
import type { ReportData } from "./report-data.ts";
import { reportHtml } from "./report-html.ts";
import { tablesOf } from "./report-tables.ts";

/** The page, and every table as CSV: what is kept of a period. */
export const reportFiles = (data: ReportData): readonly ReportFile[] => [
  { name: "report.html", contentType: "text/html; charset=utf-8", text: reportHtml(data) },
  ...tablesOf(data).map((each) => ({
    name: `${each.name}.csv`,
    contentType: "text/csv; charset=utf-8",
    text: tableCsv(each),
  })),
];
