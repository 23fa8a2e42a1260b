import { adjustmentsTable, notOursTable } from "./adjustment-tables.ts";
import { type MemoRows, memoApplicationTables, memosTable } from "./memo-tables.ts";
import { id, number, type ReportTable, text } from "./report-cells.ts";
import { type RevenueData, revenueTable } from "./revenue-table.ts";

type Rows = ReportTable["rows"];

export const negativeTable = (rows: Rows): ReportTable => ({
  name: "negative-invoices",
  isSummary: true,
  title: "Owed to customers on negative invoices",
  empty: "Nothing was negative and nothing was moved.",
  rows,
  columns: [
    text("currency", "Currency"),
    number("opening", "Opening"),
    number("new", "+ New"),
    number("transferred", "− Transferred"),
    number("byOthers", "− By others"),
    number("stillNegative", "= Still negative"),
    number("difference", "Difference"),
  ],
});

export const creditTable = (rows: Rows): ReportTable => ({
  name: "credit-balances",
  isSummary: true,
  title: "Credit of customers",
  empty: "There was no credit and none was moved.",
  rows,
  columns: [
    text("currency", "Currency"),
    number("opening", "Opening"),
    number("transferred", "+ Transferred"),
    number("applied", "− Applied"),
    number("byOthers", "− By others"),
    number("closing", "= Closing"),
    number("difference", "Difference"),
    { key: "unrecorded", head: "Opening without a record", isNumber: true, isForPrograms: true },
  ],
});

export const heldTable = (rows: Rows): ReportTable => ({
  name: "held",
  title: "Held, and left to people",
  empty: "None.",
  rows,
  columns: [
    text("reason", "Reason"),
    text("accountNumber", "Account"),
    text("invoiceNumber", "Invoice"),
    ...(rows.some(({ creditMemoNumber }) => creditMemoNumber !== undefined)
      ? [text("creditMemoNumber", "Credit memo")]
      : []),
    ...(rows.some(({ paymentNumber }) => paymentNumber !== undefined) ? [text("paymentNumber", "Payment")] : []),
    number("amount", "Owed"),
    text("currency", "Currency"),
    number("days", "Days"),
    text("dueDate", "Due"),
    text("means", "Why"),
    text("who", "Who"),
    text("release", "What ends it"),
    id("accountId"),
  ],
});

export const ageingTable = (rows: Rows): ReportTable => ({
  name: "stranded-credit-ageing",
  title: "Age of stranded credit",
  empty: "None.",
  rows,
  columns: [
    text("currency", "Currency"),
    text("age", "Age"),
    number("accounts", "Accounts"),
    number("amount", "Credit"),
  ],
});

export const strandedTable = (rows: Rows): ReportTable => ({
  name: "stranded-credit",
  title: "Credit of accounts without an active subscription",
  empty: "None.",
  rows,
  columns: [
    text("accountNumber", "Account"),
    number("amount", "Credit"),
    text("currency", "Currency"),
    number("days", "Days"),
    { key: "since", head: "Since", isForPrograms: true },
    id("accountId"),
  ],
});

export const foundByRunTable = (rows: Rows): ReportTable => ({
  name: "found-by-payment-runs",
  title: "Were, or could have been, charged although they were owed",
  empty: "Nobody.",
  rows,
  columns: [
    text("accountNumber", "Account"),
    text("why", "Had then"),
    text("paymentRun", "Payment run"),
    text("beganAt", "Began (UTC)"),
    id("accountId"),
  ],
});

export const sparedTable = (rows: Rows): ReportTable => ({
  name: "spared-charges",
  title: "Would have been charged, but for the credit applied before",
  empty: "Nobody.",
  rows,
  columns: [
    text("accountNumber", "Account"),
    number("amount", "Applied before"),
    text("currency", "Currency"),
    text("paymentRun", "Payment run"),
    text("beganAt", "Began (UTC)"),
    id("accountId"),
  ],
});

export const daysTable = (rows: Rows): ReportTable => ({
  name: "days",
  title: "By day",
  empty: "Nothing was moved.",
  rows,
  columns: [
    text("day", "Day"),
    text("currency", "Currency"),
    number("transferred", "Transferred"),
    number("applied", "Applied"),
    number("accounts", "Accounts"),
  ],
});

export const waitsTable = (rows: Rows): ReportTable => ({
  name: "waits",
  title: "From posting to transfer",
  empty: "None.",
  rows,
  columns: [text("name", "Waited"), number("invoices", "Invoices")],
});

type WholeRows = ReportRows & {
  readonly revenue?: RevenueData | undefined;
  readonly creditMemos?: MemoRows | undefined;
};

/** Every table, in the order in which they are read. */
export const tablesOf = (data: WholeRows): readonly ReportTable[] => [
  negativeTable(data.currencies),
  // With credit memos there may be no credit balance at all.
  ...(data.creditMemos !== undefined && data.credit.length === 0 ? [] : [creditTable(data.credit)]),
  ...(data.creditMemos === undefined ? [] : [memosTable(data.creditMemos.lines)]),
  heldTable(data.held),
  foundByRunTable(data.foundByRuns),
  sparedTable(data.sparedCharges),
  ageingTable(data.strandedAgeing),
  strandedTable(data.strandedCredit),
  daysTable(data.days),
  waitsTable(data.waits),
  ...(data.revenue === undefined ? [] : [revenueTable(data.revenue)]),
  ...(data.creditMemos === undefined ? [] : memoApplicationTables(data.creditMemos)),
  notOursTable(data.notOurs),
  adjustmentsTable(data.adjustments),
];

/** The rows of a report's tables. */
export type ReportRows = Readonly<
  Record<
    | "currencies"
    | "credit"
    | "held"
    | "foundByRuns"
    | "sparedCharges"
    | "strandedAgeing"
    | "strandedCredit"
    | "days"
    | "waits"
    | "notOurs"
    | "adjustments",
    Rows
  >
>;
