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

/** A credit balance adjustment of account `a` as a query finds it. */
const adjustment = (id: string, Type: string, Amount: number, facts: object = {}) => ({
  Id: id,
  AccountId: "a",
  Number: `CBA-${id}`,
  Type,
  Amount,
  Status: "Processed",
  CreatedDate: `2026-03-0${id}T10:00:00.000+00:00`,
  UpdatedDate: `2026-03-0${id}T10:00:00.000+00:00`,
  ...facts,
});

const ours = { ReferenceId: "zcs-0mb0abc12345" };

describe("standing credit, where the policy asks for it,", () => {
  const credit = { Account: [accountRow("a", { CreditBalance: 50 })] };
  const readWith = (movements: readonly object[]) =>
    // The table answers the query for canceled adjustments too: none of these has a source.
    readOne({ ...credit, CreditBalanceAdjustment: movements }, { separatesStandingCredit: true });

  it("is what others put there, less what they spent", async () => {
    const movements = [
      adjustment("1", "Increase", 30, ours),
      adjustment("2", "Decrease", 10, ours),
      adjustment("3", "Increase", 40),
      adjustment("4", "Decrease", 10),
    ];
    expect((await readWith(movements)).standingCredit?.toFixed()).toBe("30");
  });

  it("is what finance added after a payment run had spent all that was ours", async () => {
    const movements = [
      adjustment("1", "Increase", 30, ours),
      adjustment("2", "Decrease", 30, { SourceTransactionType: "Invoice" }),
      adjustment("3", "Increase", 50, { SourceTransactionType: "Payment" }),
    ];
    expect((await readWith(movements)).standingCredit?.toFixed()).toBe("50");
  });

  it("is all of it where nothing is recorded", async () => {
    expect((await readWith([])).standingCredit?.toFixed()).toBe("50");
  });

  it("is asked for in one query, of accounts with credit only", async () => {
    const zuora = new TabledZuora({ Account: [accountRow("a", { CreditBalance: 50 }), accountRow("b")] });
    await read(zuora, ["a", "b"], { separatesStandingCredit: true });
    expect(zuora.queriesOn("CreditBalanceAdjustment").filter((query) => query.includes("CreatedDate"))).toEqual([
      expect.stringMatching(/where AccountId = 'a'$/),
    ]);
  });

  it("is not looked for otherwise", async () => {
    const zuora = new TabledZuora(credit);
    const state = (await read(zuora, ["a"])).get("a") as AccountState;
    expect([state.standingCredit, state.freedCredit]).toEqual([undefined, undefined]);
    expect(zuora.queriesOn("CreditBalanceAdjustment").some((query) => query.includes("CreatedDate"))).toBe(false);
  });
});

describe("credit that a person took back", () => {
  const canceled = { Status: "Canceled", SourceTransactionId: "id-of-INV1", ...ours };
  const freedAfter = async (balance: number, ...movements: readonly object[]) => {
    const state = await readOne({
      Account: [accountRow("a", { CreditBalance: 20 })],
      Invoice: [invoiceRow("INV1", { Amount: 20, Balance: balance })],
      CreditBalanceAdjustment: movements,
    });
    return state.freedCredit?.toFixed();
  };

  it.each([
    ["still open", 20],
    ["paid by card since", 0],
  ])("is known where the invoice of the canceled application is %s", async (_what, balance) => {
    expect(await freedAfter(balance, adjustment("1", "Decrease", 15, canceled))).toBe("15");
  });

  it("is not what a person transferred back, nor what somebody else's canceled application gave", async () => {
    expect(await freedAfter(20, adjustment("1", "Increase", 15, canceled))).toBeUndefined();
    expect(await freedAfter(20, adjustment("1", "Decrease", 15, { ...canceled, ReferenceId: "by hand" }))).toBe(
      undefined,
    );
  });
});

describe("an open invoice is being collected where", () => {
  const open = invoiceRow("INV1", { Amount: 20, Balance: 20, DueDate: "2026-03-20" });
  const tables = { Account: [accountRow("a")], Invoice: [open] };
  const isCollected = async (given: Tables, runs: readonly object[] = [], behindMs = 0) => {
    const state = (await read(new TabledZuora(given, runs), ["a"], {}, behindMs)).get("a") as AccountState;
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

  it("a run is near by Zuora's clock, and not by ours, whichever is ahead", async () => {
    const minuteMs = 60_000;
    const startsAt = (runDate: string) => [{ status: "Pending", runDate }];
    expect(await isCollected(tables, startsAt("2026-03-16 23:00:00"), 40 * minuteMs)).toBe(true);
    expect(await isCollected(tables, startsAt("2026-03-17 00:00:00"), -28 * minuteMs)).toBe(false);
  });

  it("a payment of its account is in processing", async () => {
    expect(await isCollected({ ...tables, Payment: [{ Id: "p", AccountId: "a" }] })).toBe(true);
  });
});
