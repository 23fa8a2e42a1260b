import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { accountRow, invoiceRow, read, readOne } from "./readings.ts";

describe("an invoice of which an adjustment was canceled is known", () => {
  it.each([
    ["by its id", { SourceTransactionId: "id-of-INV1" }],
    ["by its number", { SourceTransactionNumber: "INV1" }],
  ])("%s", async (_name, source) => {
    const canceled = { Id: "c", AccountId: "a", ...source };
    const tables = {
      Account: [accountRow("a")],
      Invoice: [invoiceRow("INV1"), invoiceRow("INV2")],
      CreditBalanceAdjustment: [canceled],
    };
    const flags = (await readOne(tables)).invoices.map(({ hasCanceledAdjustment }) => hasCanceledAdjustment);
    expect(flags).toEqual([true, false]);
  });
});

describe("standing credit, where the policy asks for it,", () => {
  const adjustment = (id: string, Type: string, Amount: number) => ({ Id: id, AccountId: "a", Type, Amount });
  const credit = { Account: [accountRow("a", { CreditBalance: 50 })] };

  it("is what is not our own doing", async () => {
    const ours = [adjustment("1", "Increase", 30), adjustment("2", "Decrease", 10)];
    // The table answers the query for canceled adjustments too: none of these has a source.
    const state = await readOne({ ...credit, CreditBalanceAdjustment: ours }, { separatesStandingCredit: true });
    expect(state.standingCredit?.toFixed()).toBe("30");
  });

  it("is all of it where nothing is ours", async () => {
    expect((await readOne(credit, { separatesStandingCredit: true })).standingCredit?.toFixed()).toBe("50");
  });

  it("is asked for by the mark of our runs, of accounts with credit only", async () => {
    const zuora = new TabledZuora({ Account: [accountRow("a", { CreditBalance: 50 }), accountRow("b")] });
    await read(zuora, ["a", "b"], { separatesStandingCredit: true });
    expect(zuora.queriesOn("CreditBalanceAdjustment").filter((query) => query.includes("Processed"))).toEqual([
      expect.stringMatching(/where AccountId = 'a' and Status = 'Processed' and ReferenceId like 'zcs-%'$/),
    ]);
  });

  it("is not looked for otherwise", async () => {
    expect((await readOne(credit)).standingCredit).toBeUndefined();
  });
});

describe("credit was taken back", () => {
  const canceled = { Id: "c", AccountId: "a", SourceTransactionId: "id-of-INV1", Type: "Decrease" };
  const taken = (facts: object, balance = 20) =>
    readOne({
      Account: [accountRow("a", { CreditBalance: 5 })],
      Invoice: [invoiceRow("INV1", { Amount: 20, Balance: balance })],
      CreditBalanceAdjustment: [{ ...canceled, ReferenceId: "zcs-0mb0abc12345", Amount: 1, ...facts }],
    });

  it("where an application of ours to an invoice still open was canceled; then our own credit is looked for", async () => {
    const state = await taken({});
    // The table answers the query for processed adjustments with the canceled Decrease of 1.
    expect([state.creditTakenBack, state.standingCredit?.toFixed()]).toEqual([true, "6"]);
  });

  it.each<[string, object, number]>([
    ["a transfer was canceled", { Type: "Increase" }, 20],
    ["it was somebody else's application", { ReferenceId: "by hand" }, 20],
    ["the invoice is paid by now", {}, 0],
  ])("but not where %s", async (_name, facts, balance) => {
    const state = await taken(facts, balance);
    expect([state.creditTakenBack, state.standingCredit]).toEqual([undefined, undefined]);
  });
});

describe("an open invoice is being collected where", () => {
  const open = invoiceRow("INV1", { Amount: 20, Balance: 20, DueDate: "2026-03-20" });
  const tables = { Account: [accountRow("a")], Invoice: [open] };
  const isCollected = async (given: Tables, runs: readonly object[] = []) => {
    const state = (await read(new TabledZuora(given, runs), ["a"])).get("a") as AccountState;
    return state.invoices[0]?.beingCollected || state.paymentProcessing === true;
  };

  it.each<[string, readonly object[], boolean]>([
    ["a run is processing", [{ status: "Processing" }], true],
    ["a run starts in this very hour", [{ status: "Pending", runDate: "2026-03-16 23:00:00" }], true],
    ["a run starts in half an hour: not yet", [{ status: "Pending", runDate: "2026-03-17 00:00:00" }], false],
    ["a run is for what is due later", [{ status: "Processing", targetDate: "2026-03-31" }], true],
    ["a run is for what was due before: not", [{ status: "Processing", targetDate: "2026-03-19" }], false],
    ["a run is for another batch: not", [{ status: "Processing", batch: "Batch2" }], false],
    ["a run is for another account: not", [{ status: "Processing", accountId: "z" }], false],
    ["no run is there: not", [], false],
  ])("%s", async (_name, runs, collected) => {
    expect(await isCollected(tables, runs)).toBe(collected);
  });

  it("a payment of its account is in processing", async () => {
    expect(await isCollected({ ...tables, Payment: [{ Id: "p", AccountId: "a" }] })).toBe(true);
  });
});
