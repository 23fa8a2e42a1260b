import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { faultsOf } from "../../browser/axe.ts";
import { type Chromium, ChromiumCannotRun, openChromium, reboundName } from "../../browser/chromium.ts";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { useConsole } from "./console-system.ts";
import { acrossBothEnds, before, byOthers, month } from "./last-month.ts";
import { useLocalOps } from "./local-ops.ts";

const { run, tenant, system, setAside } = useLocalOps();
const openConsole = useConsole(() => system().file);

const screen = { width: 1280, height: 800 };
const telephone = { width: 390, height: 844 };

let chromium: Chromium | undefined;
let whyNone: string | undefined;
let context: BrowserContext;
let page: Page;
/** What the browser asked for, and what it complained of, since the test began. */
let asked: string[];
let complaints: string[];

beforeAll(async () => {
  try {
    chromium = await openChromium();
  } catch (error) {
    if (!(error instanceof ChromiumCannotRun)) throw error;
    whyNone = error.message;
    process.stderr.write(`Skipped, the pages in a browser: ${whyNone}\n`);
  }
});

beforeEach(async ({ skip }) => {
  if (chromium === undefined) return skip(whyNone);
  asked = [];
  complaints = [];
  context = await chromium.browser.newContext({ viewport: screen });
  context.on("request", (request) => asked.push(request.url()));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  page = await context.newPage();
});

afterEach(async () => {
  await context?.close();
});

afterAll(async () => {
  await chromium?.close();
});

/** Presses Tab until what has the focus is called so; the focus must be visible wherever it stops. */
const tabTo = async (name: string): Promise<void> => {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    const called = (await focused.getAttribute("aria-label")) ?? (await focused.innerText());
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect({ called, outline }).toEqual({ called, outline: "solid" });
    if (called.trim() === name) return;
  }
  throw new Error(`40 times Tab, and never at ${name}`);
};

const words = (selector: string): Promise<string> => page.locator(selector).innerText();

/** Something of every kind for the pages to show. */
const busyTenant = async () => {
  const { store } = tenant();
  const held = addAccount(store, { Status: "Canceled", invoices: [{ amount: "-3.00" }] });
  const refused = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now());
  addAccount(store, { invoices: [{ amount: "-0.50" }] }, Date.now() - 86_400_000);
  await setAside([refused.Id], { zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  addPaymentRun(store, { targetDate: tomorrow, runDate: `${tomorrow} 10:00:00` });
  return { held, refused };
};

// A browser beside a whole test run on two cores takes its time.
describe("the page of ops console, in a browser", { timeout: 60_000 }, () => {
  let url: string;
  let stumblingBlocks: string[];
  beforeEach(async () => {
    ({ url } = await openConsole());
    stumblingBlocks = [];
  });

  /** Every page that is come to is looked at: can weak eyes and screen readers use it, and does it fit a telephone? */
  const arriveAt = async (path: string): Promise<void> => {
    await page.waitForURL(`${url}${path}`);
    const faults = [...(await faultsOf(page))];
    await page.setViewportSize(telephone);
    if ((await widthOf(page)) > telephone.width) faults.push(`${await widthOf(page)} pixels wide on a telephone`);
    await page.setViewportSize(screen);
    stumblingBlocks.push(...faults.map((fault) => `/${path}: ${fault}`));
  };

  afterEach(() => {
    if (chromium === undefined) return;
    expect(stumblingBlocks).toEqual([]);
    expect(asked.filter((each) => !each.startsWith(url) && !each.startsWith("data:"))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("leads by keyboard alone from the first page to an account that was not touched, and to why", async () => {
    const { held } = await busyTenant();
    await page.goto(url);
    await arriveAt("");
    await page.keyboard.press("Tab");
    expect(await words(":focus")).toBe("To the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await tabTo("Left alone, and why");
    await page.keyboard.press("Enter");
    await arriveAt("accounts?why=held");
    await tabTo(held.AccountNumber);
    await page.keyboard.press("Enter");
    await arriveAt(`account?q=${held.AccountNumber}`);
    expect(await words("h1")).toBe(`Account ${held.AccountNumber}`);
    expect(await words("main")).toContain("The account is not active, and Zuora adjusts active accounts only.");
    expect(await words("main")).toContain("Who acts: billing.");
  });

  it("finds an account that is typed, and shows its dead letter with a command that is copied by a click", async () => {
    const { refused } = await busyTenant();
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(url).origin });
    await page.goto(`${url}activity`);
    await arriveAt("activity");
    await page.getByLabel("Account", { exact: true }).fill(refused.AccountNumber);
    await page.keyboard.press("Enter");
    await arriveAt(`account?q=${refused.AccountNumber}`);
    expect(await words("main")).toContain("It was set aside as ZUORA_REJECTED");
    await page.getByRole("link", { name: "Dead letters" }).click();
    await arriveAt("dead-letters");
    await page.getByRole("link", { name: refused.AccountNumber }).click();
    await arriveAt(`dead-letter?account=${refused.Id}&kind=credit`);
    expect(await words("main")).toContain("The accounting period is closed.");
    const replay = `dead-letters replay --account ${refused.AccountNumber}`;
    await page.getByRole("button", { name: `Copy: ${replay}` }).click();
    await page.getByRole("status").getByText("Copied.").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      `npm run --silent ops -- --local ${system().file} ${replay}`,
    );
  });
});

/** What a page of another origin can try with an address, in the browser's own words. */
const triesEverything = `async (address) => {
  const read = (mode) => fetch(address, { mode }).then((answer) => answer.text(), () => "refused");
  const got = [await read("cors"), await read("no-cors")];
  for (const name of ["script", "img", "iframe"]) {
    const { type } = await new Promise((resolve) => {
      const element = document.createElement(name);
      element.onload = element.onerror = resolve;
      element.src = name === "script" ? address + "copy.js" : address;
      document.body.append(element);
    });
    got.push(name + " " + type);
  }
  return got;
}`;

/** What a text would be that was never escaped: a way out, a way in, and a lie. */
const slippedThrough = `<img src="https://${reboundName}/?stolen" onerror="document.title = 'taken'">
<script>document.title = "taken"</script><style>h1 { display: none }</style>`;

describe("whoever was not given the page's address, in a browser", () => {
  it("gets nothing under a name that was bound anew to this machine, nor without the token", async () => {
    const { url } = await openConsole();
    const { port, pathname, origin } = new URL(url);
    for (const address of [`http://${reboundName}:${port}${pathname}`, `${origin}/`, `${origin}/accounts`]) {
      const answer = await page.goto(address);
      expect({ status: answer?.status(), text: await answer?.text() }).toEqual({ status: 404, text: "" });
    }
  });

  it("gets nothing as a page of another origin that knows the whole address", async () => {
    const { url } = await openConsole();
    const server = createServer((_request, response) =>
      response.setHeader("content-type", "text/html").end("<p>Other"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await page.goto(other);
      const documents: number[] = [];
      page.on("response", (response) => {
        if (response.url().startsWith(url)) documents.push(response.status());
      });
      expect(await page.evaluate(`(${triesEverything})("${url}")`)).toEqual([
        "refused",
        "refused",
        "script error",
        "img error",
        // The event comes whatever is in the frame.
        "iframe load",
      ]);
      await page.evaluate(`location.assign("${url}")`);
      await page.waitForURL(url);
      expect(documents).toEqual([404, 404]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("gets no script into it and no word out of it, where a text slipped through unescaped", async () => {
    const { url } = await openConsole();
    await page.goto(url);
    const got: string[] = [];
    page.on("response", (response) => got.push(response.url()));
    await page.evaluate(`document.body.append(document.createRange().createContextualFragment(\`${slippedThrough}\`))`);
    await expect.poll(() => complaints.length).toBeGreaterThanOrEqual(3);
    expect(complaints.filter((each) => !each.includes("Content Security Policy"))).toEqual([]);
    expect(await page.title()).not.toBe("taken");
    expect(await page.locator("h1").isVisible()).toBe(true);
    expect(got).toEqual([]);
  });
});

describe("last month's report, in a browser", () => {
  it("shows finance the sums, fits a telephone, and prints what is signed of six currencies on one sheet of A4", async () => {
    const { busy } = acrossBothEnds(tenant());
    byOthers(tenant(), busy);
    addAccount(tenant().store, { Status: "Draft", invoices: [{ amount: "-1234567.80" }] }, before);
    for (const Currency of ["AUD", "CHF", "EUR", "USD"]) {
      addAccount(tenant().store, { Currency, credit: "7.00", invoices: [{ amount: "-5.00" }] }, before);
    }
    const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-report-"));
    try {
      const papers = join(folder, "papers");
      await run(["report", "--month", month, "--folder", papers], { json: false });
      const file = pathToFileURL(join(papers, "report.html")).href;
      await page.goto(file);
      expect(await words("header")).toContain(month);
      expect(await words("[role=status]")).toContain("balance");
      const row = page.getByRole("table", { name: "Negative invoices" }).getByRole("row").filter({ hasText: "GBP" });
      expect(await row.innerText()).toContain("1,234,");
      expect(await faultsOf(page)).toEqual([]);
      await page.setViewportSize(telephone);
      expect(await widthOf(page)).toBe(telephone.width);
      const whole = await sheetsOf(page);
      await page.evaluate("document.querySelector('.details').remove()");
      expect(await words("main")).toContain("Approved by");
      expect({ signed: await sheetsOf(page), whole: whole > 1 }).toEqual({ signed: 1, whole: true });
      expect({ asked, complaints }).toEqual({ asked: [file], complaints: [] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const widthOf = async (shown: Page): Promise<number> =>
  Number(await shown.evaluate("document.documentElement.scrollWidth"));

/** How many sheets come out of the printer. */
const sheetsOf = async (printed: Page): Promise<number> => {
  const pdf = await printed.pdf({ preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
};
