import { count } from "../count.ts";
import { cellText, instantText } from "./report-cells.ts";
import type { ReportData } from "./report-data.ts";

/** One sentence on whether the money adds up. */
export const verdict = ({ balances, creditMemos }: ReportData): string => {
  if (!balances)
    return "IT DOES NOT BALANCE: the difference was moved by other means than credit, such as a write-off.";
  const memos = creditMemos === undefined ? "" : " What memos held is applied, refunded or still on them.";
  return `It balances: what was owed and was billed is transferred or still negative, and credit came and went on record.${memos}`;
};

/** What whoever signs has to know besides. */
export const notes = ({
  notOurs,
  credit,
  creditMemos,
  appliesPayments,
  runId,
  accountsPlanned: { planned, of },
  readAt,
  until,
}: ReportData): readonly string[] => [
  ...(notOurs.length === 0
    ? []
    : [
        `${notOurs.length === 1 ? "1 adjustment is" : `${notOurs.length} adjustments are`} by others: they are listed.`,
      ]),
  ...(creditMemos === undefined || creditMemos.byOthers.length === 0
    ? []
    : [`${count(creditMemos.byOthers.length, "application")} of credit memos by others: they are listed.`]),
  ...(creditMemos === undefined || runId === null
    ? []
    : ["An application of a credit memo carries no run: told is all that we applied since the run began."]),
  ...(creditMemos?.lines.some(({ refunded }) => /[1-9]/.test(refunded))
    ? ["Zuora tells no date of a memo's refund: it counts when the memo last changed, which may be later."]
    : []),
  ...(appliesPayments
    ? ["What unapplied payments paid is in none of these sums: `history ACCOUNT` tells it, and the logs by run."]
    : []),
  ...(unrecorded(credit).length === 0
    ? []
    : [`Of the opening credit, no adjustment is on record for: ${unrecorded(credit).join(", ")}.`]),
  ...(readAt === until ? [] : [`What is held and stranded is told as of ${instantText(readAt)} UTC.`]),
  ...(planned < of ? [`Only the first ${planned} of ${of} accounts were planned to tell what is held.`] : []),
];

const unrecorded = (credit: ReportData["credit"]): readonly string[] =>
  credit
    .filter((each) => /[1-9]/.test(each.unrecorded))
    .map((each) => `${cellText({ key: "unrecorded", head: "", isNumber: true }, each)} ${each.currency}`);
