import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../../functions/domain/account.ts";
import type { HttpRequest } from "../../../../functions/zuora/http/transport.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { accountRow, invoiceRow, read } from "../ledger/readings.ts";

const payment = (number: string, facts: object = {}) => ({
  id: `id-of-${number}`,
  accountId: "a",
  paymentNumber: number,
  effectiveDate: "2026-03-01",
  status: "Processed",
  currency: "GBP",
  amount: 30.5,
  appliedAmount: 10.5,
  refundAmount: 0,
  unappliedAmount: 20,
  createdDate: "2026-03-02T00:30:00+01:00",
  ...facts,
});

/** A tenant with one account that has these payments and one open invoice. */
const tenant = (payments: readonly object[], applications: readonly object[] = []) =>
  new ScriptedZuora(
    ...Array(30).fill(({ path, body }: HttpRequest) => {
      if (path.startsWith("/v1/payment-runs")) return json(200, { success: true, paymentRuns: [] });
      if (path.startsWith("/object-query/payments")) return json(200, { data: payments });
      if (path.startsWith("/object-query/payment-applications")) return json(200, { data: applications });
      if (path.startsWith("/object-query/")) return json(200, { data: [] });
      const query = String(JSON.parse(body ?? "").queryString);
      if (query.includes("from Account ")) return page([accountRow("a")]);
      return page(query.includes("from Invoice ") ? [invoiceRow("INV1", { Amount: 40, Balance: 40 })] : []);
    }),
  );

const stateOf = async (zuora: ScriptedZuora) =>
  (await read(zuora, ["a"], { mode: "credit-memos", readsPayments: true })).get("a") as AccountState;

describe("unapplied payments are read", () => {
  it("of all accounts in one query, with their applications", async () => {
    const zuora = tenant([payment("P-1")]);
    const { unappliedPayments = [] } = await stateOf(zuora);
    expect(unappliedPayments).toMatchObject([
      { id: "id-of-P-1", number: "P-1", currency: "GBP", effectiveDate: "2026-03-01", wasUnapplied: false },
    ]);
    expect(unappliedPayments[0]?.unapplied.toFixed()).toBe("20");
    expect(unappliedPayments[0]?.postedAt).toBe(Date.parse("2026-03-01T23:30:00Z"));
    const asked = zuora.calls.map(({ path }) => path).filter((path) => path.startsWith("/object-query/payments"));
    expect(asked.map((path) => decodeURIComponent(path))).toEqual([
      "/object-query/payments?pageSize=99&filter[]=status.EQ:Processed&filter[]=unappliedamount.GT:0" +
        "&filter[]=accountid.IN:[a]&expand[]=paymentapplications",
    ]);
  });

  it("and not at all where nobody applies them: not one call more is made", async () => {
    const callsWith = async (readsPayments: boolean | undefined) => {
      const zuora = tenant([payment("P-1")]);
      const state = (await read(zuora, ["a"], { mode: "credit-memos", readsPayments })).get("a");
      expect(state).not.toHaveProperty(readsPayments ? "nothing" : "unappliedPayments");
      return zuora.calls.map(({ path }) => path.split("?")[0]);
    };
    const without = await callsWith(undefined);
    expect(await callsWith(false)).toEqual(without);
    expect((await callsWith(true)).toSorted()).toEqual([...without, "/object-query/payments"].toSorted());
  });

  it("but for what is reserved for prepaid usage, or settled outside of Zuora", async () => {
    const zuora = tenant([
      payment("P-1", { prepayment: true }),
      payment("P-2", { isStandalone: true }),
      payment("P-3"),
    ]);
    expect((await stateOf(zuora)).unappliedPayments?.map(({ number }) => number)).toEqual(["P-3"]);
  });

  it.each([
    ["of less than nothing", -4],
    ["of nothing", 0],
  ])("and an application %s tells that a person took it back, of both", async (_how, applyAmount) => {
    const taken = { applyAmount, invoiceId: "id-of-INV1" };
    const state = await stateOf(tenant([payment("P-1", { paymentApplications: [taken] })]));
    expect(state.unappliedPayments).toMatchObject([{ wasUnapplied: true }]);
    expect(state.invoices).toMatchObject([{ hasCanceledAdjustment: true }]);
  });

  it("and where their applications are cut at a page, all of them are listed", async () => {
    const page = Array(99).fill({ applyAmount: 1, invoiceId: "another" });
    const zuora = tenant(
      [payment("P-1", { paymentApplications: page })],
      [...page, { applyAmount: -1, invoiceId: "id-of-INV1" }],
    );
    expect((await stateOf(zuora)).unappliedPayments).toMatchObject([{ wasUnapplied: true }]);
  });

  it.each([
    ["whose amounts do not add up", { unappliedAmount: 21 }, "unappliedAmount"],
    ["without a number", { paymentNumber: undefined }, "paymentNumber"],
  ])("and one %s condemns its own account", async (_what, facts, field) => {
    expect(await stateOf(tenant([payment("P-1", facts)]))).toMatchObject({
      code: "ZUORA_CONTRACT",
      scope: "record",
      message: expect.stringContaining(field),
    });
  });
});
