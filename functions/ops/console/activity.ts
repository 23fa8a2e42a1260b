import { html } from "hono/html";
import { type Activity, type DayMoved, percentile } from "../../app/records/activity.ts";
import { count } from "../../app/records/count.ts";
import { formatMoney } from "../../domain/currency.ts";
import { type Money, zero } from "../../domain/money.ts";
import { commands, type Html, instant, moneyText, type Place, rowsMax, table } from "./parts.ts";
import { activityDays } from "./readings.ts";

/** What this system moved: day by day, how soon after posting, and run by run. */
export const activityBody = (place: Place, activity: Activity, timeZone: string): Html => {
  const { days, runs, settledAfterMs, countsCreditMemos } = activity;
  const currencies = [...new Set(days.flatMap(({ transferred }) => [...transferred.keys()]))].toSorted();
  const [latest] = runs;
  return html`<p>From Zuora's own records of the last ${activityDays} days; days are those of ${timeZone}.</p>
<h2>Moved per day</h2>
${days.length === 0 ? html`<p>Nothing was moved.</p>` : currencies.map((currency) => perDay(currency, days))}
<h2>From posting to settled</h2>
${settledAfter(settledAfterMs)}
<h2>Runs</h2>
${countsCreditMemos ? html`<p>By credit balance adjustments: an application of a credit memo carries no run, and is told by its day alone.</p>` : ""}
${
  runs.length === 0
    ? html`<p>None.</p>`
    : table(
        `The latest runs that moved something (${runs.length})`,
        [
          { title: "Run" },
          { title: "Began (UTC)" },
          { title: "Accounts", isNumber: true },
          { title: "Transferred", isNumber: true },
          { title: "Applied", isNumber: true },
          { title: "Canceled since", isNumber: true },
        ],
        runs
          .slice(0, rowsMax)
          .map(({ runId, startedAt, accounts, transferred, applied, canceled }) => [
            html`<code>${runId}</code>`,
            instant(startedAt),
            String(accounts),
            moneyText(transferred),
            moneyText(applied),
            String(canceled),
          ]),
      )
}
${commands(place, [
  ["report", "what finance signs, for today"],
  ...(latest === undefined
    ? []
    : [
        [`report --run ${latest.runId}`, "the adjustments of the latest run"] as const,
        [`undo ${latest.runId}`, "takes back the latest run, after showing it and asking"] as const,
      ]),
])}`;
};

/** Bars beside their numbers: the table says everything, the bars only show it. */
const perDay = (currency: string, days: readonly DayMoved[]): Html => {
  const most = days.reduce<Money>(
    (max, { transferred, applied }) => larger(larger(max, transferred.get(currency)), applied.get(currency)),
    zero,
  );
  return table(
    currency,
    [
      { title: "Day" },
      { title: "Transferred", isNumber: true },
      { title: "" },
      { title: "Applied", isNumber: true },
      { title: "" },
    ],
    days
      .filter(({ transferred, applied }) => transferred.has(currency) || applied.has(currency))
      .map(({ day, transferred, applied }) => [
        day,
        formatMoney(transferred.get(currency) ?? zero, currency),
        bar(transferred.get(currency) ?? zero, most),
        formatMoney(applied.get(currency) ?? zero, currency),
        bar(applied.get(currency) ?? zero, most),
      ]),
  );
};

const larger = (a: Money, b: Money | undefined): Money => (b?.gt(a) ? b : a);

const barWidth = 200;

const bar = (amount: Money, most: Money): Html => {
  const width = most.eq(0) || !amount.gt(0) ? 0 : Math.max(1, Number(amount.times(barWidth).div(most).toFixed(0)));
  return html`<svg class="bars" width="${barWidth}" height="12" aria-hidden="true"><rect width="${width}" height="12" rx="2"></rect></svg>`;
};

/** Each bound is a second's power of what people care for: soon, one schedule later, hours, a day. */
const bounds = [
  ["within 10 seconds", 10_000],
  ["within a minute", 60_000],
  ["within 15 minutes", 900_000],
  ["within an hour", 3_600_000],
  ["within a day", 86_400_000],
  ["later", Number.POSITIVE_INFINITY],
] as const;

const settledAfter = (ascending: readonly number[]): Html => {
  if (ascending.length === 0) return html`<p>No negative invoice was both posted and settled in these days.</p>`;
  const [median, most, longest] = [0.5, 0.95, 1].map((share) => seconds(percentile(ascending, share) ?? 0));
  let before = 0;
  const rows = bounds.map(([title, bound]) => {
    const upTo = ascending.filter((ms) => ms <= bound).length;
    const own = upTo - before;
    before = upTo;
    return [title, String(own)];
  });
  return html`<p>${count(ascending.length, "negative invoice")} posted and settled: half of them within ${median}, 95 of a
hundred within ${most}, the last after ${longest}. Settled is what stands on the credit balance.</p>
${table("From posting to settled", [{ title: "Settled" }, { title: "Invoices", isNumber: true }], rows)}`;
};

const seconds = (ms: number): string => {
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 2 * 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
};
