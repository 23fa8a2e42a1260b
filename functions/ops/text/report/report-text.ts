import { table } from "../table.ts";
import type { AdjustmentData, ReportData } from "./report-data.ts";

/** The report for a terminal. */
export const reportText = (data: ReportData): string => {
  const rows = data.currencies.map((line) => [
    line.currency,
    line.opening,
    line.new,
    line.transferred,
    line.stillNegative,
    line.difference,
    line.applied,
  ]);
  const head = ["Currency", "Opening", "+ New", "- Transferred", "- Still negative", "= Difference", "Applied"];
  return [
    `${data.runId === null ? "Period" : `Run ${data.runId}, period`} ${data.since} to ${data.until}\n\n`,
    rows.length === 0 ? "Nothing was negative and nothing was moved.\n" : table(head, rows, head.slice(1)),
    `\n${verdict(data)}\n`,
    data.notOurs.length === 0 ? "" : `\nAdjustments that are not ours\n${adjustmentsText(data.notOurs)}`,
    data.held.length === 0 ? "" : `\nHeld, and left to people\n${heldText(data)}`,
    data.strandedCredit.length === 0
      ? ""
      : `\nCredit of accounts without an active subscription\n${strandedText(data)}`,
    data.adjustments.length === 0 ? "" : `\nAdjustments\n${adjustmentsText(data.adjustments)}`,
  ].join("");
};

const heldText = ({ held, accountsPlanned: { planned, of } }: ReportData): string => {
  const rows = held.map((each) => [each.reason, each.accountNumber, each.invoiceNumber, each.amount, each.currency]);
  const partial = planned < of ? `Only the first ${planned} of ${of} accounts were planned for this.\n` : "";
  return `${table(["Reason", "Account", "Invoice", "Negative", "Currency"], rows, ["Negative"])}${partial}`;
};

const strandedText = ({ strandedCredit }: ReportData): string =>
  table(
    ["Account", "Credit", "Currency", "Days"],
    strandedCredit.map(({ accountNumber, amount, currency, days }) => [accountNumber, amount, currency, days]),
    ["Credit", "Days"],
  );

/** One sentence on whether the money adds up. */
export const verdict = ({ balances }: ReportData): string =>
  balances
    ? "It balances: what was owed and was billed is transferred or still negative."
    : "IT DOES NOT BALANCE: the difference was moved by somebody else, or by other means than transfers.";

const adjustmentsText = (adjustments: readonly AdjustmentData[]): string =>
  table(
    ["Number", "Created", "Account", "Invoice", "Type", "Amount", "Currency", "Status"],
    adjustments.map((each) => [
      each.number,
      each.createdAt.slice(0, 19).replace("T", " "),
      each.accountNumber,
      each.invoiceNumber,
      each.type,
      each.amount,
      each.currency,
      each.status,
    ]),
    ["Amount"],
  );
