import { expect, it } from "vitest";
import { adjustmentsTable } from "../../../../../functions/app/records/report-files/adjustment-tables.ts";
import { tableCsv } from "../../../../../functions/app/records/report-files/report-csv.ts";

it("CSV quotes what needs it, and lets no cell be a formula", () => {
  const rows = [
    { number: "CBA-1", comment: 'said "no", twice', invoiceNumber: "=1+1", amount: "-6.00", runId: "-2+3" },
  ];
  const [, row] = tableCsv(adjustmentsTable(rows)).split("\r\n");
  expect(row).toContain("CBA-1");
  expect(row).toContain("'=1+1");
  expect(row).toContain("'-2+3");
  expect(row).toContain(",-6.00,");
  expect(row).toContain('"said ""no"", twice"');
});
