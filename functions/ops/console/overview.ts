import { html } from "hono/html";
import { count, countOwed } from "../../app/records/count.ts";
import { countsOf, partsOf } from "../../app/records/negatives-accounted-for.ts";
import type { Status } from "../../app/status.ts";
import { formatMoney } from "../../domain/currency.ts";
import { writeDuration } from "../text/duration.ts";
import { type Concern, concernsOf } from "./concerns.ts";
import { commands, type Html, instant, type Place, table } from "./parts.ts";

/** The first page: is money stuck, where, and what would one do. */
export const overviewBody = (place: Place, status: Status, now: number): Html => {
  const concerns = concernsOf(status, now);
  return html`${concerns.length === 0 ? allWell(status) : concerns.map(concernSays)}
<h2 id="tiles">At a glance</h2>
<ul class="tiles" aria-labelledby="tiles">${tiles(place, status, now)}</ul>
${status.negative.length === 0 ? "" : negativeTable(status, now)}
${commands(place, [
  ...concerns.flatMap(({ command }) => (command === undefined ? [] : [command])),
  ["status --watch", "shows this on a terminal, again and again"],
  ...(status.position === "on" ? [["stop", "ends every write within seconds; everything waits"] as const] : []),
])}`;
};

const allWell = ({ negative, countsCreditMemos }: Status): Html => {
  const nothing = countsCreditMemos
    ? "No invoice is negative in Zuora, and no credit memo is left beside an open one."
    : "No invoice is negative in Zuora.";
  const all = countsCreditMemos
    ? `${countOwed(negative.length, true)} left, and every one has its reason.`
    : `${count(negative.length, "invoice")} negative, and every one has its reason.`;
  return html`<p class="says good"><b>No.</b> ${negative.length === 0 ? nothing : all}</p>`;
};

const concernSays = ({ tone, says }: Concern): Html =>
  html`<p class="says ${tone}"><b>${tone === "bad" ? "Yes:" : "Mind:"}</b> ${says}</p>`;

const tiles = (place: Place, status: Status, now: number): readonly Html[] => {
  const { base } = place;
  const { position, negative, countsCreditMemos, deadLetters, work, lastScanAt, chargingRuns, nextPaymentRun } = status;
  const { held, deadLettered, waiting, unexplained, unread } = countsOf(negative);
  const letters = deadLetters.visible + deadLetters.hidden;
  const sum = [
    `${held} held`,
    `${deadLettered} dead-lettered`,
    `${waiting} waiting`,
    `${unexplained} unexplained`,
    ...(unread > 0 ? [`${unread} not read`] : []),
  ].join(" + ");
  return [
    tile("Switch", position, html`${switchMeans[position]}`),
    tile(
      countsCreditMemos ? "Owed now" : "Negative now",
      String(negative.length),
      html`= ${sum}<br><a href="${base}/accounts">Which, and why</a>`,
    ),
    tile(
      "Held",
      String(held),
      html`${held === 0 ? "no rule and no person holds one back" : html`<a href="${base}/accounts?why=held">Left alone, and why</a>`}`,
    ),
    tile(
      "Dead letters",
      String(letters),
      html`${letters === 0 ? "nothing was set aside" : html`<a href="${base}/dead-letters">Messages set aside, by code</a>`}`,
    ),
    tile("Work queue", String(work.visible + work.hidden), html`${work.visible} waiting, ${work.hidden} in flight`),
    ...revenueTile(base, status),
    tile(
      "Last scan",
      lastScanAt === undefined ? "none" : `${writeDuration(now - lastScanAt)} ago`,
      html`${lastScanAt === undefined ? "none has completed" : html`${instant(lastScanAt)} UTC`}`,
    ),
    ...chargingRuns.map(({ number = "without a number" }) =>
      tile("Payment run", "charging", html`${number}: what it may charge gets no credit until it ends`),
    ),
    tile(
      "Next payment run",
      nextPaymentRun === undefined ? "none" : `in ${writeDuration(nextPaymentRun.startsAt - now)}`,
      nextPaymentRun === undefined
        ? html`none is planned in Zuora`
        : html`${nextPaymentRun.number ?? "without a number"} at ${instant(nextPaymentRun.startsAt)} UTC; it could charge
${count(nextPaymentRun.wouldCharge.length, "account")} although credit is there`,
    ),
  ];
};

const revenueTile = (base: string, { revenue }: Status): readonly Html[] => {
  if (revenue === undefined) return [];
  const letters = revenue.deadLetters.visible + revenue.deadLetters.hidden;
  const setAside = html`<a href="${base}/dead-letters?kind=revenue">${count(letters, "message")} set aside</a>`;
  const waiting = revenue.work.visible + revenue.work.hidden;
  return [
    tile("Revenue", String(waiting), html`waiting for its pass; ${letters === 0 ? "nothing was set aside" : setAside}`),
  ];
};

const switchMeans: Readonly<Record<Status["position"], string>> = {
  on: "accounts are settled",
  "dry-run": "planned only, nothing is written",
  off: "nothing is begun, everything waits",
};

const tile = (title: string, figure: string, more: Html): Html =>
  html`<li><h3>${title}</h3><p class="figure">${figure}</p><p class="quiet">${more}</p></li>`;

const negativeTable = ({ negative, countsCreditMemos }: Status, now: number): Html =>
  table(
    countsCreditMemos
      ? "Negative invoices and credit memos, by why they are still there"
      : "Negative invoices, by why they still are",
    [
      { title: "Why" },
      { title: "Currency" },
      { title: countsCreditMemos ? "Documents" : "Invoices", isNumber: true },
      { title: "Owed", isNumber: true },
      { title: "Oldest posted", isNumber: true },
    ],
    partsOf(negative).map(({ explanation, currency, invoices, amount, oldestPostedAt }) => [
      explanation === "unread" ? "not read" : explanation,
      currency,
      String(invoices),
      formatMoney(amount, currency),
      oldestPostedAt === undefined ? "" : `${writeDuration(now - oldestPostedAt)} ago`,
    ]),
  );
