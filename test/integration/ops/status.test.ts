import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, setAside, system } = useLocalOps();

describe("status", () => {
  it("tells the switch, the queues, the last scan and what is still negative in each currency", async () => {
    const { store } = tenant();
    addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "-0.50" }] });
    const other = addAccount(store, { Currency: "JPY", invoices: [{ amount: "-700" }] });
    await setAside([other.Id, other.Id]);
    const { status, data } = await ops("status");
    expect(status).toBe(0);
    expect(data).toMatchObject({
      switch: "on",
      lastScanAt: null,
      workQueue: { visible: 0, hidden: 0 },
      deadLetters: { visible: 2, hidden: 0 },
      stillNegative: [
        { currency: "GBP", invoices: 2, amount: "10.50" },
        { currency: "JPY", invoices: 1, amount: "700" },
      ],
    });
    expect((await run(["status"], { json: false })).out).toContain(
      "Dead letters 2 messages, 0 of them being looked at",
    );
  });
});

describe("the switch", () => {
  it.each([
    ["stop", "off"],
    ["dry", "dry-run"],
    ["resume", "on"],
  ])("%s turns it to %s and writes down who did", async (command, position) => {
    system().standIns.parameters.set("/local/switch", "nonsense");
    const { status, data, err } = await ops(command);
    expect({ status, data }).toEqual({ status: 0, data: { system: "local", from: "unreadable", to: position } });
    expect(err).toContain('"action":"switch turned"');
    expect(system().standIns.parameters.get("/local/switch")).toBe(position);
  });
});

describe("which system", () => {
  it("has no default, and a stage that does not describe itself is not guessed at", async () => {
    expect((await run(["--stage", "prod", "status"])).status).toBe(2);
  });
});
