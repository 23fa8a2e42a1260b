import { id, number, type ReportTable, text } from "./report-cells.ts";

type Rows = ReportTable["rows"];

/** What a report shows of credit memos. */
export type MemoRows = { readonly lines: Rows; readonly applied: Rows; readonly byOthers: Rows };

export const memosTable = (rows: Rows): ReportTable => ({
  name: "credit-memos",
  isSummary: true,
  title: "Unapplied on credit memos",
  empty: "There was no credit memo with money and none was applied.",
  rows,
  columns: [
    text("currency", "Currency"),
    number("opening", "Opening"),
    number("posted", "+ Posted"),
    number("applied", "− Applied"),
    number("byOthers", "− By others"),
    number("refunded", "− Refunded"),
    number("closing", "= Closing"),
    number("difference", "Difference"),
  ],
});

export const memoApplicationTables = ({ applied, byOthers }: MemoRows): readonly ReportTable[] => [
  memoApplicationsByOthersTable(byOthers),
  memoApplicationsTable(applied),
];

const memoApplicationsTable = (rows: Rows): ReportTable => ({
  ...applicationColumns,
  name: "credit-memo-applications",
  title: "Credit memos applied by us",
  rows,
});

const memoApplicationsByOthersTable = (rows: Rows): ReportTable => ({
  ...applicationColumns,
  name: "credit-memo-applications-by-others",
  title: "Credit memos applied by others",
  rows,
});

const applicationColumns = {
  empty: "None.",
  columns: [
    text("creditMemoNumber", "Credit memo"),
    text("createdAt", "Applied (UTC)"),
    text("accountNumber", "Account"),
    id("accountId"),
    id("creditMemoId"),
    text("invoiceNumber", "Invoice"),
    id("invoiceId"),
    number("amount", "Amount"),
    text("currency", "Currency"),
    id("id"),
  ],
} as const satisfies Partial<ReportTable>;
