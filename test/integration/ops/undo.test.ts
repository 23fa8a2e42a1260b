import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { cancelByHand, refundByHand } from "../../zuora-simulator/hands.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { useLocalOps } from "./local-ops.ts";
import { settleAccountsOf, withSystem } from "./settle-all.ts";

const { ops, run, tenant, system } = useLocalOps();

const turn = (position: string) => system().standIns.parameters.set("/local/switch", position);

/** Settles every account of the tenant. */
const settleAll = () =>
  withSystem(system().file, "credit-balance", (opened) =>
    settleAccountsOf(
      opened,
      tenant().store.accounts.rows.map(({ Id }) => Id),
    ),
  );

/** All the money of the tenant. */
const positions = () => ({
  credit: tenant().store.accounts.rows.map(({ Id, CreditBalance }) => [Id, CreditBalance.toFixed()]),
  invoices: tenant().store.invoices.rows.map(({ Id, Balance }) => [Id, Balance.toFixed()]),
});

const undo = (runId: string, ...flags: readonly string[]) => run(["undo", runId, ...flags], { answer: true });

describe("what a person canceled in Zuora's own pages", () => {
  it.each(["Decrease", "both"] as const)("(%s) is never done again, by any number of scans", async (canceled) => {
    const { store } = tenant();
    addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });
    await settleAll();
    const [increase, decrease] = store.adjustments.rows;
    const now = Date.now();
    for (const adjustment of canceled === "both" ? [decrease, increase] : [decrease]) {
      if (adjustment !== undefined) expect(cancelByHand(tenant(), adjustment, now)).toBe(true);
    }
    const afterwards = positions();
    for (let scan = 0; scan < 10; scan += 1) await settleAll();
    expect(positions()).toEqual(afterwards);
    expect(store.adjustments.rows).toHaveLength(2);
  });
});

describe("undo", () => {
  it("of a whole run leaves every account as it was, and later scans leave it so, for 50 seeds", {
    timeout: 120_000,
  }, async () => {
    const today = new Date().toISOString().slice(0, 10);
    for (let seed = 1; seed <= 50; seed += 1) {
      turn("on");
      system().zuora.reset(seedTenant({ accounts: 25, seed, today }));
      const before = positions();
      const runId = await settleAll();
      expect(positions()).not.toEqual(before);
      turn("off");
      const { status, data } = await undo(runId);
      expect({ seed, status, movesAgain: data.movesAgain }).toEqual({ seed, status: 0, movesAgain: [] });
      expect(positions()).toEqual(before);
      await settleAll();
      expect(positions()).toEqual(before);
    }
  });

  it("is refused while anybody may write", async () => {
    addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] });
    const runId = await settleAll();
    for (const position of ["on", "dry-run"]) {
      turn(position);
      const { status, err } = await undo(runId);
      expect(status).toBe(1);
      expect(err).toContain(`the switch says ${position}`);
    }
    expect(tenant().store.adjustments.rows.map(({ Status }) => Status)).toEqual(["Processed"]);
  });

  it("touches nothing of an account whose credit was spent since, and says so; the others are undone", async () => {
    const { store } = tenant();
    const spent = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "4.00" }] });
    const other = addAccount(store, { invoices: [{ amount: "-7.00" }] });
    const runId = await settleAll();
    refundByHand(spent, "1.00", Date.now());
    turn("off");
    const { status, data } = await undo(runId);
    expect(status).toBe(1);
    expect(data.accounts).toMatchObject([
      { accountId: spent.Id, result: "untouched", reasons: [expect.stringContaining("credit was spent since")] },
      {
        accountId: other.Id,
        result: "undone",
        adjustments: [{ status: "Canceled", amount: "7.00", type: "Increase" }],
      },
    ]);
    expect(store.adjustments.where("AccountId", spent.Id).map(({ Status }) => Status)).toEqual([
      "Processed",
      "Processed",
    ]);
  });

  it("of one account leaves the run's others alone, and a second time changes nothing", async () => {
    const [first, second] = ["-10.00", "-7.00"].map((amount) => addAccount(tenant().store, { invoices: [{ amount }] }));
    const runId = await settleAll();
    turn("off");
    const before = positions();
    const once = await undo(runId, "--account", first?.AccountNumber ?? "");
    expect(once.data.accounts).toMatchObject([{ accountId: first?.Id, result: "undone" }]);
    expect(positions()).not.toEqual(before);
    const undone = positions();
    expect((await undo(runId, "--account", first?.AccountNumber ?? "")).status).toBe(0);
    expect(positions()).toEqual(undone);
    expect(
      tenant()
        .store.accounts.one("Id", second?.Id ?? "")
        ?.CreditBalance.toFixed(2),
    ).toBe("7.00");
  });

  it("keeps credit that was there before from moving on to the invoice that the run had not reached", async () => {
    addAccount(tenant().store, { credit: "5.00", invoices: [{ amount: "5.00" }, { amount: "9.00" }] });
    const before = positions();
    const runId = await settleAll();
    turn("off");
    expect((await undo(runId)).data.movesAgain).toEqual([]);
    turn("on");
    await settleAll();
    expect(positions()).toEqual(before);
  });

  it("asks first, and knows no run that Zuora does not", async () => {
    turn("off");
    expect((await ops("undo", "zcs-0mb0abc12345")).status).toBe(1);
    expect((await undo("zcs-0mb0abc12345")).status).toBe(1);
    expect((await undo("run-17")).status).toBe(2);
  });
});
