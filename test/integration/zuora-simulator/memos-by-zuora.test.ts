import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, fromDecimal, toDecimal, zero } from "../../../functions/domain/money.ts";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { billTotal } from "../../zuora-simulator/credit-memos/bill.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { orderByHand } from "../../zuora-simulator/credit-memos/memo-hands.ts";
import { prorationProductMax, splitByRule } from "../../zuora-simulator/credit-memos/split.ts";
import { startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import type { TenantKind } from "../../zuora-simulator/tenant-kind.ts";
import { startZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { client, useSimulatedZuora } from "./simulated-zuora.ts";

const now = Date.UTC(2026, 10, 23, 9);

const tenantWith = (...memos: readonly { readonly amount: string; readonly excluded?: boolean }[]) => {
  const store = new Store();
  const account = addAccount(store, { invoices: [{ amount: "30.00", invoiceDate: "2026-11-01" }] });
  for (const memo of memos) addCreditMemo(store, account, memo, now);
  return { tenant: new Tenant({ client, store, kind: "settlement" }), store, account };
};

const run = { targetDate: "2026-11-23", runDate: "2026-11-23 09:00:00" };

describe("what Zuora applies by itself", () => {
  it("is, in a payment run that is told to, every memo but those that are excluded; then the rest is charged", () => {
    const { tenant, store } = tenantWith({ amount: "10.00" }, { amount: "15.00", excluded: true });
    const planned = addPaymentRun(store, { ...run, autoApplyCreditMemo: true });
    const payments = startPaymentRun(store, planned, now, tenant.memoRulesAt(now));
    expect(payments.map(({ Amount }) => toDecimal(Amount))).toEqual(["20"]);
    expect(store.creditMemos.rows.map(({ unappliedAmount }) => toDecimal(unappliedAmount))).toEqual(["0", "15"]);
  });

  it("is nothing in a run that is not told to, and nothing at posting", () => {
    const { tenant, store } = tenantWith({ amount: "10.00" });
    const payments = startPaymentRun(store, addPaymentRun(store, run), now, tenant.memoRulesAt(now));
    expect(payments.map(({ Amount }) => toDecimal(Amount))).toEqual(["30"]);
  });

  it("is what is on the account already when an order says so", () => {
    const { tenant, store, account } = tenantWith({ amount: "10.00" });
    const invoice = orderByHand(tenant, account, { amount: "12.00" }, now);
    expect(toDecimal(invoice.Balance)).toBe("2");
    expect(store.invoices.rows[0]?.Balance.toFixed()).toBe("30");
  });
});

describe("a negative total of a bill run", () => {
  it.each<[TenantKind, string]>([
    ["legacy", "invoice"],
    ["harmonized-off", "invoice"],
    ["harmonized-on", "memo"],
    ["settlement", "memo"],
  ])("becomes in a %s tenant a negative %s or a credit memo", (kind, made) => {
    const store = new Store();
    const account = addAccount(store, {});
    const billed = billTotal({ store, kind }, account, { amount: "-12.00" }, now);
    expect(billed.kind).toBe(made);
    expect(billTotal({ store, kind }, account, { amount: "12.00" }, now).kind).toBe("invoice");
  });
});

describe("the default application rule", () => {
  const share = fc.integer({ min: 1, max: 5_000 });
  const shares = fc.array(share, { minLength: 1, maxLength: 6 });
  const money = (pence: number) => fromDecimal((pence / 100).toFixed(2));
  const named = (side: string, all: readonly number[]) =>
    all.map((pence, index) => ({ id: `${side}${index}`, amount: money(pence) }));

  it.each(["Proration", "FIFO"] as const)(
    "%s moves exactly the amount, and no item beyond what it holds",
    async (rule) => {
      await fc.assert(
        fc.property(shares, shares, fc.double({ min: 0, max: 0.999, noNaN: true }), (from, to, turn) => {
          const total = Math.min(...[from, to].map((all) => all.reduce((sum, each) => sum + each, 0)));
          const amount = Math.max(1, Math.floor(total * turn));
          const sides = { from: named("m", from), to: named("i", to) };
          const parts = splitByRule(money(amount), sides, { rule, places: 2, turn });
          const held = new Map([...sides.from, ...sides.to].map((each) => [each.id, each.amount]));
          const used = new Map<string, typeof zero>();
          for (const part of parts) {
            for (const id of [part.creditMemoItemId, part.invoiceItemId])
              used.set(id, add(used.get(id) ?? zero, part.amount));
          }
          for (const [id, of] of used) expect(of.lte(held.get(id) ?? zero)).toBe(true);
          const moved = parts.reduce((sum, part) => add(sum, part.amount), zero);
          expect(toDecimal(moved)).toBe(toDecimal(money(amount)));
        }),
      );
    },
  );

  it("takes items in a random order by FIFO, and by Proration where there are too many pairs", () => {
    const from = named("m", [5_000]);
    const to = named("i", Array(9).fill(100));
    const firstOf = (turn: number) =>
      splitByRule(money(50), { from, to }, { rule: "FIFO", places: 2, turn })[0]?.invoiceItemId;
    expect(new Set([0.1, 0.3, 0.5, 0.7, 0.9].map(firstOf)).size).toBeGreaterThan(1);
    const many = named("i", Array(prorationProductMax + 1).fill(100));
    const parts = splitByRule(money(150), { from, to: many }, { rule: "Proration", places: 2, turn: 0.5 });
    expect(parts).toHaveLength(2);
  });
});

describe("two changes of memos of one account at a time", () => {
  it("exclude one another: one is done and the other refused as of a lock", async () => {
    const { store } = tenantWith({ amount: "10.00" }, { amount: "10.00" });
    const server = await startZuoraServer({
      ...client,
      store,
      kind: "settlement",
      latency: { baseMs: 20, perRowMs: 0 },
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const form = { client_id: client.clientId, client_secret: client.clientSecret, grant_type: "client_credentials" };
    const asked = await fetch(`${server.url}/oauth/token`, {
      method: "POST",
      headers,
      body: new URLSearchParams(form),
    });
    const { access_token: token } = (await asked.json()) as { access_token: string };
    const body = JSON.stringify({ invoices: [{ invoiceId: store.invoices.rows[0]?.Id, amount: 10 }] });
    const answers = await Promise.all(
      ["CM00000001", "CM00000002"].map((key) =>
        fetch(`${server.url}/v1/credit-memos/${key}/apply`, {
          method: "PUT",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
            "zuora-version": "2025-08-12",
          },
          body,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await server.stop();
  });
});

const zuora = useSimulatedZuora(() => {
  const { store } = tenantWith({ amount: "10.00" });
  return store;
});

describe("a tenant without Invoice Settlement", () => {
  it.each(["/v1/credit-memos", "/v1/creditmemos/CM00000001", "/object-query/credit-memos"])(
    "refuses %s",
    async (path) => {
      expect((await zuora.send("GET", path)).status).toBe(403);
    },
  );

  it("refuses what lies beside memos as well", async () => {
    const path = "/object-query/credit-memo-applications?filter[]=accountid.EQ:1";
    expect((await zuora.send("GET", path)).status).toBe(403);
    expect((await zuora.send("GET", "/object-query/credit-memo-items?filter[]=creditmemoid.EQ:1")).status).toBe(403);
  });
});
