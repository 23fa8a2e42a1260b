import { describe, expect, it } from "vitest";
import { zuoraRevenueField } from "../../../functions/zuora/revenue/reason-not-offered.ts";
import { addAccount, addBillRun, addPaymentRun } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";

import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, system } = useLocalOps();

type Checks = { checks: readonly { name: string; state: string; says: string; todo?: string }[] };

const checkOf = ({ checks }: Checks, name: string) => checks.find((each) => each.name === name);

describe("doctor", () => {
  it("finds a healthy system healthy, and writes nothing", async () => {
    addAccount(tenant().store, {});
    const { status, data } = await ops("doctor");
    expect(status).toBe(0);
    expect(data.checks.filter(({ state }: { state: string }) => state !== "ok")).toMatchObject([
      { name: "write permission" },
    ]);
    expect(checkOf(data, "limits")?.says).toContain("concurrency-limit-limit");
    expect(system().zuora.limits.writes).toBe(0);
    for (const { state, todo } of data.checks)
      expect({ state, hasTodo: todo !== undefined }).toEqual({ state, hasTodo: state !== "ok" });
  });

  it("with a wrong secret says so, prints none of it, and asks nothing more of Zuora", async () => {
    const before = system().standIns.secrets.get("local/zuora") ?? "";
    system().standIns.secrets.set(
      "local/zuora",
      JSON.stringify({ clientId: "canary-id", clientSecret: "canary-secret" }),
    );
    try {
      const { status, out, err } = await run(["doctor"], { json: false });
      expect(status).toBe(1);
      expect(out).toContain("FAIL  access to Zuora: ZuoraAccessError");
      expect(out).toContain("→ check the OAuth client");
      expect(out + err).not.toContain("canary");
    } finally {
      system().standIns.secrets.set("local/zuora", before);
    }
  });

  it.each([
    ["legacy", "ok", "without Invoice Settlement"],
    ["harmonized-off", "ok", "Harmonization with negative invoices"],
    ["harmonized-on", "warn", "Harmonization with credit memos instead of negative invoices"],
    ["settlement", "fail", "Invoice Settlement without a credit balance"],
  ] as const)("tells a tenant of the kind %s: %s, in one sentence", async (kind, state, says) => {
    const { store } = tenant();
    tenant().kind = kind;
    const { Id: billRunId } = addBillRun(store);
    const invoiceDate = kind === "harmonized-off" ? "2026-10-02" : "2026-02-01";
    const account = addAccount(store, { invoices: [{ amount: "-5.00", billRunId, invoiceDate }] });
    if (kind !== "legacy") addCreditMemo(store, account, { amount: "5.00", memoDate: "2026-10-01" });
    const check = checkOf((await ops("doctor")).data, "kind of tenant");
    expect(check).toMatchObject({ state, says: expect.stringContaining(says) });
    expect(check?.says).not.toMatch(/\. /);
  });

  it("sees that payment runs come in the order that it asks for", async () => {
    const day = Date.UTC(2026, 9, 1);
    for (const at of [day, day + 3_600_000]) {
      const planned = { targetDate: "2026-10-01", runDate: "2026-10-01 09:00:00", status: "Completed" } as const;
      addPaymentRun(tenant().store, { ...planned, completedOn: at, updatedDate: at });
    }
    const order = async () => checkOf((await ops("doctor")).data, "order of payment runs");
    expect(await order()).toMatchObject({ state: "ok", says: expect.stringContaining("among 2") });
  });

  it("warns of a payment run that would charge although there is credit", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { number } = addPaymentRun(tenant().store, { targetDate: today, runDate: `${today} 23:00:00` });
    expect(checkOf((await ops("doctor")).data, "payment runs")).toMatchObject({
      state: "warn",
      says: expect.stringContaining(number),
    });
  });

  it("looks for Zuora Finance where the policy looks at revenue", async () => {
    expect(checkOf((await ops("doctor")).data, "revenue")).toMatchObject({ state: "ok" });
    tenant().store.featureFields.add(`InvoiceItem.${zuoraRevenueField}`);
    expect(checkOf((await ops("doctor")).data, "revenue")).toMatchObject({
      state: "warn",
      says: expect.stringContaining("Zuora Revenue keeps the ledger"),
      todo: expect.stringContaining("revenue to off"),
    });
  });

  it("tells a switch that cannot be read", async () => {
    system().standIns.parameters.delete("/local/switch");
    const { status, data } = await ops("doctor");
    expect([status, checkOf(data, "switch")?.state]).toEqual([1, "fail"]);
  });
});
