import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";

let zuora: ZuoraServer;

beforeAll(async () => {
  zuora = await startZuoraServer({ clientId: "id", clientSecret: "secret", store: new Store() });
});
beforeEach(() => zuora.reset(new Store()));
afterAll(() => zuora.stop());

const hand = async (action: string) => {
  const response = await fetch(`${zuora.url}/simulator/${action}`, { method: "POST" });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const signIn = async (): Promise<Response> =>
  fetch(`${zuora.url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: "id", client_secret: "secret", grant_type: "client_credentials" }),
  });

const ask = async (path: string, body: object) => {
  const { access_token } = (await (await signIn()).json()) as { access_token: string };
  return fetch(`${zuora.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
};

describe("what a person does to a simulated tenant from a shell", () => {
  it("an outage, and throttling, last as long as they were asked for", async () => {
    await hand("outage?seconds=60");
    expect((await signIn()).status).toBe(503);
    await hand("outage?seconds=0");
    await hand("throttle?seconds=60");
    const throttled = await signIn();
    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "5"]);
    await hand("mend");
    expect((await signIn()).status).toBe(200);
  });

  it("a permission that was taken away refuses writes and no reads", async () => {
    await hand("no-permission?seconds=60");
    expect((await ask("/v1/action/create", { type: "CreditBalanceAdjustment", objects: [{}] })).status).toBe(403);
    expect((await ask("/v1/action/query", { queryString: "select Id from Account" })).status).toBe(200);
  });

  it("a breach of the contract is of the chosen accounts' invoices alone", async () => {
    const [broken, sound] = [addAccount(zuora.tenant.store, {}), addAccount(zuora.tenant.store, {})];
    await hand("garble?accounts=1");
    await hand("bill?accounts=2");
    const queryString = "select AccountId, Balance from Invoice where Balance < 0";
    const { records } = (await (await ask("/v1/action/query", { queryString })).json()) as {
      records: readonly { AccountId: string; Balance: unknown }[];
    };
    const balancesOf = (id: string) =>
      records.filter(({ AccountId }) => AccountId === id).map(({ Balance }) => Balance);
    expect(balancesOf(broken.Id)).toEqual(["much", "much"]);
    expect(balancesOf(sound.Id)).toEqual([expect.any(Number)]);
  });

  it("a payment run charges what is due, and its payments are under way until it is finished", async () => {
    const { Id } = addAccount(zuora.tenant.store, { invoices: [{ amount: "30.00" }] });
    expect((await hand("start-payment-run")).body).toMatchObject({ payments: 1 });
    const [invoice] = zuora.tenant.store.invoices.where("AccountId", Id);
    expect(invoice?.Balance.toFixed(2)).toBe("30.00");
    await hand("finish-payment-run");
    expect(invoice?.Balance.toFixed(2)).toBe("0.00");
  });

  it("what it does not know it refuses, and says what there is", async () => {
    const { status, body } = await hand("close-periods");
    expect({ status, body }).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining("start-payment-run") },
    });
  });
});

describe("what a person does to a tenant with credit memos", () => {
  it("a bill of less than nothing is a memo, which a payment run applies that is told to, and a person takes back", async () => {
    zuora.tenant.kind = "settlement";
    const { store } = zuora.tenant;
    addAccount(store, { invoices: [{ amount: "10.00" }, { amount: "10.00" }] });
    await hand("bill?accounts=1");
    expect(store.creditMemos.rows.map(({ amount }) => amount.toFixed())).toEqual(["12.33"]);
    expect((await hand("start-payment-run?memos=true")).body).toMatchObject({ payments: 1 });
    const paid = () => store.invoices.rows.map(({ Balance }) => Balance.toFixed()).toSorted();
    expect(paid()).toEqual(["0", "7.67"]);
    expect((await hand("unapply?accounts=1")).body).toEqual({ unapplied: ["CM00000001"] });
    expect(paid()).toEqual(["10", "10"]);
  });
});
