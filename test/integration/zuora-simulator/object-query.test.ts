import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount, addBillRun, addInvoice } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { client, useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/unknown parameter|includeNullFields|filter|sort|pageSize|required property/);

const records = (): Store => {
  const store = new Store();
  const account = addAccount(store, { AccountNumber: "A1", credit: "3" });
  for (let index = 1; index <= 12; index += 1) {
    addInvoice(store, account, { number: `N${index}`, amount: index % 2 === 0 ? `-${index}.00` : `${index}.00` });
  }
  const { Id: billRunId } = addBillRun(store);
  addInvoice(store, account, { number: "D1", amount: "-1.00", status: "Draft", billRunId });
  return store;
};

const zuora = useSimulatedZuora(records);

const tokenRequest = {
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: `grant_type=client_credentials&client_id=${client.clientId}&client_secret=${client.clientSecret}`,
};

const ask = (path: string) => zuora.send("GET", `/object-query/${path}`);

const numbers = ({ body }: { body: { data: readonly { invoiceNumber: string }[] } }) =>
  body.data.map(({ invoiceNumber }) => invoiceNumber);

describe("Object Query", () => {
  it.each<[string, readonly string[]]>([
    ["filter[]=status.EQ:Posted&filter[]=balance.LT:-9", ["N10", "N12"]],
    ["filter[]=status.NE:Posted", ["D1"]],
    ["filter[]=invoicenumber.SW:N1&sort[]=balance.ASC", ["N12", "N10", "N1", "N11"]],
    ["filter[]=invoicenumber.IN:[N3,N5]&sort[]=balance.DESC", ["N5", "N3"]],
    ["filter[]=balance.GE:11", ["N11"]],
    ["filter[]=sourceid.EQ:BR-00000001", ["D1"]],
    ["filter[]=InvoiceNumber.SW:N1&sort[]=BALANCE.ASC", ["N12", "N10", "N1", "N11"]],
  ])("finds with %s %j", async (query, expected) => {
    const answer = await ask(`invoices?${query}`);
    expect(answer.status, answer.text).toBe(200);
    if (query.includes("sort")) expect(numbers(answer)).toEqual(expected);
    else expect(numbers(answer).sort()).toEqual(expected);
  });

  it("pages by a cursor, ten at a time where nothing else is asked, and the last page has no next", async () => {
    const first = await ask("invoices");
    const second = await ask(`invoices?cursor=${first.body.nextPage}`);
    expect([first.body.data.length, second.body.data.length]).toEqual([10, 3]);
    expect(new Set([...numbers(first), ...numbers(second)]).size).toBe(13);
    expect(second.body.nextPage).toBeUndefined();
  });

  it("writes fields in camel case, currency included, and nulls only when asked", async () => {
    const query = "invoices?filter[]=status.EQ:Draft";
    const [invoice] = (await ask(query)).body.data;
    expect(invoice).toMatchObject({ invoiceNumber: "D1", balance: -1, currency: "GBP", status: "Draft" });
    expect(invoice).not.toHaveProperty("postedDate");
    const full = (await ask(`${query}&includeNullFields=true`)).body;
    expect([full.data[0].postedDate, full.nextPage]).toEqual([null, null]);
  });

  it("expands to the account and the items", async () => {
    const query = "invoices?filter[]=invoicenumber.EQ:N2&expand[]=account&expand[]=InvoiceItems&fields[]=Balance";
    const { body } = await ask(query);
    expect(body.data).toEqual([
      {
        balance: -2,
        account: expect.objectContaining({ accountNumber: "A1", creditBalance: 3 }),
        invoiceItems: [expect.objectContaining({ chargeAmount: -2, subscriptionNumber: "A-S1" })],
      },
    ]);
  });

  it.each([
    ["a field that cannot be filtered", "invoices?filter[]=posteddate.GT:2026-01-01"],
    ["a field that does not exist", "invoices?filter[]=foo.EQ:1"],
    ["an unknown parameter", "invoices?filter=balance.LT:0"],
    ["a field to show that does not exist", "invoices?fields[]=foo"],
    ["nulls that are neither wanted nor not", "invoices?includeNullFields=yes"],
    ["credit as a filter on accounts", "accounts?filter[]=creditbalance.GT:0"],
    ["an unknown operator", "invoices?filter[]=balance.LIKE:1"],
    ["an amount that is none", "invoices?filter[]=balance.LT:abc"],
    ["two sort fields", "invoices?sort[]=balance.ASC&sort[]=amount.ASC"],
    ["a sort without direction", "invoices?sort[]=balance"],
    ["a page of 100", "invoices?pageSize=100"],
    ["a page of none", "invoices?pageSize=0"],
    ["an unknown cursor", "invoices?cursor=AAAA"],
    ["an unknown expansion", "invoices?expand[]=payments"],
    ["items without a filter", "invoice-items"],
  ])("refuses %s with a code of category 27", async (_what, path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(400);
    expect(body.success).toBe(false);
    expect(body.reasons[0].code % 100).toBe(27);
  });

  it("knows no credit memos, since the tenant has credit balances", async () => {
    expect(await ask("credit-memos")).toMatchObject({ status: 403, body: { reasons: [{ code: 50000010 }] } });
  });
});

describe("an instant", () => {
  const posted = Date.parse("2026-06-05T05:00:35.123Z");
  const tenantIn = (timeZone: string) => {
    const store = new Store();
    addAccount(store, { invoices: [{ number: "I1", amount: "-1.00", postedAt: posted }] });
    const tenant = new Tenant({ client, store, timeZone });
    const token = JSON.parse(tenant.handle(tokenRequest, posted).body).access_token;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return (method: string, path: string, body: string) => tenant.handle({ method, path, headers, body }, posted).body;
  };

  it.each([
    ["Europe/London", "2026-06-05T06:00:35+01:00", "2026-06-05T06:00:35.123+01:00"],
    ["UTC", "2026-06-05T05:00:35Z", "2026-06-05T05:00:35.123+00:00"],
    ["America/St_Johns", "2026-06-05T02:30:35-02:30", "2026-06-05T02:30:35.123-02:30"],
  ])("is the tenant's own: in %s it is %s, and %s in ZOQL", (timeZone, inObjectQuery, inZoql) => {
    const ask = tenantIn(timeZone);
    expect(ask("GET", "/object-query/invoices?fields[]=postedDate", "")).toContain(`"postedDate":"${inObjectQuery}"`);
    const body = JSON.stringify({ queryString: "select PostedDate from Invoice" });
    expect(ask("POST", "/v1/action/query", body)).toContain(`"PostedDate":"${inZoql}"`);
  });
});

it("names the source of an invoice by a run's number, by nobody, or by a user's address", async () => {
  const [account] = zuora.server().tenant.store.accounts.rows;
  if (account === undefined) throw new Error("the tenant has no account");
  addInvoice(zuora.server().tenant.store, account, { number: "S1", amount: "1.00", apiUser: null });
  const sourceOf = async (number: string) => {
    const { body } = await ask(`invoices?filter[]=invoicenumber.EQ:${number}&includeNullFields=true`);
    return body.data.map(({ source, sourceId }: { source: string; sourceId: unknown }) => [source, sourceId]);
  };
  expect([...(await sourceOf("D1")), ...(await sourceOf("S1")), ...(await sourceOf("N1"))]).toEqual([
    ["BillRun", "BR-00000001"],
    ["API", null],
    ["API", "api.user@example.invalid"],
  ]);
});

describe("plain REST", () => {
  it.each([
    ["GET", "/v1/payment-runs?pageSize=40&limit=3"],
    ["GET", "/v1/accounts/A1?fields=metrics"],
    ["GET", "/v1/bill-runs/x?perPage=2"],
    ["POST", "/v1/action/query?batchSize=10"],
    ["POST", "/v1/action/create?rejectUnknownField=true"],
    ["GET", "/v1/object/credit-balance-adjustment/x?field=Id"],
  ])("refuses a parameter that it does not know: %s %s", async (method, path) => {
    const answer = await zuora.send(method, path, method === "POST" ? { body: {} } : {});
    expect(answer).toMatchObject({ status: 400, body: { reasons: [{ code: 50000021 }] } });
  });

  it("shows an account by id and by number, with its metrics", async () => {
    const account = zuora.server().tenant.store.accounts.rows[0];
    for (const key of [account?.Id, "A1"]) {
      expect((await zuora.send("GET", `/v1/accounts/${key}`)).body).toMatchObject({
        success: true,
        basicInfo: { id: account?.Id, accountNumber: "A1", status: "Active" },
        billingAndPayment: { currency: "GBP" },
        metrics: { currency: "GBP", creditBalance: 3, totalInvoiceBalance: -6, balance: -9 },
      });
    }
  });

  it("shows a bill run, which Object Query finds by its number and ZOQL by its status", async () => {
    const run = zuora.server().tenant.store.billRuns.rows[0];
    const expected = { id: run?.Id, status: "Posted" };
    expect((await zuora.send("GET", `/v1/bill-runs/${run?.Id}`)).body).toMatchObject(expected);
    const found = await ask("billing-runs?filter[]=billingrunnumber.EQ:BR-00000001");
    expect(found.body.data).toMatchObject([expected]);
    const { body } = await zuora.query("select Id, BillRunNumber from BillRun where Status = 'Posted'");
    expect(body.records).toEqual([{ Id: run?.Id, BillRunNumber: "BR-00000001" }]);
  });

  it("says which key names nothing", async () => {
    expect(await zuora.send("GET", "/v1/accounts/A2")).toMatchObject({
      status: 404,
      body: { success: false, reasons: [{ code: 50000040, message: "Cannot find entity by key: 'A2'." }] },
    });
  });
});
