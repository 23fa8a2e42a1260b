import { id, number, type ReportTable, text } from "./report-cells.ts";

type Rows = ReportTable["rows"];

export const adjustmentsTable = (rows: Rows): ReportTable => ({
  ...adjustmentColumns,
  name: "adjustments",
  title: "Adjustments of ours",
  rows,
});

export const notOursTable = (rows: Rows): ReportTable => ({
  ...adjustmentColumns,
  name: "adjustments-by-others",
  title: "Adjustments that are not ours",
  rows,
});

const adjustmentColumns = {
  empty: "None.",
  columns: [
    text("number", "Number"),
    text("createdAt", "Created (UTC)"),
    text("accountNumber", "Account"),
    id("accountId"),
    text("invoiceNumber", "Source"),
    id("invoiceId"),
    text("type", "Type"),
    number("amount", "Amount"),
    text("currency", "Currency"),
    text("status", "Status"),
    { key: "canceledAt", head: "Canceled (UTC)", isForPrograms: true },
    id("runId"),
    id("id"),
    text("comment", "Comment"),
  ],
} as const satisfies Partial<ReportTable>;
