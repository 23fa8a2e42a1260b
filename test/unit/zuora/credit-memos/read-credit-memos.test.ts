import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { hasCreditBalance, type Mode } from "../../../../functions/domain/credit/mode.ts";
import type { HttpRequest } from "../../../../functions/zuora/http/transport.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { read } from "../ledger/readings.ts";

const memo = (number: string, facts: object = {}) => ({
  id: `id-of-${number}`,
  accountId: "a",
  memoNumber: number,
  memoDate: "2026-03-01",
  status: "Posted",
  currency: "GBP",
  totalAmount: 30.5,
  appliedAmount: 10.5,
  refundAmount: 0,
  balance: 20,
  sourceType: "Subscription",
  source: "API",
  sourceId: "somebody@example.com",
  postedOn: "2026-03-02T00:30:00+01:00",
  ...facts,
});

const accountRecord = (mode: Mode) => ({
  Id: "a",
  AccountNumber: "A1",
  Status: "Active",
  Currency: "GBP",
  ...(hasCreditBalance(mode) ? { CreditBalance: 0 } : {}),
});

/** A tenant with one account that has these memos, page by page, and one open invoice. */
const tenant = (mode: Mode, ...pages: readonly (readonly object[])[]) =>
  new ScriptedZuora(...Array(30).fill(answering(mode, pages)));

const answering =
  (mode: Mode, pages: readonly (readonly object[])[]) =>
  ({ path, body }: HttpRequest) => {
    if (path.startsWith("/v1/payment-runs")) return json(200, { success: true, paymentRuns: [] });
    if (path.startsWith("/object-query/credit-memos")) {
      const at = Number(new URL(path, "http://zuora").searchParams.get("cursor") ?? 0);
      const isLast = at + 1 >= pages.length;
      return json(200, { data: pages[at] ?? [], ...(isLast ? {} : { nextPage: String(at + 1) }) });
    }
    const query = String(JSON.parse(body ?? "").queryString);
    if (query.includes("from Account ")) return page([accountRecord(mode)]);
    if (query.includes("from Invoice ")) return page([openInvoice]);
    return page([]);
  };

const openInvoice = {
  Id: "invoice-1",
  AccountId: "a",
  InvoiceNumber: "INV1",
  Status: "Posted",
  Amount: 40,
  Balance: 40,
  InvoiceDate: "2026-03-01",
  UpdatedDate: "2026-03-02T10:00:00.000+00:00",
};

const readOne = async (zuora: ScriptedZuora, mode: Mode = "credit-memos") =>
  (await read(zuora, ["a"], { mode, timeZone: "Europe/London" })).get("a");

const memosIn = async (...memos: readonly object[]) =>
  ((await readOne(tenant("credit-memos", memos))) as AccountState).creditMemos ?? [];

const askedOf = ({ calls }: ScriptedZuora, part: string) =>
  calls.filter(({ path, body }) => `${path} ${body}`.includes(part));

describe("credit memos are read", () => {
  it("with their money, their days, and what they credit", async () => {
    const items = [
      { creditFromItemId: "item-1", creditFromItemSource: "InvoiceItem", subscriptionNumber: "S-1" },
      { creditFromItemId: "item-2", creditFromItemSource: "CreditMemoItem" },
      { creditFromItemId: null, subscriptionNumber: "S-2" },
    ];
    const [found] = await memosIn(memo("CM1", { creditMemoItems: items }));
    expect(found).toMatchObject({ number: "CM1", currency: "GBP", memoDate: "2026-03-01", postedOn: "2026-03-01" });
    expect([found?.amount.toFixed(), found?.unapplied.toFixed()]).toEqual(["30.5", "20"]);
    expect(found?.subscriptionNumbers).toEqual(new Set(["S-1", "S-2"]));
    expect(found?.creditedItemIds).toEqual(new Set(["item-1"]));
    expect(found).toMatchObject({ isExcluded: false, isStanding: false, wasUnapplied: false });
  });

  it("page by page, and each once", async () => {
    const zuora = tenant("credit-memos", [memo("CM1")], [memo("CM2"), memo("CM1")]);
    expect(await readOne(zuora)).toMatchObject({ creditMemos: [{ number: "CM1" }, { number: "CM2" }] });
    expect(askedOf(zuora, "/object-query/credit-memos")).toHaveLength(2);
  });

  it("only posted ones with money left, of these accounts, children and all in one query", async () => {
    const zuora = tenant("credit-memos", [memo("CM1")]);
    await readOne(zuora);
    const query = new URL(askedOf(zuora, "/object-query/credit-memos")[0]?.path ?? "", "http://zuora").searchParams;
    expect(query.getAll("filter[]")).toEqual(["status.EQ:Posted", "balance.GT:0", "accountid.IN:[a]"]);
    expect(query.getAll("expand[]")).toEqual(["creditmemoitems", "creditmemoapplications"]);
  });

  it.each([
    ["Order", false],
    ["Subscription", false],
    ["Standalone", true],
    ["Invoice", true],
    [null, true],
  ])("of source type %s as standing: %s", async (sourceType, isStanding) => {
    expect(await memosIn(memo("CM1", { sourceType }))).toMatchObject([{ isStanding }]);
  });

  it("with somebody's no, however it was said", async () => {
    expect(await memosIn(memo("CM1", { excludeFromAutoApplyRules: true }))).toMatchObject([{ isExcluded: true }]);
  });
});

describe("what was unapplied", () => {
  const [made, later] = ["2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"];
  it.each([
    ["shows as an application of less than nothing", { amount: -5, createdDate: later, updatedDate: later }],
    ["shows as an application of nothing", { amount: 0, createdDate: made, updatedDate: made }],
  ])("%s: the memo and its invoice are a person's", async (_how, application) => {
    const creditMemoApplications = [{ ...application, invoiceId: "invoice-1" }];
    const state = await readOne(tenant("credit-memos", [memo("CM1", { creditMemoApplications })]));
    expect(state).toMatchObject({
      creditMemos: [{ wasUnapplied: true }],
      invoices: [{ number: "INV1", hasCanceledAdjustment: true }],
    });
  });

  it("is not what was applied and stayed so, be it changed by accounting", async () => {
    const application = { amount: 10.5, createdDate: made, updatedDate: later, invoiceId: "invoice-1" };
    const state = await readOne(tenant("credit-memos", [memo("CM1", { creditMemoApplications: [application] })]));
    expect(state).toMatchObject({
      creditMemos: [{ wasUnapplied: false }],
      invoices: [{ hasCanceledAdjustment: false }],
    });
  });
});

describe("a memo with more items or applications than a page has", () => {
  const many = (length: number, of: (index: number) => object) => Array.from({ length }, (_, index) => of(index));
  const item = (index: number) => ({ creditFromItemId: `item-${index}`, creditFromItemSource: "InvoiceItem" });
  const application = (index: number) => ({ amount: index === 99 ? -0.1 : 0.1, invoiceId: `invoice-${index}` });

  /** Children beyond the 99th come only to who lists them. */
  const tenantOfMany = (count: number) => {
    const expanded = answering("credit-memos", [
      [
        memo("CM1", {
          creditMemoItems: many(Math.min(count, 99), item),
          creditMemoApplications: many(Math.min(count, 99), application),
        }),
      ],
    ]);
    const listed = ({ path }: HttpRequest) => {
      if (path.startsWith("/object-query/credit-memo-items")) return json(200, { data: many(count, item) });
      const own = many(count, (index) => ({ ...application(index), creditMemoId: "id-of-CM1" }));
      const ofAnother = { ...application(99), creditMemoId: "id-of-CM2", invoiceId: "invoice-1" };
      return json(200, { data: [...own, ofAnother] });
    };
    const answer = (request: HttpRequest) =>
      (request.path.startsWith("/object-query/credit-memo-") ? listed : expanded)(request);
    return new ScriptedZuora(...Array(30).fill(answer));
  };

  it("is read with all of them, and with what a person took back among the last", async () => {
    const zuora = tenantOfMany(120);
    const state = await readOne(zuora);
    const [found] = (state as AccountState).creditMemos ?? [];
    expect([found?.creditedItemIds.size, found?.wasUnapplied]).toEqual([120, true]);
    expect(state).toMatchObject({ invoices: [{ number: "INV1", hasCanceledAdjustment: false }] });
    expect(
      askedOf(zuora, "/object-query/credit-memo-").map(({ path }) =>
        new URL(path, "http://zuora").searchParams.get("filter[]"),
      ),
    ).toEqual(["creditmemoid.EQ:id-of-CM1", "accountid.EQ:a"]);
  });

  it("costs those calls only then", async () => {
    const zuora = tenantOfMany(98);
    await readOne(zuora);
    expect(askedOf(zuora, "/object-query/credit-memo-")).toEqual([]);
  });
});

describe("a memo condemns its own account", () => {
  it.each([
    ["whose amounts do not add up", { balance: 20.01 }, "balance: expected totalAmount - appliedAmount - refundAmount"],
    ["without a date", { memoDate: undefined }, "memoDate"],
    ["with an amount that is none", { totalAmount: "many" }, "totalAmount"],
  ])("%s, and says so without a person's address", async (_what, facts, path) => {
    const problem = await readOne(tenant("credit-memos", [memo("CM1", facts)]));
    expect(problem).toMatchObject({ code: "ZUORA_CONTRACT", scope: "record", message: expect.stringContaining(path) });
    expect(JSON.stringify(problem) + String((problem as Error).stack)).not.toContain("somebody@");
  });
});

describe("each mode asks for what it needs", () => {
  it.each<[Mode, boolean, boolean]>([
    ["credit-balance", true, false],
    ["credit-memos", false, true],
    ["both", true, true],
  ])("%s: adjustments and credit balance %s, credit memos %s", async (mode, hasBalance, hasMemos) => {
    const zuora = tenant(mode, [memo("CM1")]);
    expect(await readOne(zuora, mode)).toMatchObject({ creditBalance: expect.anything() });
    expect(askedOf(zuora, "CreditBalanceAdjustment").length > 0).toBe(hasBalance);
    expect(askedOf(zuora, "CreditBalance from").length + askedOf(zuora, "Batch, CreditBalance").length > 0).toBe(
      hasBalance,
    );
    expect(askedOf(zuora, "/object-query/credit-memos").length > 0).toBe(hasMemos);
  });
});
