import { formatMoney } from "../../domain/currency.ts";
import { type Money, sum, zero } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import type { LeftToPeople } from "./left-to-people.ts";
import type { Explanation, NegativePart } from "./negatives-accounted-for.ts";
import type { StrandedCredit } from "./ports.ts";
import type { Report } from "./report/report.ts";

/** What a digest tells, all of it from Zuora's own records but for the dead letters. */
export type DigestFacts = {
  readonly report: Report;
  readonly left: LeftToPeople;
  readonly stranded: readonly StrandedCredit[];
  /** Messages in the dead-letter queue, roughly: an account may have several. */
  readonly deadLetters: number;
  /** Epoch milliseconds. */
  readonly now: number;
};

export type Digest = {
  /** At most 100 characters of ASCII, as SNS demands of a subject. */
  readonly subject: string;
  readonly body: string;
};

/** Stranded accounts that are named; the rest are counted. */
const namedMax = 20;

const dayMs = 24 * 60 * 60_000;

/**
 * Nothing that can be settled waits longer: a scan looks every quarter of an hour, and at everything every night. What
 * waits for a payment run is held, and does not count here.
 */
const waitMaxMs = 26 * 60 * 60_000;

/** Writes a day's summary for people who have no AWS login: account numbers and amounts, no names. */
export const writeDigest = ({ report, left, stranded, deadLetters, now }: DigestFacts): Digest => {
  const settled = report.adjustments.filter(
    ({ status, createdAt }) => status === "Processed" && createdAt >= report.since,
  );
  const accounts = new Set(settled.map(({ accountId }) => accountId)).size;
  const trouble = !report.balances || deadLetters > 0 || left.unreadable > 0 || waitsTooLong(left, now);
  return {
    subject: `Credit sweep ${day(now)}: ${accounts} accounts settled${trouble ? ", needs attention" : ""}`,
    body: [
      ...section(`Settled since ${instant(report.since)} UTC`, [...settledLines(report), ...undoneLines(report)]),
      ...section("Still negative, and not yet applied", unsettledLines(left, now)),
      ...section("The balance", [
        report.balances
          ? "It balances: what was owed and was billed is transferred or still negative."
          : "IT DOES NOT BALANCE: the difference was moved by other means than credit. Ask for the report.",
      ]),
      ...section("Failed", [
        deadLetters === 0
          ? "Nothing."
          : `${deadLetters} messages are in the dead-letter queue, and an engineer was told.`,
      ]),
      ...section("Held, and left to people", heldLines(left)),
      ...section("Credit of accounts without an active subscription", strandedLines(stranded, now)),
    ].join("\n"),
  };
};

const isOwedAction = ({ explanation }: NegativePart): boolean =>
  explanation === "waiting" || explanation === "unexplained";

/** What Zuora tells no time of may be as old as anything. */
const waitsTooLong = ({ negative, idle }: LeftToPeople, now: number): boolean =>
  [
    ...negative.filter(isOwedAction).map(({ oldestPostedAt }) => oldestPostedAt),
    ...idle.map(({ postedAt }) => postedAt),
  ]
    .map((instant) => now - (instant ?? 0))
    .some((ageMs) => ageMs > waitMaxMs);

const explained: Readonly<Record<Explanation, string>> = {
  held: "held, as told below",
  "dead-lettered": "failed",
  waiting: "waiting to be settled",
  unexplained: "not settled, and nothing says why",
  unread: "not looked at, or not to be read",
};

const unsettledLines = ({ negative, idle, unreadable }: LeftToPeople, now: number): readonly string[] => {
  const age = (since: number | undefined) =>
    since === undefined ? "the oldest of unknown age" : `the oldest posted ${ageText(now - since)} ago`;
  const parts = negative.map(({ explanation, currency, invoices, amount, oldestPostedAt }) => {
    const owed = `${formatMoney(amount, currency)} ${currency}`;
    return `${invoices} negative invoices (${owed}) ${explained[explanation]}, ${age(oldestPostedAt)}`;
  });
  const oldestIdle = idle.map(({ postedAt }) => postedAt ?? 0).toSorted((a, b) => a - b)[0];
  const lines = [
    ...parts,
    ...(idle.length === 0
      ? []
      : [
          `${idle.length} accounts with credit to apply (${moneyOf(idle)}), ${age(oldestIdle === 0 ? undefined : oldestIdle)}`,
        ]),
    ...(unreadable === 0 ? [] : [`${unreadable} accounts could not be read`]),
  ];
  return lines.length === 0 ? ["Nothing."] : lines;
};

const undoneLines = ({ adjustments }: Report): readonly string[] => {
  const undone = adjustments.filter(({ status }) => status === "Canceled");
  return undone.length === 0 ? [] : [`${undone.length} adjustments of ours were undone (${moneyOf(undone)})`];
};

const ageText = (ageMs: number): string =>
  ageMs < 2 * dayMs ? `${Math.max(0, Math.floor(ageMs / (60 * 60_000)))} hours` : `${Math.floor(ageMs / dayMs)} days`;

const section = (title: string, lines: readonly string[]): readonly string[] => [
  title,
  ...lines.map((line) => `  ${line}`),
  "",
];

const settledLines = ({ lines, credit }: Report): readonly string[] => {
  const applied = new Map(credit.map((each) => [each.currency, each.applied]));
  const currencies = [...new Set([...lines, ...credit].map(({ currency }) => currency))].toSorted();
  const moved = currencies.flatMap((currency) => {
    const to = lines.find((line) => line.currency === currency)?.transferred ?? zero;
    const on = applied.get(currency) ?? zero;
    if (to.eq(0) && on.eq(0)) return [];
    const [transferredText, appliedText] = [to, on].map((amount) => formatMoney(amount, currency));
    return [`${currency}: ${transferredText} transferred to credit, ${appliedText} applied to invoices`];
  });
  return moved.length === 0 ? ["Nothing was moved."] : moved;
};

const heldLines = ({ held, planned, of }: LeftToPeople): readonly string[] => {
  const byReason = [...Map.groupBy(held, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  const lines = byReason.map(([reason, own]) => `${reason}: ${own.length} (${moneyOf(own)})`);
  return [
    ...(lines.length === 0 ? ["Nothing."] : lines),
    ...(planned < of ? [`Only the first ${planned} of ${of} accounts were planned for this.`] : []),
  ];
};

const strandedLines = (stranded: readonly StrandedCredit[], now: number): readonly string[] => {
  if (stranded.length === 0) return ["None."];
  const named = stranded.slice(0, namedMax).map(({ accountNumber, currency, amount, since }) => {
    const age = since === undefined ? "of unknown age" : `for ${Math.floor((now - since) / dayMs)} days`;
    return `${accountNumber}: ${formatMoney(amount, currency)} ${currency}, ${age}`;
  });
  const more = stranded.length - named.length;
  return [
    `${stranded.length} accounts (${moneyOf(stranded)})`,
    ...named,
    ...(more > 0 ? [`and ${more} more: ask for the report`] : []),
  ];
};

const moneyOf = (items: readonly { readonly currency: string; readonly amount: Money }[]): string =>
  byCurrency(items)
    .map(([currency, own]) => `${formatMoney(sum(own.map(({ amount }) => amount)), currency)} ${currency}`)
    .join(", ");

const instant = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 16).replace("T", " ");

const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
