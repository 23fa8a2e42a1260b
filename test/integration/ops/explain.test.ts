import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { cancelByHand } from "../../zuora-simulator/hands.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { ops, run, tenant, system, setAside } = useLocalOps();

const settle = async () => {
  await ops("scan", "--full");
  await workOff(system().file);
};

describe("explain", () => {
  it("says of each invoice what will happen, and of one that is held why, who acts and how it is released", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { AccountNumber } = addAccount(tenant().store, {
      invoices: [{ amount: "-10.00" }, { amount: "30.00" }, { amount: "-5.00", invoiceDate: tomorrow }],
    });
    const { status, data } = await ops("explain", AccountNumber);
    expect(status).toBe(0);
    expect(data.invoices.map(({ verdict, reason }: { verdict: string; reason?: string }) => reason ?? verdict)).toEqual(
      ["will-transfer", "will-apply", "future-dated"],
    );
    const { out } = await run(["explain", AccountNumber], { json: false });
    expect(out).toContain("10.00, is to be transferred to the credit balance");
    expect(out).toContain("Left alone (future-dated)");
    expect(out).toContain("It is settled on its own date.");
  });

  it("of an account among the dead letters, under a switch that is off, names both and what to do", async () => {
    const { Id, AccountNumber } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] });
    await setAside([Id], { zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });
    system().standIns.parameters.set("/local/switch", "off");
    const { out } = await run(["explain", Id], { json: false });
    expect(out).toContain("The switch says off");
    expect(out).toContain("ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED");
    expect(out.replaceAll(/\s+/g, " ")).toContain(`ops dead-letters replay --account ${AccountNumber}`);
  });

  it("tells what was done to an invoice, and by which run", async () => {
    const { Id } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now());
    await settle();
    const [{ ReferenceId = "" } = {}] = tenant().store.adjustments.rows;
    const { data } = await ops("explain", Id);
    expect(data.invoices[0]).toMatchObject({ verdict: "settled", balance: "0.00" });
    expect(data.invoices[0].past).toEqual([
      expect.stringContaining(`10.00 transferred to credit by run ${ReferenceId}`),
    ]);
  });

  it("of an account that nobody knows is a mistake of whoever typed it", async () => {
    expect((await ops("explain", "A99999999")).status).toBe(2);
  });
});

describe("history", () => {
  it("shows every adjustment run by run, what was canceled, when, and by whom", async () => {
    const { Id, AccountNumber } = addAccount(
      tenant().store,
      { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] },
      Date.now(),
    );
    await settle();
    const decrease = tenant().store.adjustments.rows.find(({ Type }) => Type === "Decrease");
    if (decrease === undefined) throw new Error("nothing was applied");
    expect(cancelByHand(tenant(), decrease, Date.now())).toBe(true);
    const { data } = await ops("history", AccountNumber);
    expect(data).toMatchObject({ accountId: Id, creditBalance: "10.00" });
    expect(data.parts).toMatchObject([
      {
        runId: decrease.ReferenceId,
        adjustments: [
          { type: "Increase", amount: "10.00", status: "Processed", madeBy: "ours", canceledBy: null },
          { type: "Decrease", amount: "10.00", status: "Canceled", madeBy: "ours", canceledBy: decrease.UpdatedById },
        ],
      },
    ]);
    expect(decrease.UpdatedById).not.toBe(decrease.CreatedById);
    expect((await run(["history", Id], { json: false })).out).toContain(`Run ${decrease.ReferenceId}`);
  });

  it("of an account that was never adjusted says so", async () => {
    const { Id } = addAccount(tenant().store, {});
    expect((await run(["history", Id], { json: false })).out).toContain("Nobody ever adjusted");
  });
});
