import { expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { readSubscriptionNumbers } from "../../../../functions/zuora/ledger/subscription-numbers.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const read = (items: readonly object[], ids: readonly string[], zuora = new TabledZuora({ InvoiceItem: items })) =>
  readSubscriptionNumbers(createClient(connected(zuora), invocation()), ids);

const item = (id: string, InvoiceId: string, facts: object = {}) => ({
  Id: id,
  InvoiceId,
  SubscriptionNumber: "S-1",
  ...facts,
});

it("gathers the numbers of all the items of each invoice", async () => {
  const items = [item("1", "a"), item("2", "a", { SubscriptionNumber: "S-2" }), item("3", "b"), item("4", "b")];
  expect(await read(items, ["a", "b", "c"])).toEqual(
    new Map([
      ["a", new Set(["S-1", "S-2"])],
      ["b", new Set(["S-1"])],
      ["c", new Set()],
    ]),
  );
});

it("makes nothing of an item without a subscription, such as a one-time charge", async () => {
  expect(await read([item("1", "a", { SubscriptionNumber: undefined })], ["a"])).toEqual(new Map([["a", new Set()]]));
});

it("condemns only the invoice whose item is beyond understanding, with the path", async () => {
  const found = await read([item("1", "a", { SubscriptionNumber: { canary: 1 } }), item("2", "b")], ["a", "b"]);
  expect(found.get("a")).toMatchObject({ code: "ZUORA_CONTRACT", scope: "record" });
  expect(found.get("a")).toMatchObject({ message: expect.stringContaining("SubscriptionNumber: ") });
  expect(found.get("b")).toEqual(new Set(["S-1"]));
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
