import { expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { readInvoiceItems } from "../../../../functions/zuora/ledger/invoice-items.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const read = (items: readonly object[], ids: readonly string[], zuora = new TabledZuora({ InvoiceItem: items })) =>
  readInvoiceItems(createClient(connected(zuora), invocation()), ids);

const item = (id: string, InvoiceId: string, facts: object = {}) => ({
  Id: id,
  InvoiceId,
  SubscriptionNumber: "S-1",
  ...facts,
});

it("gathers the ids of all the items of each invoice, and their numbers", async () => {
  const items = [item("1", "a"), item("2", "a", { SubscriptionNumber: "S-2" }), item("3", "b"), item("4", "b")];
  expect(await read(items, ["a", "b", "c"])).toEqual(
    new Map([
      ["a", { ids: new Set(["1", "2"]), subscriptionNumbers: new Set(["S-1", "S-2"]) }],
      ["b", { ids: new Set(["3", "4"]), subscriptionNumbers: new Set(["S-1"]) }],
      ["c", { ids: new Set(), subscriptionNumbers: new Set() }],
    ]),
  );
});

it("knows of an item without a subscription, such as a one-time charge, its id alone", async () => {
  expect(await read([item("1", "a", { SubscriptionNumber: undefined })], ["a"])).toEqual(
    new Map([["a", { ids: new Set(["1"]), subscriptionNumbers: new Set() }]]),
  );
});

it("condemns only the invoice whose item is beyond understanding, with the path", async () => {
  const found = await read([item("1", "a", { SubscriptionNumber: { canary: 1 } }), item("2", "b")], ["a", "b"]);
  expect(found.get("a")).toMatchObject({ code: "ZUORA_CONTRACT", scope: "record" });
  expect(found.get("a")).toMatchObject({ message: expect.stringContaining("SubscriptionNumber: ") });
  expect(found.get("b")).toEqual({ ids: new Set(["2"]), subscriptionNumbers: new Set(["S-1"]) });
});

it("trusts no answer with an item of an invoice that was not asked for", async () => {
  expect(await errorOf(read([item("1", "z")], ["a"]))).toMatchObject({ scope: "envelope" });
});

it("asks in as few queries as Zuora's limits allow", async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `invoice-${index}`);
  const zuora = new TabledZuora({});
  expect((await read([], ids, zuora)).size).toBe(250);
  expect(zuora.queriesOn("InvoiceItem")).toHaveLength(2);
});

it("counts the items with an amount, each once, only where there are credit memos", async () => {
  const items = [{ ChargeAmount: 0 }, { ChargeAmount: 5 }, { ChargeAmount: -2 }].map((facts, index) =>
    item(`${index}`, "a", facts),
  );
  const zuora = new TabledZuora({ InvoiceItem: items });
  const client = createClient(connected(zuora), invocation());
  expect((await readInvoiceItems(client, ["a"], "credit-memos")).get("a")).toMatchObject({ charged: 2 });
  expect((await readInvoiceItems(client, ["a"], "credit-balance")).get("a")).not.toMatchObject({ charged: 2 });
  expect(zuora.queriesOn("InvoiceItem").map((query) => query.includes("ChargeAmount"))).toEqual([true, false]);
});
