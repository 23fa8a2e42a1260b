import { formatMoney } from "../../../domain/currency.ts";
import type { RevenueReport } from "../../revenue/revenue-report.ts";
import type { ReportTable } from "./report-cells.ts";

/** The revenue of settled pairs as it is shown: a row for each run and currency. */
export type RevenueData = ReturnType<typeof revenueData>;

export const revenueData = ({ notLookedAt, runs, unreadable, looked, of }: RevenueReport, now: number) => ({
  notLookedAt: notLookedAt ?? null,
  accounts: { looked, of, unreadable },
  rows: runs.map(({ runId, currency, pairs, netted, earned, net, waiting, byRule, held, oldestPostedAt }) => ({
    runId,
    currency,
    pairs: String(pairs),
    netted: String(netted),
    earned: formatMoney(earned, currency),
    net: formatMoney(net, currency),
    waiting: String(waiting),
    byRule: String(byRule),
    held: Object.entries(held)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(", "),
    days: oldestPostedAt === undefined ? "" : String(Math.floor((now - oldestPostedAt) / dayMs)),
  })),
});

const dayMs = 24 * 60 * 60_000;

export const revenueTable = ({ notLookedAt, rows }: RevenueData): ReportTable => ({
  name: "revenue",
  title: "Revenue of the pairs that our credit settled in the last 45 days, as it is now",
  empty: notLookedAt === null ? "No pair was settled." : `Not looked at: ${notLookedAt}`,
  rows,
  columns: [
    { key: "runId", head: "Run" },
    { key: "currency", head: "Currency" },
    { key: "pairs", head: "Pairs", isNumber: true },
    { key: "netted", head: "Netted", isNumber: true },
    { key: "earned", head: "Earned", isNumber: true },
    { key: "net", head: "Net", isNumber: true },
    { key: "waiting", head: "Waiting", isNumber: true },
    { key: "byRule", head: "By a rule", isNumber: true },
    { key: "held", head: "Held" },
    { key: "days", head: "Oldest, days", isNumber: true },
  ],
});
