import { formatMoney } from "../../../domain/currency.ts";
import type { RevenueReport, RunRevenue } from "../../revenue/revenue-report.ts";
import { count } from "../count.ts";
import { ageText } from "./age-text.ts";

/** Runs that are told one by one; the report has them all. */
const runsMax = 20;

/** How the revenue of settled pairs stands: a line for each run and currency, those with something left first. */
export const revenueLines = (
  { notLookedAt, runs, unreadable, looked, of }: RevenueReport,
  now: number,
): readonly string[] => {
  if (notLookedAt !== undefined) return [`Not looked at: ${notLookedAt}`];
  const isDone = ({ pairs, netted }: RunRevenue) => pairs === netted;
  const inOrder = [...runs.filter((run) => !isDone(run)), ...runs.filter(isDone)];
  const more = inOrder.length - runsMax;
  return [
    ...(runs.length === 0 ? ["No pair was settled."] : inOrder.slice(0, runsMax).map((run) => lineOf(run, now))),
    ...(more > 0 ? [`and ${more} more: they are in the report`] : []),
    ...(unreadable > 0 ? [`${count(unreadable, "account")} could not be read`] : []),
    ...(looked < of ? [`Only ${looked} of ${of} accounts were looked at.`] : []),
  ];
};

const lineOf = (run: RunRevenue, now: number): string => {
  const { runId, currency, pairs, netted, earned, net, waiting, byRule, held, oldestPostedAt } = run;
  const sums = `${formatMoney(earned, currency)} ${currency} earned, net ${formatMoney(net, currency)}`;
  const reasons = Object.entries(held).map(([reason, own]) => `${own} held (${reason})`);
  return [
    `${runId}: ${netted} of ${count(pairs, "pair")} netted, ${sums}`,
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...reasons,
    ...(byRule > 0 ? [`${byRule} distributed by a rule`] : []),
    ...(oldestPostedAt === undefined ? [] : [`the oldest posted ${ageText(now - oldestPostedAt)} ago`]),
  ].join("; ");
};
