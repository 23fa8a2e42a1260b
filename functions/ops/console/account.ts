import { html } from "hono/html";
import type { Problem } from "../../app/dead-letters/problems.ts";
import type {
  AccountExplanation,
  ExplainedAccountInvoice,
  ExplainedMemo,
  ExplainedPayment,
} from "../../app/records/explain-account.ts";
import { memoWords, obstacleWords, type VerdictWords, verdictWords } from "../../app/records/explanation-words.ts";
import { holdWords } from "../../app/records/hold-words.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { formatMoney } from "../../domain/currency.ts";
import { plain } from "../text/look.ts";
import { revenueOfToday } from "../text/today.ts";
import { commands, type Html, instant, type Place } from "./parts.ts";
import type { AccountReading } from "./readings.ts";
import { timelineOf } from "./timeline.ts";

/** One account: why it was not touched, what will happen to each invoice, and what happened before. */
export const accountBody = (place: Place, { explained, more, history, revenue }: AccountReading): Html => {
  const { accountId, status, currency, creditBalance, invoices, creditMemos, payments, obstacles } = explained;
  const problem = obstacles.flatMap((each) => (each.kind === "dead-lettered" ? [each.problem] : []))[0];
  const events = timelineOf(explained, history, problem);
  const page = more.pages?.account(accountId);
  return html`<p>${status}, credit balance ${formatMoney(creditBalance, currency)} ${currency}; id <code>${accountId}</code>.
${page === undefined ? "" : html`<a href="${page}" rel="noreferrer">The account in Zuora</a>`}</p>
<h2>Why not touched</h2>
${whyNot(explained)}
<h2>Its invoices</h2>
${invoices.length === 0 ? html`<p>None of it is negative or open, and none was lately.</p>` : invoices.map((each) => invoiceOf(each, explained, more.pages))}
${creditMemos.length === 0 ? "" : html`<h2>Its credit memos with money left</h2>${creditMemos.map((each) => memoOf(each, explained))}`}
${payments.length === 0 ? "" : html`<h2>Its payments with money left</h2>${payments.map((each) => memoOf(each, explained))}`}
${revenue === undefined ? "" : html`<h2>Its revenue</h2><pre class="scroll">${revenueOfToday(revenue).text(plain)}</pre>`}
<h2>What happened to it</h2>
${
  events.length === 0
    ? html`<p>Nothing that Zuora tells.</p>`
    : html`<ol class="timeline">${events.map(({ at, says }) => html`<li>${instant(at)} ${says}</li>`)}</ol>`
}
${more.savedQuery === undefined ? "" : html`<p>Its log lines: CloudWatch, Logs Insights, saved query ${more.savedQuery}.</p>`}
${commands(place, commandsFor(explained, problem))}`;
};

const whyNot = (explained: AccountExplanation): Html => {
  const { obstacles, holds, invoices, creditMemos, payments, hasSteps } = explained;
  const reasons = [
    ...obstacles.map((obstacle) => obstacleWords(obstacle, explained)),
    ...holds.map((reason): VerdictWords => {
      const { means, who, release } = holdWords[reason];
      return { says: `${means} (${reason})`, who, release };
    }),
    ...invoices
      .filter(({ verdict }) => verdict.kind === "unexplained" || (verdict.kind === "held" && !verdict.isWholeAccount))
      .map(({ invoice, verdict }) => {
        const words = verdictWords(verdict, explained);
        return { ...words, says: `Invoice ${invoice.number}: ${words.says}` };
      }),
    ...[...creditMemos, ...payments]
      .filter(({ hold }) => hold !== undefined)
      .map((each) => {
        const words = memoWords(each, explained);
        const name = `${"payment" in each ? "Payment" : "Credit memo"} ${payerOf(each).number}`;
        return { ...words, says: `${name}: ${words.says}` };
      }),
  ];
  if (reasons.length > 0) return html`${reasons.map((words) => html`<p class="says warn">${wordsText(words)}</p>`)}`;
  return hasSteps
    ? html`<p class="says">It will be: steps are due, and nothing stands in their way.</p>`
    : html`<p class="says good">There is nothing to do: no negative invoice, and no credit that an open one could use.</p>`;
};

const invoiceOf = (
  { invoice, verdict }: ExplainedAccountInvoice,
  explained: AccountExplanation,
  pages: AccountReading["more"]["pages"],
): Html => {
  const { number, id, balance, currency, dueDate } = invoice;
  const name = pages === undefined ? number : html`<a href="${pages.invoice(id)}" rel="noreferrer">${number}</a>`;
  return html`<section class="says"><h3>${name}: balance ${formatMoney(balance, currency)} ${currency}, due ${dueDate}</h3>
${wordsText(verdictWords(verdict, explained))}</section>`;
};

const memoOf = (memo: ExplainedMemo | ExplainedPayment, explained: AccountExplanation): Html => {
  const { number, unapplied, amount, currency } = payerOf(memo);
  return html`<section class="says"><h3>${number}: ${formatMoney(unapplied, currency)} of ${formatMoney(amount, currency)} ${currency} unapplied</h3>
${wordsText(memoWords(memo, explained))}</section>`;
};

/** What is, who acts, and what ends it, as on a terminal. */
const wordsText = ({ says, who, release }: VerdictWords): string => {
  if (release === undefined) return says;
  const acts = who === undefined || who === "nobody" ? "Nobody has to act." : `Who acts: ${who}.`;
  return `${says} ${acts} ${release}`;
};

const commandsFor = (
  { accountNumber, invoices, creditMemos, payments, holds, hasSteps }: AccountExplanation,
  problem: Problem | undefined,
): readonly (readonly [words: string, what: string])[] => {
  const reasons = new Set<string>([
    ...holds,
    ...invoices.flatMap(({ verdict }) => (verdict.kind === "held" ? [verdict.reason] : [])),
    ...[...creditMemos, ...payments].flatMap(({ hold }) => hold ?? []),
  ]);
  return [
    ["explain", "the same on a terminal"] as const,
    ["history", "everything that moved its credit, run by run"] as const,
    ...(hasSteps ? [["settle", "settles it from here, after showing the plan and asking"] as const] : []),
    ...(reasons.has("over-account-limit")
      ? [["settle", "settles it although it is large", "--over-limit"] as const]
      : []),
    ...(reasons.has("cancelled-by-person")
      ? [["settle", "settles again what a person canceled, after asking", "--again"] as const]
      : []),
    ...(problem === undefined
      ? []
      : [
          ["dead-letters show", "its messages with their history"] as const,
          ["dead-letters replay --account", "tries it again, when the cause is gone"] as const,
        ]),
  ].map(([words, what, flag]) => [[words, accountNumber, flag ?? ""].join(" ").trimEnd(), what]);
};
