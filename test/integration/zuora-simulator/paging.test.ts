import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant, type TenantOptions } from "../../zuora-simulator/tenant.ts";

const client = { clientId: "id", clientSecret: "secret" };

/** A tenant of so many accounts, and a way to ask it at any time. */
const tenantOf = (
  accounts: number,
  options: Partial<TenantOptions> = {},
  queryString = "select Id, AccountNumber from Account",
) => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1) addAccount(store, {});
  const tenant = new Tenant({ client, store, ...options });
  const form = new URLSearchParams({ client_id: "id", client_secret: "secret", grant_type: "client_credentials" });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  tenant.authentication.tokenLifetimeSeconds = 86_400;
  const issued = tenant.handle({ method: "POST", path: "/oauth/token", headers, body: form.toString() }, 0);
  const authorization = `Bearer ${JSON.parse(issued.body).access_token}`;
  const ask = (path: string, body: unknown, now = 0) => {
    const sent = { authorization, "content-type": "application/json" };
    const answer = tenant.handle({ method: "POST", path, headers: sent, body: JSON.stringify(body) }, now);
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  const first = (batchSize?: number) => {
    const conf = batchSize === undefined ? {} : { conf: { batchSize } };
    return ask("/v1/action/query", { queryString, ...conf }).body;
  };
  const more = (queryLocator: string, now = 0, batchSize?: number) =>
    ask("/v1/action/queryMore", { queryLocator, ...(batchSize === undefined ? {} : { conf: { batchSize } }) }, now);
  /** Ids of every page until the last. */
  const pages = (batchSize?: number): string[][] => {
    let page = first(batchSize);
    const all = [page];
    while (!page.done) {
      page = more(page.queryLocator, 0, batchSize).body;
      all.push(page);
    }
    return all.map(({ records }) => records.map(({ Id }: { Id: string }) => Id));
  };
  return { tenant, first, more, pages };
};

describe("queryMore", () => {
  it.each([
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])("brings %i records in pages of %j", (accounts, sizes) => {
    const pages = tenantOf(accounts).pages(100);
    expect(pages.map(({ length }) => length)).toEqual(sizes);
    expect(new Set(pages.flat()).size).toBe(accounts);
  });

  it("pages by 2,000 where nothing else is asked", () => {
    expect(
      tenantOf(2001)
        .pages()
        .map(({ length }) => length),
    ).toEqual([2000, 1]);
  });

  it("pages by less than asked where the tenant's page is smaller", () => {
    expect(
      tenantOf(7, { pageSizeMax: 3 })
        .pages(2000)
        .map(({ length }) => length),
    ).toEqual([3, 3, 1]);
  });

  it("shows records as they are when the page is read, not as they were at the query", () => {
    const { tenant, first, more } = tenantOf(2);
    const { records, queryLocator } = first(1);
    for (const account of tenant.store.accounts.rows) account.AccountNumber = "changed";
    expect(records[0].AccountNumber).not.toBe("changed");
    expect(more(queryLocator).body.records[0].AccountNumber).toBe("changed");
  });

  it("may bring a row twice, where the tenant is told to", () => {
    const pages = tenantOf(5, { repeatsRows: true }).pages(2);
    expect(pages.flat().length).toBe(7);
    expect(new Set(pages.flat()).size).toBe(5);
  });

  it("may pass by a row, where the tenant is told to: one that was read has left the result", () => {
    const { tenant, first, more } = tenantOf(
      5,
      { skipsRows: () => true },
      "select Id from Account where Status = 'Active'",
    );
    const { records, queryLocator } = first(2);
    const left = tenant.store.accounts.one("Id", records[0].Id);
    if (left !== undefined) left.Status = "Canceled";
    const page = more(queryLocator, 0, 2).body;
    expect([new Set([...records, ...page.records].map(({ Id }) => Id)).size, page.done]).toEqual([4, true]);
  });

  it("knows a locator for 15 minutes after its last use, and then no more", () => {
    const { first, more } = tenantOf(3);
    const minute = 60_000;
    const { queryLocator } = first(1);
    expect(more(queryLocator, 15 * minute, 1).status).toBe(200);
    expect(more(queryLocator, 30 * minute, 1).status).toBe(200);
    expect(more(queryLocator, 45 * minute + 1, 1)).toMatchObject({
      status: 400,
      body: { FaultCode: "INVALID_QUERY_LOCATOR", FaultMessage: expect.stringContaining("InvalidQueryLocatorFault") },
    });
  });

  it("refuses a locator that was never given", () => {
    expect(tenantOf(1).more("2c92-unknown").body.FaultCode).toBe("INVALID_QUERY_LOCATOR");
  });
});
