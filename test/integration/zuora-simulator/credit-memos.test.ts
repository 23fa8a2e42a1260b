import { describe, expect, it } from "vitest";
import { toDecimal } from "../../../functions/domain/money.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { personId } from "../../zuora-simulator/adjust.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { unapplyByHand } from "../../zuora-simulator/credit-memos/memo-hands.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(
  /is no operation|no content type|idempotency-key|additional|unknown field|> 0|NOT have (fewer|more) than/,
);

/** An account with two open invoices and three memos, and one beside it. */
const records = (): Store => {
  const store = new Store();
  const account = addAccount(store, { AccountNumber: "A1" });
  const first = addInvoice(store, account, {
    number: "FIRST",
    amount: "30.00",
    items: [{ amount: "10.00" }, { amount: "20.00" }],
  });
  addInvoice(store, account, { number: "SECOND", amount: "20.00" });
  addInvoice(store, account, { number: "DRAFT", amount: "20.00", status: "Draft" });
  addInvoice(store, account, { number: "DOLLARS", amount: "20.00", currency: "USD" });
  const [item] = store.invoiceItems.where("InvoiceId", first.Id);
  addCreditMemo(store, account, {
    amount: "25.00",
    items: [{ amount: "10.00", creditFromItemId: item?.Id ?? "" }, { amount: "15.00" }],
  });
  addCreditMemo(store, account, { amount: "15.00", excluded: true, billRunNumber: null });
  addCreditMemo(store, account, { amount: "5.00", status: "Draft" });
  addCreditMemo(store, account, { amount: "5.00", memoDate: "2999-01-01" });
  const other = addAccount(store, { AccountNumber: "A2" });
  addInvoice(store, other, { number: "OTHER", amount: "9.00" });
  return store;
};

const zuora = useSimulatedZuora(records, { kind: "settlement" });

const store = () => zuora.server().tenant.store;
const idOf = (number: string) => store().invoices.one("InvoiceNumber", number)?.Id ?? "";
const pay = (key: string, entries: Readonly<Record<string, number>>, more: object = {}) =>
  zuora.send("PUT", `/v1/credit-memos/${key}/apply`, { body: { invoices: entriesOf(entries), ...more } });
const takeBack = (key: string, entries: Readonly<Record<string, number>>, more: object = {}) =>
  zuora.send("PUT", `/v1/credit-memos/${key}/unapply`, { body: { invoices: entriesOf(entries), ...more } });
const entriesOf = (entries: Readonly<Record<string, number>>) =>
  Object.entries(entries).map(([number, amount]) => ({ invoiceId: idOf(number), amount }));
const queried = async (path: string) => (await zuora.send("GET", `/object-query/${path}`)).body.data;
const balances = () =>
  Object.fromEntries(store().invoices.rows.map(({ InvoiceNumber, Balance }) => [InvoiceNumber, toDecimal(Balance)]));

describe("a credit memo that is applied", () => {
  it("answers the whole memo after it, and takes its amounts off the invoices, by id or number and either spelling", async () => {
    const { status, body } = await pay("CM00000001", { FIRST: 10.5, SECOND: 4.5 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ amount: 25, appliedAmount: 15, unappliedAmount: 10, refundAmount: 0, success: true });
    expect(body).not.toHaveProperty("balance");
    expect(balances()).toMatchObject({ FIRST: "19.5", SECOND: "15.5" });
    const old = `/v1/creditmemos/${body.id}/apply`;
    const again = await zuora.send("PUT", old, { body: { invoices: entriesOf({ SECOND: 10 }) } });
    expect(again.body).toMatchObject({ appliedAmount: 25, unappliedAmount: 0 });
  });

  it("shows as a part of what is applied now and as an application of one event, by whom the token belongs to", async () => {
    await pay("CM00000001", { FIRST: 10 });
    await pay("CM00000001", { FIRST: 5 });
    const parts = await zuora.send("GET", "/v1/credit-memos/CM00000001/parts");
    expect(parts.body.parts).toMatchObject([{ amount: 15, invoiceId: idOf("FIRST"), createdById: apiUserId }]);
    const onInvoice = await zuora.send("GET", "/v1/invoices/FIRST/application-parts");
    expect(onInvoice.body.applicationParts).toMatchObject([{ appliedAmount: 15, paymentId: null }]);
    const { Id } = store().accounts.rows[0] ?? { Id: "" };
    const applications = await queried(
      `credit-memo-applications?filter[]=accountid.IN:[${Id},none]&expand[]=creditmemo`,
    );
    expect(applications).toMatchObject([{ amount: 10 }, { amount: 5, creditMemo: { memoNumber: "CM00000001" } }]);
    const [{ createdById }] = applications;
    const token = await zuora.form({ ...credentials, grant_type: "client_credentials" });
    expect(token.body.scope).toContain(`user.${createdById} `);
  });

  it("counts on the invoice as what memos pay, and moves the instant of its last change", async () => {
    const invoice = store().invoices.one("InvoiceNumber", "FIRST");
    const before = invoice?.UpdatedDate ?? 0;
    await pay("CM00000001", { FIRST: 10 });
    expect(await queried("invoices?filter[]=invoicenumber.EQ:FIRST")).toMatchObject([
      { creditMemoAmount: 10, balance: 20, creditBalanceAdjustmentAmount: 0 },
    ]);
    expect(store().invoices.one("InvoiceNumber", "FIRST")?.UpdatedDate).toBeGreaterThan(before);
    const { body } = await zuora.query("select PaymentAmount, Balance from Invoice where InvoiceNumber = 'FIRST'");
    expect(body.records).toEqual([{ PaymentAmount: 0, Balance: 20 }]);
  });

  it("has other names in Object Query, whose balance is what is unapplied, with items and what they credit", async () => {
    await pay("CM00000001", { FIRST: 10 });
    const [memo] = await queried("credit-memos?filter[]=memonumber.EQ:CM00000001&expand[]=creditmemoitems");
    expect(memo).toMatchObject({ totalAmount: 25, balance: 15, appliedAmount: 10, refundAmount: 0 });
    const [first] = store().invoiceItems.where("InvoiceId", idOf("FIRST"));
    expect(memo.creditMemoItems).toMatchObject([
      { amount: 10, unappliedAmount: 6, creditFromItemId: first?.Id, creditFromItemSource: "InvoiceItem" },
      { amount: 15, unappliedAmount: 9 },
    ]);
    expect(await queried(`credit-memo-items?filter[]=creditmemoid.EQ:${memo.id}`)).toHaveLength(2);
  });

  it("goes to the very items that it credits when asked to, and else not at all", async () => {
    const rule = { applicationRule: "ApplyCreditToSourceItemRule" };
    expect((await pay("CM00000001", { FIRST: 25 }, rule)).body.reasons[0].code).toBe(53840020);
    const account = store().accounts.rows[0];
    if (account === undefined) throw new Error("no account");
    const [item] = store().invoiceItems.where("InvoiceId", idOf("FIRST"));
    addCreditMemo(store(), account, { amount: "8.00", creditFromItemId: item?.Id ?? "" });
    expect((await pay("CM00000005", { FIRST: 8 }, rule)).body).toMatchObject({ unappliedAmount: 0, success: true });
    const { creditMemoParts } = store();
    expect(creditMemoParts.rows.at(-1)?.items.map((part) => part.invoiceItemId)).toEqual([item?.Id]);
  });
});

const credentials = { client_id: "client-of-the-test", client_secret: "secret-of-the-test" };

describe("an application is refused", () => {
  it.each<[string, string, Readonly<Record<string, number>>, object, number]>([
    ["above the balance of the invoice", "CM00000001", { SECOND: 20.01 }, {}, 53840020],
    ["above what is left of the memo", "CM00000002", { FIRST: 10, SECOND: 5.01 }, {}, 53840030],
    ["of a draft", "CM00000003", { FIRST: 1 }, {}, 53840030],
    ["of a memo dated in the future", "CM00000004", { FIRST: 1 }, {}, 53840030],
    ["to a draft", "CM00000001", { DRAFT: 1 }, {}, 53840030],
    ["in another currency", "CM00000001", { DOLLARS: 1 }, {}, 53840020],
    ["to an invoice of another account", "CM00000001", { OTHER: 1 }, {}, 53840020],
    ["of a fraction of a penny", "CM00000001", { FIRST: 0.001 }, {}, 53840020],
    ["of nothing", "CM00000001", { FIRST: 0 }, {}, 53840020],
    ["to no invoice", "CM00000001", {}, {}, 53840022],
    ["dated tomorrow", "CM00000001", { FIRST: 1 }, { effectiveDate: "2999-01-01" }, 53840020],
    ["with a field that nobody knows", "CM00000001", { FIRST: 1 }, { comment: "x" }, 53840021],
    ["of no memo", "CM99999999", { FIRST: 1 }, {}, 53840040],
  ])("%s", async (_what, key, entries, more, code) => {
    const before = balances();
    const { status, body } = await pay(key, entries, more);
    expect([status, body.reasons[0].code]).toEqual([code % 100 === 40 ? 404 : 400, code]);
    expect(balances()).toEqual(before);
    expect(store().creditMemoApplications.rows).toEqual([]);
  });

  it("as a whole where one of its entries is", async () => {
    const { status } = await pay("CM00000001", { FIRST: 5, SECOND: 5, DOLLARS: 5 });
    expect(status).toBe(400);
    expect(balances()).toMatchObject({ FIRST: "30", SECOND: "20" });
  });

  it("when it is repeated: whatever exhausts its memo or its invoice cannot land twice", async () => {
    expect((await pay("CM00000001", { SECOND: 20, FIRST: 5 })).status).toBe(200);
    expect((await pay("CM00000001", { SECOND: 20, FIRST: 5 })).status).toBe(400);
  });

  it("while the accounting period is closed", async () => {
    zuora.server().tenant.closedPeriods.add(store().accounts.rows[0]?.Id ?? "");
    expect((await pay("CM00000001", { FIRST: 1 })).body.reasons[0].code).toBe(53840030);
    zuora.server().tenant.closedPeriods.clear();
  });

  it("without a body, with 415; with an Idempotency-Key, since it is a PUT", async () => {
    const without = await zuora.send("PUT", "/v1/credit-memos/CM00000001/apply");
    expect([without.status, without.body.reasons[0].code]).toEqual([415, 50000045]);
    const body = { invoices: entriesOf({ FIRST: 1 }) };
    const keyed = await zuora.send("PUT", "/v1/credit-memos/CM00000001/apply", {
      body,
      headers: { "idempotency-key": "k" },
    });
    expect(keyed.status).toBe(400);
  });

  it("above 1,000 invoices in a call, and to an invoice of more than 1,000 items that are not nothing", async () => {
    const { Id: invoiceId } = store().invoices.rows[0] ?? { Id: "" };
    const many = Array.from({ length: 1001 }, () => ({ invoiceId, amount: 0.01 }));
    const { body } = await zuora.send("PUT", "/v1/credit-memos/CM00000001/apply", { body: { invoices: many } });
    expect(body.reasons[0].message).toContain("1000");
    const account = store().accounts.rows[0];
    if (account === undefined) throw new Error("no account");
    const items = Array.from({ length: 1001 }, () => ({ amount: "0.01" }));
    addInvoice(store(), account, { number: "LONG", amount: "10.01", items });
    addInvoice(store(), account, {
      number: "EMPTY",
      amount: "1.00",
      items: [{ amount: "1.00" }, ...items.map(() => ({ amount: "0" }))],
    });
    expect((await pay("CM00000001", { LONG: 1 })).body.reasons[0].code).toBe(53840030);
    expect((await pay("CM00000001", { EMPTY: 1 })).status).toBe(200);
  });
});

it("an application of more than 15,000 items in all is refused, and one invoice at a time it is not", async () => {
  const account = store().accounts.rows[0];
  if (account === undefined) throw new Error("no account");
  const items = Array.from({ length: 1_000 }, () => ({ amount: "0.01" }));
  const numbers = Array.from({ length: 15 }, (_, index) => `LONG-${index}`);
  for (const number of numbers) addInvoice(store(), account, { number, amount: "10.00", items });
  addCreditMemo(store(), account, { amount: "150.00" });
  const memo = store().creditMemos.rows.at(-1)?.number ?? "";
  const refused = await pay(memo, Object.fromEntries(numbers.map((number) => [number, 10])));
  expect(refused.body.reasons[0]).toMatchObject({ code: 53840030, message: expect.stringContaining("15000 items") });
  expect((await pay(memo, { "LONG-0": 10 })).status).toBe(200);
});

describe("an unapply", () => {
  it("returns what it takes back to the memo and the invoice, as far as it is there", async () => {
    await pay("CM00000001", { FIRST: 10, SECOND: 5 });
    const owed = owedBy(zuora.server().tenant, store().accounts.rows[0]?.Id ?? "");
    expect((await takeBack("CM00000001", { FIRST: 10.01 })).status).toBe(400);
    expect((await takeBack("CM00000001", { FIRST: 4 })).body).toMatchObject({ appliedAmount: 11, unappliedAmount: 14 });
    expect((await takeBack("CM00000001", {})).body).toMatchObject({ appliedAmount: 0, unappliedAmount: 25 });
    expect(balances()).toMatchObject({ FIRST: "30", SECOND: "20" });
    expect((await zuora.send("GET", "/v1/credit-memos/CM00000001/parts")).body.parts).toEqual([]);
    expect(toDecimal(owedBy(zuora.server().tenant, store().accounts.rows[0]?.Id ?? ""))).toBe(toDecimal(owed));
    const items = store().creditMemoItems.where("creditMemoId", store().creditMemos.rows[0]?.id ?? "");
    expect(items.map(({ unappliedAmount }) => toDecimal(unappliedAmount))).toEqual(["10", "15"]);
  });

  it("by a person shows as one more application of a negative amount, with that person's id", async () => {
    await pay("CM00000001", { FIRST: 10 });
    const memo = store().creditMemos.rows[0];
    if (memo === undefined) throw new Error("no memo");
    unapplyByHand(zuora.server().tenant, memo, Date.now());
    const applications = await queried(`credit-memo-applications?filter[]=invoiceid.EQ:${idOf("FIRST")}`);
    expect(applications).toMatchObject([{ amount: 10 }, { amount: -10, createdById: personId }]);
  });

  it("is refused as of a day before the latest application", async () => {
    await pay("CM00000001", { FIRST: 10 });
    expect((await takeBack("CM00000001", {}, { effectiveDate: "2026-01-01" })).body.reasons[0].code).toBe(53840020);
  });
});

describe("a memo", () => {
  it("takes a comment and the flag that keeps payment runs off it", async () => {
    const put = (body: object) => zuora.send("PUT", "/v1/credit-memos/CM00000001", { body });
    expect((await put({ comment: "by hand", excludeFromAutoApplyRules: true })).body).toMatchObject({
      comment: "by hand",
      excludeFromAutoApplyRules: true,
    });
    expect((await put({ comment: "x".repeat(256) })).status).toBe(400);
    const { body } = await zuora.send(
      "GET",
      "/v1/credit-memos?excludeFromAutoApplyRules=true&status=Posted&pageSize=40",
    );
    expect(body.creditMemos.map((memo: { number: string }) => memo.number)).toEqual(["CM00000002", "CM00000001"]);
  });

  it("names a login that is an e-mail address where it came through the API, as Zuora does", async () => {
    const [memo] = await queried("credit-memos?filter[]=memonumber.EQ:CM00000002");
    expect(memo.sourceId).toContain("@");
  });

  it("has no address beyond those that the gateway routes", async () => {
    const { server } = zuora;
    const token = (await zuora.form({ ...credentials, grant_type: "client_credentials" })).body.access_token;
    const answer = await fetch(`${server().url}/v1/credit-memos/CM00000001/settle`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{}",
    });
    expect([answer.status, await answer.text()]).toEqual([404, "no Route matched with those values"]);
  });
});
