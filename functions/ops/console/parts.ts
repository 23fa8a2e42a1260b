import { html } from "hono/html";
import { formatMoney } from "../../domain/currency.ts";
import type { MoneyByCurrency } from "../../domain/money-by-currency.ts";

/** Markup whose texts are escaped already. */
export type Html = ReturnType<typeof html>;

/** Where pages are and how commands are typed. */
export type Place = {
  /** The path before every page: a slash and the token. */
  readonly base: string;
  readonly systemName: string;
  /** Everything before a command's own words, ready for a shell. */
  readonly ops: string;
};

/** One sentence that stands out, as good or as bad as it is. */
export const says = (tone: "good" | "warn" | "bad", text: string): Html => html`<p class="says ${tone}">${text}</p>`;

/** A command that one would type, with a button that copies it whole. */
export const command = ({ ops }: Place, words: string, what: string): Html => html`<div class="command">
<p>${what}</p>
<code tabindex="0">${ops} <b>${words}</b></code>
<button type="button" aria-label="Copy: ${words}" hidden>Copy</button>
</div>`;

/** Commands under one heading. */
export const commands = (place: Place, list: readonly (readonly [words: string, what: string])[]): Html =>
  list.length === 0
    ? html``
    : html`<section class="commands"><h2>What one would type</h2>
${list.map(([words, what]) => command(place, words, what))}</section>`;

export type Column = { readonly title: string; readonly isNumber?: true };

/** A table with its caption; wide ones scroll inside their own frame. */
export const table = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Html)[])[],
): Html => {
  const numbers = columns.map(({ isNumber }) => (isNumber ? "number" : ""));
  const row = (cells: readonly (string | Html)[]) =>
    html`<tr>${cells.map((cell, at) => html`<td class="${numbers[at] ?? ""}">${cell}</td>`)}</tr>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, at) => html`<th scope="col" class="${numbers[at] ?? ""}">${title}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody>
</table></div>`;
};

export const accountLink = ({ base }: Place, name: string): Html =>
  html`<a href="${base}/account?q=${encodeURIComponent(name)}">${name}</a>`;

/** `2026-11-24 20:15:09`, in UTC. */
export const instant = (epochMs: number): Html => {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")}</time>`;
};

/** Sums of several currencies in one line. */
export const moneyText = (sums: MoneyByCurrency): string =>
  [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => `${formatMoney(amount, currency)} ${currency}`)
    .join(", ");

/** Which rows are shown of many. */
export const rowsMax = 500;

export const moreThanShown = (rows: number): Html =>
  rows <= rowsMax ? html`` : html`<p>The first ${rowsMax} of ${rows}; the command has them all with --json.</p>`;
