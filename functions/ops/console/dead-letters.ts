import { html } from "hono/html";
import type { Problem } from "../../app/dead-letters/problems.ts";
import { count } from "../../app/records/count.ts";
import type { Kind } from "../commands/dead-letters/kind.ts";
import { writeDuration } from "../text/duration.ts";
import { accountLink, commands, type Html, instant, moreThanShown, type Place, rowsMax, table } from "./parts.ts";
import type { ProblemsReading } from "./readings.ts";

/** What was set aside, by code and account by account. */
export const deadLettersBody = (place: Place, { kind, problems, nameOf }: ProblemsReading, now: number): Html => {
  if (problems.length === 0) return html`<p class="says good">Nothing was set aside.</p>`;
  const byCode = [...Map.groupBy(problems, codesOf)].toSorted(([, a], [, b]) => b.length - a.length);
  const flag = flagOf(kind);
  return html`<p>All messages of one account are one problem: the account's state in Zuora says what is to be done.</p>
${table(
  "Dead letters by code",
  [{ title: "Code" }, { title: "Accounts", isNumber: true }, { title: "Oldest", isNumber: true }],
  byCode.map(([codes, own]) => [codes, String(own.length), `${age(oldestOf(own), now)} ago`]),
)}
${table(
  "Account by account",
  [
    { title: "Account" },
    { title: "Code" },
    { title: "Since", isNumber: true },
    { title: "Attempts", isNumber: true },
    { title: "What was said" },
  ],
  problems
    .slice(0, rowsMax)
    .map((problem) => [
      html`<a href="${place.base}/dead-letter?account=${encodeURIComponent(problem.accountId)}&amp;kind=${kind}">${nameOf(problem.accountId)}</a>`,
      codesOf(problem),
      `${age(problem.since, now)} ago`,
      String(problem.attempts),
      problem.message,
    ]),
)}
${moreThanShown(problems.length)}
${commands(place, [
  [`dead-letters list${flag}`, "the same on a terminal, and what planning each says today"],
  [`dead-letters replay --dry-run${flag}`, "what would be replayed, and no more"],
  [`dead-letters replay${flag}`, "tries them again when the cause is gone, after showing them and asking"],
])}
<p>What each code means, and what to do, is in <code>docs/runbook.md</code> under its name.</p>`;
};

/** One account's dead letters, whole. */
export const deadLetterBody = (place: Place, kind: Kind, problem: Problem, name: string): Html => {
  const { namesAccount, message, since, attempts, letters } = problem;
  const flag = flagOf(kind);
  return html`<p class="says bad"><b>${codesOf(problem)}</b> ${message}</p>
<p>Since ${instant(Date.parse(since))} UTC, ${count(attempts, "attempt")}, ${count(letters.length, "message")}.
${namesAccount ? html`${accountLink(place, name)}: what is of it now, and why it is not touched.` : "The message names no account, and cannot be replayed."}</p>
${letters.map(
  ({ messageId, sentAt, receiveCount, body, attributes }) => html`<section><h2>Message ${messageId}</h2>
<p>Set aside ${instant(Date.parse(sentAt))} UTC, received ${count(receiveCount, "time")} since.</p>
<p><code>${body}</code></p>
${table("What was written to it", [{ title: "Name" }, { title: "Value" }], Object.entries(attributes))}</section>`,
)}
${commands(
  place,
  namesAccount
    ? [
        [`dead-letters show ${name}${flag}`, "the same on a terminal, with the plan of today"],
        [`dead-letters replay --account ${name}${flag}`, "tries it again, when the cause is gone"],
        [`dead-letters drop --account ${name}${flag}`, "deletes it where nothing is to be done any more, after asking"],
      ]
    : [[`dead-letters drop --account ${name}${flag}`, "deletes it, after asking"]],
)}`;
};

const flagOf = (kind: Kind): string => (kind === "credit" ? "" : ` --kind ${kind}`);

const codesOf = ({ code, zuoraCode = "" }: Problem): string => `${code} ${zuoraCode}`.trimEnd();

const oldestOf = (problems: readonly Problem[]): string => problems.map(({ since }) => since).toSorted()[0] ?? "";

const age = (since: string, now: number): string => writeDuration(now - Date.parse(since));
