import { html } from "hono/html";
import { type Html, instant, type Place } from "./parts.ts";

export type Page = {
  readonly title: string;
  /** Which part of the navigation it belongs to. */
  readonly part: string;
  readonly body: Html;
  /** When what it shows had been read (epoch milliseconds). */
  readonly readAt?: number;
};

const parts: readonly (readonly [path: string, title: string])[] = [
  ["", "Is money stuck?"],
  ["accounts", "Not settled"],
  ["dead-letters", "Dead letters"],
  ["activity", "What was moved"],
];

/** A page as a whole: what is the same on all of them, around what is not. */
export const pageHtml = (place: Place, { title, part, body, readAt }: Page): Html => {
  const { base, systemName } = place;
  const link = ([path, name]: (typeof parts)[number]) =>
    html`<li><a href="${base}/${path}"${path === part ? html` aria-current="page"` : ""}>${name}</a></li>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: ${systemName}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/style.css">
<script src="${base}/copy.js" defer></script>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="system">zuora-credit-sweep <b>${systemName}</b></p>
<nav aria-label="Pages"><ul>${parts.map(link)}</ul></nav>
<form action="${base}/account" role="search">
<label for="q">Account</label>
<input id="q" name="q" required maxlength="64" placeholder="number or id" autocomplete="off" spellcheck="false">
<button>Look</button>
</form>
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
<footer>
<p>${readAt === undefined ? "" : html`Read ${instant(readAt)} UTC, from Zuora and the queues; reload to read again. `}This
page reads and never writes: what is to be done is typed.</p>
<p id="said" role="status"></p>
</footer>
</body>
</html>`;
};
