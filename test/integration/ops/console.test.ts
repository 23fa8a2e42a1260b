import { describe, expect, it } from "vitest";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { ask, useConsole } from "./console-system.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { ops, tenant, system, setAside, accountsIn } = useLocalOps();
const openConsole = useConsole(() => system().file);

/** What a person reads of a page. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");

const read = async (url: string): Promise<string> => {
  const { status, text } = await ask(url);
  expect(status).toBe(200);
  expect(text).not.toContain("@example.invalid");
  return textOf(text);
};

describe("who may read the page", () => {
  const expectNothing = async (url: string, options: Parameters<typeof ask>[1] = {}) => {
    const { status, text } = await ask(url, options);
    expect({ status, text }).toEqual({ status: 404, text: "" });
  };

  it("is whoever was given the address, on this machine", async () => {
    const { url } = await openConsole();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect((await ask(url)).text).toContain("Is money stuck?");
    expect((await openConsole()).url).not.toContain(new URL(url).pathname);
  });

  it("is nobody without the token, or with one that is nearly right", async () => {
    const { url } = await openConsole();
    const { origin, pathname } = new URL(url);
    await expectNothing(`${origin}/`);
    await expectNothing(`${origin}/accounts`);
    await expectNothing(`${origin}/style.css`);
    await expectNothing(`${origin}${pathname.slice(0, -2)}/`);
    await expectNothing(`${origin}${pathname.toLowerCase() === pathname ? "/x" : pathname.toLowerCase()}`);
    await expectNothing(`${origin}/x${pathname}`);
    await expectNothing(`${origin}/?token=${pathname.slice(1, -1)}`);
  });

  it("is nobody who calls this machine by another name", async () => {
    const { url } = await openConsole();
    const { port } = new URL(url);
    for (const Host of ["attacker.example", `attacker.example:${port}`, `localhost:${port}`, "127.0.0.1"]) {
      await expectNothing(url, { headers: { Host } });
    }
  });

  it("is no page of another origin, however it asks", async () => {
    const { url } = await openConsole();
    const { origin } = new URL(url);
    for (const Origin of ["https://attacker.example", "null", "http://127.0.0.1:1", origin.replace("http", "https")]) {
      await expectNothing(url, { headers: { Origin } });
    }
    for (const site of ["cross-site", "same-site", "anything"]) {
      await expectNothing(url, { headers: { "Sec-Fetch-Site": site } });
    }
    for (const site of ["same-origin", "none"]) {
      expect((await ask(url, { headers: { "Sec-Fetch-Site": site, Origin: origin } })).status).toBe(200);
    }
  });

  it("gives nothing to whoever wants to write", async () => {
    const { url } = await openConsole();
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) await expectNothing(url, { method });
  });

  it("lets a browser load nothing but our own style and script, frame nothing and keep nothing", async () => {
    const { url } = await openConsole();
    const { headers, text } = await ask(url);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; " +
        "frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    const { pathname } = new URL(url);
    const addresses = [...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, address = ""]) => address);
    const strays = addresses.filter((address) => !address.startsWith(pathname) && !/^(#|data:)/.test(address));
    expect(strays).toEqual([]);
    expect(text).not.toMatch(/ (style|on\w+)="/);
  });
});

describe("the pages", () => {
  it("answer whether money is stuck, and accounts for every negative invoice", async () => {
    const { store } = tenant();
    const charged = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now());
    addAccount(store, { Status: "Canceled", invoices: [{ amount: "-3.00" }] });
    const lost = addAccount(store, { invoices: [{ amount: "-0.50" }] }, Date.now() - 86_400_000);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { number } = addPaymentRun(store, { targetDate: tomorrow, runDate: `${tomorrow} 10:00:00` });
    const { url } = await openConsole();
    const text = await read(url);
    expect(text).toContain("Yes: 1 negative invoice in nobody's hands");
    expect(text).toContain("= 1 held + 0 dead-lettered + 1 waiting + 1 unexplained");
    expect(text).toContain(`${number} at ${tomorrow} 10:00:00 UTC; it could charge 1 account`);
    const accounts = await read(`${url}accounts`);
    expect(accounts).toContain(charged.AccountNumber);
    expect(await read(`${url}accounts?why=unexplained`)).toContain(lost.AccountNumber);
    expect(await read(`${url}accounts?why=unexplained`)).not.toContain(charged.AccountNumber);
  });

  it("tell of an account why it was not touched, who acts, and the command to type", async () => {
    const { AccountNumber, Id } = addAccount(tenant().store, { Status: "Canceled", invoices: [{ amount: "-3.00" }] });
    const { url } = await openConsole();
    for (const name of [AccountNumber, Id]) {
      const text = await read(`${url}account?q=${name}`);
      expect(text).toContain("The account is not active, and Zuora adjusts active accounts only.");
      expect(text).toContain("Who acts: billing.");
      expect(text).toContain(`npm run --silent ops -- --local ${system().file} explain ${AccountNumber}`);
    }
  });

  it("show an account's timeline, from posting to what was moved by which run", async () => {
    const { AccountNumber } = addAccount(
      tenant().store,
      { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] },
      Date.now(),
    );
    await ops("scan", "--full");
    await workOff(system().file);
    const [{ ReferenceId = "" } = {}] = tenant().store.adjustments.rows;
    const { url } = await openConsole();
    const text = await read(`${url}account?q=${AccountNumber}`);
    expect(text).toMatch(/INV\d+ posted over -10\.00 GBP/);
    expect(text).toMatch(new RegExp(`10\\.00 GBP of INV\\d+ transferred to the credit balance by run ${ReferenceId}`));
    const activity = await read(`${url}activity`);
    expect(activity).toContain("1 negative invoice posted and settled");
    expect(activity).toContain(`report --run ${ReferenceId}`);
  });

  it("show dead letters by code, and one of them whole", async () => {
    const { Id, AccountNumber } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] });
    await setAside([Id, Id], { zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });
    const { url } = await openConsole();
    const list = await read(`${url}dead-letters`);
    expect(list).toContain("ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED 1");
    expect(list).toContain(AccountNumber);
    const text = await read(`${url}dead-letter?account=${Id}`);
    expect(text).toContain("The accounting period is closed.");
    expect(text).toContain("2 messages");
    expect(text).toContain(`dead-letters replay --account ${AccountNumber}`);
    expect(await read(`${url}account?q=${AccountNumber}`)).toContain("It was set aside as ZUORA_REJECTED");
    expect(accountsIn("deadLetter")).toEqual([Id, Id]);
  });

  it("of two people who look at once hide no dead letter from either", async () => {
    const { Id } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] });
    await setAside([Id]);
    const { url } = await openConsole();
    const pages = [`${url}dead-letters`, url, `${url}account?q=${Id}`, `${url}dead-letter?account=${Id}`];
    const texts = await Promise.all(pages.map(read));
    for (const text of texts) expect(text).toMatch(/ZUORA_REJECTED|1 message set aside/);
  });

  it("write nothing, neither to Zuora nor to a queue, whatever is looked at", async () => {
    const { Id } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now());
    const { url } = await openConsole();
    for (const path of ["", "accounts", "dead-letters", "activity", `account?q=${Id}`]) await read(`${url}${path}`);
    expect(tenant().store.adjustments.rows).toEqual([]);
    expect(accountsIn("work")).toEqual([]);
  });

  it("escape whatever was typed or written by others", async () => {
    const { Id } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] });
    await setAside([Id], { errorMessage: "<script>alert(1)</script>" });
    const { url } = await openConsole();
    const { text } = await ask(`${url}dead-letter?account=${Id}`);
    expect(text).toContain("&lt;script&gt;alert(1)");
    const unknown = await ask(`${url}account?q=${encodeURIComponent('"><img src=x>')}`);
    expect(unknown.status).toBe(404);
    expect(unknown.text).not.toContain("<img");
  });

  it("say what cannot be read, and why, instead of an all-clear", async () => {
    const { url } = await openConsole();
    system().standIns.parameters.set("/local/switch", "nonsense");
    const { status, text } = await ask(url);
    expect(status).toBe(502);
    expect(textOf(text)).toContain("This cannot be told now. BAD_CONFIG");
    system().standIns.parameters.set("/local/switch", "on");
  });
});
