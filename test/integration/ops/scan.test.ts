import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, system, accountsIn } = useLocalOps();

const owed = () => addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });

describe("scan", () => {
  it("queues what it finds, and the next incremental one looks from here", async () => {
    const { Id } = owed();
    const { status, data } = await ops("scan");
    expect({ status, enqueued: data.enqueued }).toEqual({ status: 0, enqueued: 1 });
    expect(accountsIn("work")).toEqual([Id]);
    expect((await ops("status")).data.lastScanAt).not.toBeNull();
  });

  it("tells who was negative when a payment run began, and leaves it to the scheduled scan to ring for them", async () => {
    const { Id } = owed();
    const beganAt = Date.now() - 60_000;
    const today = new Date(beganAt).toISOString().slice(0, 10);
    const planned = addPaymentRun(tenant().store, { targetDate: today, runDate: `${today} 00:00:00` });
    startPaymentRun(tenant().store, planned, beganAt);
    const { status, err } = await ops("scan", "--full");
    expect(status).toBe(0);
    expect(err).toContain(`"event":"negative when a payment run began"`);
    expect(err).toContain(Id);
    expect((await ops("status")).data.lastScanAt).toBeNull();
  });

  it("fails where the switch is off, since nothing was looked for", async () => {
    system().standIns.parameters.set("/local/switch", "off");
    expect((await ops("scan", "--full")).status).toBe(1);
  });
});

describe("a scan beyond the run limit", () => {
  const limitAccounts = async (accounts: number) => {
    const { environment, file } = system();
    const rules = JSON.parse(environment["POLICY"] ?? "");
    const POLICY = JSON.stringify({ ...rules, runLimit: { accounts, amount: {} } });
    await writeFile(file, JSON.stringify({ ...environment, POLICY }));
  };

  it("queues nothing, and is released once by whoever approves what it showed", async () => {
    const accounts = [owed().Id, owed().Id];
    await limitAccounts(1);
    const { status, err } = await ops("scan", "--full");
    expect({ status, queued: accountsIn("work") }).toEqual({ status: 3, queued: [] });
    const [, runId = ""] = /2 accounts, 20 GBP: scan --approve (zcs-\w+)/.exec(err) ?? [];
    expect((await ops("scan", "--approve", runId)).status).toBe(0);
    expect(accountsIn("work").toSorted()).toEqual(accounts.toSorted());
    expect((await ops("scan", "--approve", runId)).status).toBe(3);
  });

  it("does not let through what came later", async () => {
    owed();
    owed();
    await limitAccounts(1);
    const [, runId = ""] = /--approve (zcs-\w+)/.exec((await ops("scan", "--full")).err) ?? [];
    const late = owed();
    late.UpdatedDate = Date.now();
    for (const invoice of tenant().store.invoices.rows) {
      if (invoice.AccountId === late.Id) invoice.UpdatedDate = Date.now() + 5_000;
    }
    expect((await ops("scan", "--approve", runId)).data.accounts).toBe(2);
    expect(accountsIn("work")).not.toContain(late.Id);
  });
});

describe("scan --dry-run", () => {
  it("plans a thousand accounts, shows a screenful for each currency with the totals first, and writes nothing", async () => {
    const today = new Date().toISOString().slice(0, 10);
    system().zuora.reset(seedTenant({ accounts: 1_000, seed: 7, today }));
    const before = tenant().store.adjustments.rows.length;
    const { status, out, err } = await run(["scan", "--full", "--dry-run"], { json: false });
    expect(status).toBe(0);
    expect(err).toMatch(/200 of \d+ accounts planned/);
    const [totals = "", ...currencies] = out.split(/\n(?=[A-Z]{3}\n)/);
    expect(totals).toContain("Would transfer");
    expect(currencies.length).toBe(5);
    for (const screen of currencies) expect(screen.split("\n").length).toBeLessThan(25);
    expect(system().zuora.limits.writes).toBe(0);
    expect([tenant().store.adjustments.rows.length, accountsIn("work")]).toEqual([before, []]);
    expect((await ops("status")).data.lastScanAt).toBeNull();
  });

  it("adds up, and names every account to a program", async () => {
    owed();
    const { data } = await ops("scan", "--full", "--dry-run");
    expect(data.totals).toEqual([{ currency: "GBP", accounts: 1, transferred: "10.00", applied: "10.00" }]);
    expect(data.plans).toHaveLength(1);
  });
});
