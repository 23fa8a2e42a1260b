import { readFileSync } from "node:fs";
import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { SettlementError } from "../../domain/errors.ts";
import type { Kind } from "../commands/dead-letters/kind.ts";
import type { OpenSystem } from "../system/open-system.ts";
import { accountBody } from "./account.ts";
import { accountsBody } from "./accounts.ts";
import { activityBody } from "./activity.ts";
import { deadLetterBody, deadLettersBody } from "./dead-letters.ts";
import { type Door, guard } from "./guard.ts";
import { overviewBody } from "./overview.ts";
import { type Page, pageHtml } from "./page.ts";
import { type Html, type Place, says } from "./parts.ts";
import { createReadings } from "./readings.ts";

const asset = (name: string): string => readFileSync(new URL(`assets/${name}`, import.meta.url), "utf8");

/** Nothing but our own style and script; forms go nowhere else, and nobody may frame the page. */
const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  imgSrc: ["data:"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The pages of one system, behind their door. Reads, and never writes. */
export const consoleApp = (system: OpenSystem, door: Door, isStopped: () => boolean): Hono => {
  const { clock, config } = system;
  const base = `/${door.token}`;
  const place: Place = { base, systemName: system.name, ops: `npm run --silent ops -- ${system.flag}` };
  const readings = createReadings(system, isStopped);
  const show = (context: Context, page: Page, status: 200 | 404 | 502 = 200) =>
    context.html(pageHtml(place, page), status);

  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false, xFrameOptions: "DENY" }));
  app.use(guard(door));
  app.use(async (context, next) => {
    context.header("Cache-Control", "no-store");
    await next();
  });
  app.get(`${base}/style.css`, (context) => context.body(asset("style.css"), 200, { "content-type": "text/css" }));
  app.get(`${base}/copy.js`, (context) => context.body(asset("copy.js"), 200, { "content-type": "text/javascript" }));
  app.get(`${base}/`, async (context) => {
    const { value, at } = await readings.status();
    return show(context, { title: "Is money stuck?", part: "", body: overviewBody(place, value, at), readAt: at });
  });
  app.get(`${base}/accounts`, async (context) => {
    const { value, at } = await readings.status();
    const body = accountsBody(place, value, context.req.query("why"));
    return show(context, { title: "Not settled", part: "accounts", body, readAt: at });
  });
  app.get(`${base}/account`, async (context) => {
    const name = (context.req.query("q") ?? "").trim().slice(0, 64);
    const id = await system.accountId(name);
    if (id === undefined) return show(context, notFound(`Zuora knows no account with the id or number ${name}.`), 404);
    const { value, at } = await readings.account(id);
    const title = `Account ${value.explained.accountNumber}`;
    return show(context, { title, part: "account", body: accountBody(place, value), readAt: at });
  });
  app.get(`${base}/dead-letters`, async (context) => {
    const reading = await readings.problems(kindIn(context));
    if (reading === undefined) return show(context, notFound("This system does not look at revenue."), 404);
    const body = deadLettersBody(place, reading.value, reading.at);
    return show(context, { title: titleOf(kindIn(context)), part: "dead-letters", body, readAt: reading.at });
  });
  app.get(`${base}/dead-letter`, async (context) => {
    const wanted = context.req.query("account");
    const reading = await readings.problems(kindIn(context));
    const problem = reading?.value.problems.find(({ accountId }) => accountId === wanted);
    if (reading === undefined || problem === undefined) {
      return show(context, notFound(`No dead letter of ${wanted} is there now.`), 404);
    }
    const name = reading.value.nameOf(problem.accountId);
    const body = deadLetterBody(place, reading.value.kind, problem, name);
    return show(context, { title: `Dead letter of ${name}`, part: "dead-letters", body, readAt: reading.at });
  });
  app.get(`${base}/activity`, async (context) => {
    const { value, at } = await readings.activity();
    const body = activityBody(place, value, config.zuoraTimeZone);
    return show(context, { title: "What was moved", part: "activity", body, readAt: at });
  });
  app.notFound((context) => show(context, notFound("There is no such page."), 404));
  app.onError((error, context) => {
    const why =
      error instanceof SettlementError ? `${error.code}: ${error.message}` : `${error.name}: ${error.message}`;
    const body: Html = says("bad", `This cannot be told now. ${why}`);
    return show(context, { title: "Not to be read", part: "none", body, readAt: clock.now() }, 502);
  });
  return app;
};

const kindIn = (context: Context): Kind => (context.req.query("kind") === "revenue" ? "revenue" : "credit");

const titleOf = (kind: Kind): string => (kind === "revenue" ? "Dead letters of revenue" : "Dead letters");

const notFound = (text: string): Page => ({ title: "Not found", part: "none", body: says("warn", text) });
