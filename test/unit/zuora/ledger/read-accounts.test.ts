import { describe, expect, it } from "vitest";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { accountRow, invoiceRow, read, readOne } from "./readings.ts";

describe("an account is read", () => {
  it("with its invoices, in the domain's words and with every digit", async () => {
    const state = await readOne({
      Account: [accountRow("a", { CreditBalance: 0.125 })],
      Invoice: [invoiceRow("INV1")],
    });
    expect(state).toMatchObject({
      id: "a",
      number: "A-a",
      status: "Active",
      currency: "GBP",
      batch: "Batch1",
      optedOut: false,
    });
    expect([state.creditBalance.toFixed(), state.invoices[0]?.amount.toFixed()]).toEqual(["0.125", "-10.5"]);
    expect(state.invoices[0]).toMatchObject({
      id: "id-of-INV1",
      number: "INV1",
      invoiceDate: "2026-03-01",
      dueDate: "2026-03-31",
      postedOn: "2026-03-02",
      hasCanceledAdjustment: false,
      beingCollected: false,
    });
  });

  it("with when any of its invoices changed last, on our clock, where Zuora tells of all of them", async () => {
    const changedAt = async (...changes: readonly (string | undefined)[]) => {
      const rows = changes.map((UpdatedDate, index) => invoiceRow(`INV${index}`, { UpdatedDate }));
      const tables = { Account: [accountRow("a")], Invoice: rows };
      const state = (await read(new TabledZuora(tables), ["a"], {}, 90_000)).get("a");
      return state !== undefined && "changedAt" in state ? state.changedAt : undefined;
    };
    const lately = "2026-03-16T23:20:00.000+00:00";
    expect(await changedAt("2026-03-16T22:00:00.000+00:00", lately)).toBe(Date.parse(lately) - 90_000);
    expect(await changedAt(lately, undefined)).toBeUndefined();
  });

  it("with today as it is in the tenant's time zone", async () => {
    const tables = { Account: [accountRow("a")] };
    expect([(await readOne(tables)).today, (await readOne(tables, { timeZone: "Asia/Tokyo" })).today]).toEqual([
      "2026-03-16",
      "2026-03-17",
    ]);
  });

  it("with the day of posting as it was in the tenant's time zone", async () => {
    const late = invoiceRow("INV1", { PostedDate: "2026-03-02T23:30:00.000+00:00" });
    const state = await readOne({ Account: [accountRow("a")], Invoice: [late] }, { timeZone: "Asia/Tokyo" });
    expect(state.invoices[0]?.postedOn).toBe("2026-03-03");
  });

  it.each([
    [
      "its date for the day of posting, where Zuora does not tell",
      { PostedDate: undefined },
      { postedOn: "2026-03-01" },
    ],
    [
      "its date for the day on which it is due, where Zuora does not tell",
      { DueDate: undefined },
      { dueDate: "2026-03-01" },
    ],
    ["the account's currency, where Zuora does not tell", { Currency: undefined }, { currency: "GBP" }],
    ["its own currency, where that is another", { Currency: "EUR" }, { currency: "EUR" }],
    [
      "a date with a time behind it as a date",
      { InvoiceDate: "2026-03-01T00:00:00.000+09:00" },
      { invoiceDate: "2026-03-01" },
    ],
  ])("an invoice with %s", async (_name, facts, expected) => {
    const state = await readOne({ Account: [accountRow("a")], Invoice: [invoiceRow("INV1", facts)] });
    expect(state.invoices[0]).toMatchObject(expected);
  });

  it.each([
    ["true", true],
    ["Yes", true],
    ["Yes ", true],
    [" TRUE\n", true],
    ["no", false],
    [undefined, false],
  ])("as opted out where its custom field says %j: %s", async (value, optedOut) => {
    const state = await readOne({ Account: [accountRow("a", { OptOut__c: value })] }, { optOutField: "OptOut__c" });
    expect(state.optedOut).toBe(optedOut);
  });

  it("once, although paging is live and its rows come twice", async () => {
    const state = await readOne({
      Account: [accountRow("a"), accountRow("a")],
      Invoice: [invoiceRow("INV1"), invoiceRow("INV1")],
    });
    expect(state.invoices).toHaveLength(1);
  });
});

it("asks for ten accounts as for one: three queries, whatever the policy does not need left out", async () => {
  const ids = Array.from({ length: 10 }, (_, index) => `id${index}`);
  const zuora = new TabledZuora({ Account: ids.map((id) => accountRow(id)) });
  expect((await read(zuora, ids)).size).toBe(10);
  const counts = ["Account", "Invoice", "CreditBalanceAdjustment"].map((object) => zuora.queriesOn(object).length);
  expect(counts).toEqual([1, 1, 1]);
});

it.each([
  [50, 1],
  [100, 2],
])("asks for %i accounts in one query, and for their invoices in %i", async (count, queries) => {
  const ids = Array.from({ length: count }, (_, index) => `8a${String(index).padStart(30, "0")}`);
  const zuora = new TabledZuora({ Account: ids.map((id) => accountRow(id)) });
  await read(zuora, ids);
  expect(["Account", "Invoice"].map((object) => zuora.queriesOn(object).length)).toEqual([1, queries]);
});

it("passes over invoices that are not posted", async () => {
  const invoices = ["Draft", "Canceled", "Posted"].map((Status) => invoiceRow(Status, { Status }));
  const state = await readOne({ Account: [accountRow("a")], Invoice: invoices });
  expect(state.invoices.map(({ number }) => number)).toEqual(["Posted"]);
});

it("asks for negative invoices, open ones, and those that were changed in the last 14 days", async () => {
  const zuora = new TabledZuora({ Account: [accountRow("a")] });
  await read(zuora, ["a"]);
  expect(zuora.queriesOn("Invoice")[0]?.split(" where ")[1]).toBe(
    "AccountId = 'a' and Balance != 0" + " or AccountId = 'a' and UpdatedDate >= 2026-03-02T23:30:00+00:00",
  );
});
