import { describe, expect, it } from "vitest";
import { InterruptedError } from "../../../functions/ops/exit-code.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { cancelByHand, payByHand } from "../../zuora-simulator/hands.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, system } = useLocalOps();

const owed = () => addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });

const openOf = (accountId: string) =>
  tenant()
    .store.invoices.where("AccountId", accountId)
    .map(({ Balance }) => Balance.toFixed(2));

describe("plan", () => {
  it("shows what would be done, with a digest that lasts as long as the account does not move", async () => {
    const account = owed();
    const first = (await ops("plan", account.AccountNumber)).data;
    expect(first.steps).toHaveLength(2);
    expect(first).toMatchObject({ creditBalance: "0.00", currency: "GBP" });
    expect((await ops("plan", account.Id)).data.digest).toBe(first.digest);
    const [, open] = tenant().store.invoices.where("AccountId", account.Id);
    if (open !== undefined) payByHand(open, "1.00", Date.now());
    expect((await ops("plan", account.Id)).data.digest).not.toBe(first.digest);
    expect(tenant().store.adjustments.rows).toEqual([]);
  });

  it("shows the rank that chose an invoice", async () => {
    const { Id } = addAccount(tenant().store, {
      invoices: [{ amount: "-10.00" }, { amount: "30.00", subscriptionNumber: "A-S-OTHER" }, { amount: "10.00" }],
    });
    const { steps } = (await ops("plan", Id)).data;
    expect(steps.at(-1)).toMatchObject({ step: "ApplyCreditBalance", amount: "10.00", rank: 1 });
    expect((await run(["plan", Id], { json: false })).out).toContain("rank 1");
  });

  it.each(["plan", "explain", "history", "settle"])(
    "and %s, of an account that nobody knows, is a mistake of whoever typed it: the nearest is named",
    async (command) => {
      const { AccountNumber } = owed();
      const { status, err } = await ops(command, AccountNumber.replace("A0", "A"));
      expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(`did you mean ${AccountNumber}?`) });
      const far = await ops(command, "ACME Incorporated");
      expect({ status: far.status, err: far.err }).toEqual({ status: 2, err: expect.not.stringContaining("did you") });
    },
  );
});

describe("settle", () => {
  it("does nothing without a yes", async () => {
    const { Id } = owed();
    expect((await run(["settle", Id], { answer: false })).status).toBe(1);
    expect(openOf(Id)).toEqual(["-10.00", "30.00"]);
  });

  it("while the switch is off says so and does nothing, unless somebody means it all the same", async () => {
    const { Id } = owed();
    system().standIns.parameters.set("/local/switch", "off");
    const { status, err } = await run(["settle", Id], { answer: true });
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining("--although-stopped") });
    expect(openOf(Id)).toEqual(["-10.00", "30.00"]);
    expect((await run(["settle", Id, "--although-stopped"], { answer: true })).status).toBe(0);
  });

  it("names the digest that answers in advance, where nobody is there to answer", async () => {
    const { Id } = owed();
    const { digest } = (await ops("plan", Id)).data;
    expect((await run(["settle", Id])).err).toContain(`--digest ${digest}`);
  });

  it("was interrupted at its question: nothing was done, and the status says so", async () => {
    const { Id } = owed();
    const whenAsked = () => {
      throw new InterruptedError();
    };
    const { status, err } = await run(["settle", Id], { whenAsked });
    expect({ status, err }).toEqual({ status: 130, err: expect.stringContaining("Nothing was done.") });
    expect(openOf(Id)).toEqual(["-10.00", "30.00"]);
  });

  it("carries out the plan that was shown, and writes down who agreed to it", async () => {
    const { Id } = owed();
    const { status, data, err } = await run(["settle", Id], { answer: true });
    expect(status).toBe(0);
    expect(openOf(Id)).toEqual(["0.00", "20.00"]);
    expect(data.done).toHaveLength(2);
    expect(data.steps).toEqual([]);
    expect(err).toContain('"action":"account settled by hand"');
    expect(tenant().store.adjustments.rows.map(({ ReferenceId }) => ReferenceId)).toEqual([data.runId, data.runId]);
  });

  it("refuses with status 3 where the account has moved since its digest was shown", async () => {
    const { Id } = owed();
    const { digest } = (await ops("plan", Id)).data;
    const [, open] = tenant().store.invoices.where("AccountId", Id);
    if (open !== undefined) payByHand(open, "25.00", Date.now());
    const { status, err } = await ops("settle", Id, "--digest", digest);
    expect(status).toBe(3);
    expect(err).toContain("nothing was done");
    expect(openOf(Id)).toEqual(["-10.00", "5.00"]);
  });

  it("refuses with status 3 where the account moves while somebody thinks about it", async () => {
    const { Id } = owed();
    const [, open] = tenant().store.invoices.where("AccountId", Id);
    const whenAsked = () => {
      if (open !== undefined) payByHand(open, "25.00", Date.now());
    };
    const { status, err } = await run(["settle", Id], { answer: true, whenAsked });
    expect(status).toBe(3);
    expect(err).toContain("has moved since it was shown");
    expect(openOf(Id)).toEqual(["-10.00", "5.00"]);
  });

  it("says what Zuora refused, and fails", async () => {
    const { Id } = owed();
    tenant().closedPeriods.add(Id);
    const { status, data } = await run(["settle", Id], { answer: true });
    expect(status).toBe(1);
    expect(data.done.map(({ result }: { result: string }) => result)).toEqual([
      expect.stringContaining("ACCOUNTING_PERIOD_CLOSED"),
      "not sent",
    ]);
  });

  it("leaves what a person canceled, until a person says --again", async () => {
    const { Id } = owed();
    const { runId } = (await run(["settle", Id], { answer: true })).data;
    for (const each of tenant().store.adjustments.where("ReferenceId", runId).toReversed()) {
      expect(cancelByHand(tenant(), each, Date.now())).toBe(true);
    }
    expect((await run(["settle", Id], { answer: true })).data.done).toEqual([]);
    expect(openOf(Id)).toEqual(["-10.00", "30.00"]);
    expect((await run(["settle", Id, "--again"], { answer: true })).data.done).toHaveLength(2);
    expect(openOf(Id)).toEqual(["0.00", "20.00"]);
  });
});
