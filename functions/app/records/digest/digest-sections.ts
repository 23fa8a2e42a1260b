import { formatMoney } from "../../../domain/currency.ts";
import { type Money, negate, sum, zero } from "../../../domain/money.ts";
import { byCurrency } from "../../../domain/money-by-currency.ts";
import { count, countOwed } from "../count.ts";
import { holdWords } from "../hold-words.ts";
import type { Explanation } from "../negatives-accounted-for.ts";
import type { Report } from "../report/report.ts";
import { ageText } from "./age-text.ts";
import type { DigestFacts } from "./digest-facts.ts";
import { revenueLines } from "./revenue-lines.ts";

/** Accounts that are named of one kind; the rest are counted. */
const namedMax = 20;

/** What a digest tells, one heading after the other, below its first line. */
export const sections = (facts: DigestFacts): readonly string[] => {
  const { day, timeZone, whole } = facts;
  const { report } = whole;
  return [
    ...section(`Settled on ${day} (${timeZone})`, [...settledLines(report), ...undoneLines(report)]),
    ...section("Still negative, and not yet applied", unsettledLines(facts)),
    ...section("The balance of the day", [
      report.balances
        ? report.memos === undefined
          ? "It balances: what was owed and was billed is transferred or still negative."
          : "It balances: what was owed and was billed is transferred, applied, refunded or still there."
        : "IT DOES NOT BALANCE: the difference was moved by other means than credit. Look at the report.",
    ]),
    ...section("May have been charged although the customer was owed money", chargedLines(facts)),
    ...section("Failed, and set aside until an engineer replays them", failedLines(facts)),
    ...section("Held, and left to people", heldLines(facts)),
    ...section("Credit of accounts without an active subscription", strandedLines(facts)),
    ...(whole.revenue === undefined
      ? []
      : section("Revenue of the pairs that were settled in the last 45 days", revenueLines(whole.revenue, whole.now))),
    ...section("Reports, for whoever may read them in AWS", reportLines(facts)),
  ];
};

const explained: Readonly<Record<Explanation, string>> = {
  held: "held, as told below",
  "dead-lettered": "failed, as told below",
  waiting: "waiting to be settled",
  unexplained: "not settled, and nothing says why",
  unread: "not looked at, or not to be read",
};

/** @returns undefined where one of them is of unknown age, or there are none */
export const oldestOf = (instants: readonly (number | undefined)[]): number | undefined => {
  const oldest = Math.min(...instants.map((instant) => instant ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(oldest) ? oldest : undefined;
};

export const postedText = (oldest: number | undefined, now: number): string =>
  oldest === undefined ? "the oldest of unknown age" : `the oldest posted ${ageText(now - oldest)} ago`;

const unsettledLines = ({ whole: { left, now } }: DigestFacts): readonly string[] => {
  const parts = left.negative.map(({ explanation, currency, invoices, amount, oldestPostedAt }) => {
    const owed = `${formatMoney(amount, currency)} ${currency}`;
    return `${countOwed(invoices, left.countsCreditMemos)} (${owed}) ${explained[explanation]}, ${postedText(oldestPostedAt, now)}`;
  });
  const oldestIdle = oldestOf(left.idle.map(({ postedAt }) => postedAt));
  return orNothing([
    ...parts,
    ...(left.idle.length === 0
      ? []
      : [
          `${count(left.idle.length, "account")} with credit to apply (${moneyOf(left.idle)}), ${postedText(oldestIdle, now)}`,
        ]),
    ...(left.unreadable === 0 ? [] : [`${count(left.unreadable, "account")} could not be read`]),
    ...(left.planned < left.of ? [`Only the first ${left.planned} of ${left.of} accounts were looked at.`] : []),
  ]);
};

const undoneLines = ({ adjustments, memos }: Report): readonly string[] => {
  const undone = adjustments.filter(({ status }) => status === "Canceled");
  const unapplied = (memos?.applied ?? []).flatMap((each) =>
    each.amount.lt(0) ? [{ ...each, amount: negate(each.amount) }] : [],
  );
  return [
    ...(undone.length === 0 ? [] : [`${count(undone.length, "adjustment")} of ours undone (${moneyOf(undone)})`]),
    ...(unapplied.length === 0
      ? []
      : [`${count(unapplied.length, "credit memo")} unapplied by us (${moneyOf(unapplied)})`]),
  ];
};

const section = (title: string, lines: readonly string[]): readonly string[] => [
  title,
  ...lines.map((line) => `  ${line}`),
  "",
];

const orNothing = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? ["Nothing."] : lines);

const settledLines = ({ lines, credit, adjustments, memos, ...period }: Report): readonly string[] => {
  const ofMemos = memos?.lines ?? [];
  const currencies = [...new Set([...lines, ...credit, ...ofMemos].map(({ currency }) => currency))].toSorted();
  const moved = currencies.flatMap((currency) => {
    const isOwn = (line: { readonly currency: string }) => line.currency === currency;
    const to = lines.find(isOwn)?.transferred ?? zero;
    const on = credit.find(isOwn)?.applied ?? zero;
    const applied = ofMemos.find(isOwn)?.applied ?? zero;
    const [transferredText, appliedText, memosText] = [to, on, applied].map((amount) => formatMoney(amount, currency));
    const parts = [
      ...(to.eq(0) && on.eq(0) ? [] : [`${transferredText} transferred to credit, ${appliedText} applied to invoices`]),
      ...(applied.eq(0) ? [] : [`${memosText} of credit memos applied to invoices`]),
    ];
    return parts.length === 0 ? [] : [`${currency}: ${parts.join(", ")}`];
  });
  const settled = [
    ...adjustments.filter(({ status, createdAt }) => status === "Processed" && createdAt >= period.since),
    ...(memos?.applied ?? []),
  ];
  const accounts = new Set(settled.map(({ accountId }) => accountId)).size;
  return moved.length === 0 ? ["Nothing was moved."] : [count(accounts, "account"), ...moved];
};

const chargedLines = ({ mayBeCharged }: DigestFacts): readonly string[] => {
  const runs = Map.groupBy(mayBeCharged, ({ paymentRun = "a payment run" }) => paymentRun);
  return orNothing([...runs].map(([run, own]) => `${run}: ${named(own.map(({ account }) => account))}`));
};

const failedLines = ({ failed, whole: { now } }: DigestFacts): readonly string[] => {
  const byCode = Map.groupBy(failed, ({ code, zuoraCode = "" }) => `${code} ${zuoraCode}`.trim());
  return orNothing(
    [...byCode].flatMap(([code, own]) => {
      const oldest = Math.min(...own.map(({ since }) => since));
      const age = Number.isNaN(oldest) ? "" : `, the oldest for ${ageText(now - oldest)}`;
      return [`${code}: ${count(own.length, "account")}${age}`, `  ${named(own.map(({ account }) => account))}`];
    }),
  );
};

const heldLines = ({ whole: { left, now } }: DigestFacts): readonly string[] => {
  const byReason = [...Map.groupBy(left.held, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  return orNothing(
    byReason.flatMap(([reason, own]) => {
      const { who } = holdWords[reason];
      const acts = who === "nobody" ? "nobody has to act" : `for ${who}`;
      const oldest = postedText(oldestOf(own.map(({ postedAt }) => postedAt)), now);
      return [
        `${reason}: ${own.length} (${moneyOf(own)}), ${oldest}; ${acts}`,
        `  ${named(own.map(({ accountNumber }) => accountNumber))}`,
      ];
    }),
  );
};

const strandedLines = ({ whole: { stranded, now } }: DigestFacts): readonly string[] => {
  if (stranded.length === 0) return ["None."];
  const first = stranded.slice(0, namedMax).map(({ accountNumber, currency, amount, since }) => {
    const age = since === undefined ? "of unknown age" : `for ${ageText(now - since)}`;
    return `${accountNumber}: ${formatMoney(amount, currency)} ${currency}, ${age}`;
  });
  const more = stranded.length - first.length;
  return [
    `${count(stranded.length, "account")} (${moneyOf(stranded)})`,
    ...first,
    ...(more > 0 ? [`and ${more} more: they are in the report`] : []),
  ];
};

const reportLines = ({ reports }: DigestFacts): readonly string[] =>
  reports.map(({ of, kept }) => `${of}: ${"place" in kept ? kept.place : `not kept (${kept.failed})`}`);

/** Each account once, and no more of them than somebody reads. */
const named = (accounts: readonly string[]): string => {
  const each = [...new Set(accounts)];
  const more = each.length - namedMax;
  return `${each.slice(0, namedMax).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};

export const moneyOf = (items: readonly { readonly currency: string; readonly amount: Money }[]): string =>
  byCurrency(items)
    .map(([currency, own]) => `${formatMoney(sum(own.map(({ amount }) => amount)), currency)} ${currency}`)
    .join(", ");
