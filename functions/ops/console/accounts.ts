import { html } from "hono/html";
import { holdWords } from "../../app/records/hold-words.ts";
import {
  type Because,
  type ExplainedInvoice,
  type Explanation,
  explanations,
} from "../../app/records/negatives-accounted-for.ts";
import type { Status } from "../../app/status.ts";
import { formatMoney } from "../../domain/currency.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { accountLink, commands, type Html, instant, moreThanShown, type Place, rowsMax, table } from "./parts.ts";

/** Every invoice that is negative now, and every credit memo beside an open one, by why it was not touched. */
export const accountsBody = (
  place: Place,
  { negative, countsCreditMemos }: Pick<Status, "negative" | "countsCreditMemos">,
  why: string | undefined,
): Html => {
  const chosen = explanations.find((each) => each === why);
  const meant = negative.filter(({ explanation }) => chosen === undefined || explanation === chosen);
  const what = countsCreditMemos
    ? "Invoices that are negative in Zuora now, and credit memos beside an open invoice."
    : "Invoices that are negative in Zuora now.";
  return html`<p>${what} Follow an account to read what happened to it, and why not.</p>
<nav aria-label="By explanation"><ul>
${choice(place, undefined, negative.length, chosen)}
${explanations.map((each) =>
  choice(place, each, negative.filter(({ explanation }) => explanation === each).length, chosen),
)}
</ul></nav>
${meant.length === 0 ? html`<p class="says good">None.</p>` : [...groups(meant)].map((each) => groupOf(place, each, countsCreditMemos))}
${moreThanShown(meant.length)}
${commands(place, [
  ["status --all --json", "the same for programs, every account read"],
  ["report", "what finance signs, for today"],
])}`;
};

const choice = (
  { base }: Place,
  explanation: Explanation | undefined,
  invoices: number,
  chosen: Explanation | undefined,
): Html => {
  const current = explanation === chosen ? html` aria-current="true"` : "";
  const path = explanation === undefined ? "accounts" : `accounts?why=${explanation}`;
  return html`<li><a href="${base}/${path}"${current}>${explanation ?? "all"}</a> (${invoices})</li>`;
};

const groups = (meant: readonly ExplainedInvoice[]) =>
  Map.groupBy(meant.slice(0, rowsMax), ({ explanation, because }) =>
    because === undefined ? explanation : `${explanation}: ${because}`,
  );

const groupOf = (
  place: Place,
  [title, own]: readonly [string, readonly ExplainedInvoice[]],
  countsCreditMemos: boolean,
): Html => {
  const [first] = own;
  return html`<h2>${title} (${own.length})</h2>
<p>${first === undefined ? "" : whyText(first)}</p>
${table(
  title,
  [
    { title: "Account" },
    { title: countsCreditMemos ? "Invoice or memo" : "Invoice" },
    { title: "Owed", isNumber: true },
    { title: "Currency" },
    { title: "Posted (UTC)" },
  ],
  own.map(({ accountNumber, accountId, invoiceNumber, invoiceId, amount, currency, postedAt }) => [
    accountLink(place, accountNumber ?? accountId),
    invoiceNumber ?? invoiceId,
    formatMoney(amount, currency),
    currency,
    postedAt === undefined ? "" : instant(postedAt),
  ]),
)}`;
};

const waits: Readonly<Partial<Record<Because, string>>> = {
  "next-scan": "It is new: the next scan finds it.",
  "work-queue": "It is among the messages of the work queue.",
  "switch-not-on": "The switch is not on: it is settled when somebody turns it.",
};

const generally: Readonly<Record<Explanation, string>> = {
  held: "A rule or a person holds it.",
  "dead-lettered": "Its account is among the dead letters: it was tried, and set aside.",
  waiting: "It is on its way.",
  unexplained: "Nobody settles it: it is not held, not set aside, and in no queue.",
  unread: "Zuora did not answer for it, or it is beyond the first thousand accounts.",
};

/** Why an invoice was not touched, in words; the same words as on a terminal. */
const whyText = ({ explanation, because }: ExplainedInvoice): string => {
  if (explanation !== "held") return (because === undefined ? undefined : waits[because]) ?? generally[explanation];
  const words = holdWords[because as HoldReason];
  const acts = words.who === "nobody" ? "Nobody has to act." : `Who acts: ${words.who}.`;
  return `${words.means} ${acts} ${words.release}`;
};
