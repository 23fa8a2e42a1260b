import { describe, expect, it } from "vitest";
import { createAdjustment } from "../../zuora-simulator/adjust.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { cancelByHand } from "../../zuora-simulator/hands.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { SentNumber } from "../../zuora-simulator/wire.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, system } = useLocalOps();

const now = () => Date.now();
const dayMs = 24 * 3_600_000;
const dayBefore = (days: number) => new Date(now() - days * dayMs).toISOString().slice(0, 10);

const settle = async (accountId: string) => (await run(["settle", accountId], { answer: true })).data.runId;

/** A person transfers an invoice in Zuora's own pages. */
const transferByHand = (invoiceId: string, amount: string, at = now()) => {
  const fields = { Type: "Increase", Amount: new SentNumber(amount), SourceTransactionId: invoiceId };
  const result = createAdjustment(tenant().store, fields, tenant().rulesAt(at));
  if ("code" in result) throw new Error(result.message);
  return result;
};

describe("report", () => {
  it("names what is held and why, and whose credit nobody will ever use", async () => {
    const { store } = tenant();
    const draft = addAccount(store, { Status: "Draft", invoices: [{ amount: "-7.00" }] }, now() - dayMs);
    const gone = addAccount(store, { subscriptionStatus: "Cancelled", invoices: [{ amount: "-3.00" }] }, now());
    addAccount(store, { credit: "1.00" });
    await settle(gone.Id);
    const { data } = await ops("report");
    expect(data.held).toMatchObject([
      { reason: "account-not-active", accountNumber: draft.AccountNumber, amount: "7.00", currency: "GBP" },
    ]);
    expect(data.strandedCredit).toMatchObject([{ accountNumber: gone.AccountNumber, amount: "3.00", days: "0" }]);
    const { out } = await run(["report"], { json: false });
    expect(out).toContain("account-not-active");
    expect(out).toContain("Credit of accounts without an active subscription");
    const page = (await run(["report", "--format", "html"], { json: false })).out;
    expect(page).toContain("Held, and left to people (1)");
  });

  it("balances, each term in its own column, over what was open before and what was billed since", async () => {
    const { store } = tenant();
    const account = addAccount(store, { invoices: [{ amount: "-10.00" }] }, now() - 3 * dayMs);
    addInvoice(store, account, { amount: "-2.50" }, now());
    addInvoice(store, account, { amount: "8.00" }, now());
    addAccount(store, { invoices: [{ amount: "-1.25" }] }, now());
    await settle(account.Id);
    const { status, data } = await ops("report", "--since", dayBefore(1));
    expect(status).toBe(0);
    expect(data.currencies).toEqual([
      {
        currency: "GBP",
        opening: "10.00",
        new: "3.75",
        transferred: "12.50",
        stillNegative: "1.25",
        byOthers: "0.00",
        difference: "0.00",
      },
    ]);
    expect(data.credit).toMatchObject([{ opening: "0.00", transferred: "12.50", applied: "8.00", closing: "4.50" }]);
    expect(data.adjustments.map(({ type, amount }: Record<string, string>) => `${type} ${amount}`).toSorted()).toEqual([
      "Decrease 8.00",
      "Increase 10.00",
      "Increase 2.50",
    ]);
    expect(data.adjustments[0].number).toMatch(/^CBA-\d+$/);
  });

  it("balances on a whole clean tenant, in every currency", async () => {
    system().zuora.reset(seedTenant({ accounts: 60, seed: 3, today: dayBefore(0) }));
    const { status, data } = await ops("report");
    expect({ status, balances: data.balances }).toEqual({ status: 0, balances: true });
    expect(data.currencies.length).toBeGreaterThan(2);
  });

  it("balances where a person transfers an invoice by hand, as it advises, and says which", async () => {
    const { store } = tenant();
    const account = addAccount(store, { invoices: [{ amount: "-10.00" }] }, now() - dayMs);
    const [invoice] = store.invoices.where("AccountId", account.Id);
    const { Number: number } = transferByHand(invoice?.Id ?? "", "4.00");
    const { status, data } = await ops("report");
    expect(status).toBe(0);
    expect(data.currencies).toMatchObject([
      { opening: "10.00", transferred: "0.00", byOthers: "4.00", stillNegative: "6.00", difference: "0.00" },
    ]);
    expect(data.credit).toMatchObject([{ opening: "0.00", byOthers: "-4.00", closing: "4.00" }]);
    expect(data.notOurs).toMatchObject([{ number, amount: "4.00" }]);
  });

  it("exits 1 where a balance moved without any adjustment", async () => {
    const { store } = tenant();
    const account = addAccount(store, { invoices: [{ amount: "-10.00" }] }, now());
    const [invoice] = store.invoices.where("AccountId", account.Id);
    if (invoice !== undefined) invoice.Balance = invoice.Amount.plus("3") as typeof invoice.Balance;
    expect((await ops("report")).status).toBe(1);
  });

  it("knows what was transferred before the period, and what of ours was canceled in it", async () => {
    const { store } = tenant();
    const account = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "-6.00" }] }, now() - 5 * dayMs);
    const [first, second] = store.invoices.where("AccountId", account.Id);
    const others = transferByHand(first?.Id ?? "", "10.00", now() - 3 * dayMs);
    const ours = { ...transferByHand(second?.Id ?? "", "6.00", now() - 3 * dayMs), ReferenceId: "zcs-0mb0abc12345" };
    store.adjustments.restore([others, ours]);
    const [, recorded] = store.adjustments.rows;
    expect((await ops("report", "--since", dayBefore(1))).data.currencies).toEqual([]);
    if (recorded !== undefined) expect(cancelByHand(tenant(), recorded, now())).toBe(true);
    const { status, data } = await ops("report", "--since", dayBefore(1));
    expect(data.currencies).toMatchObject([{ opening: "0.00", transferred: "-6.00", stillNegative: "6.00" }]);
    expect(status).toBe(0);
  });

  it.each([
    ["and is still negative", false],
    ["and is settled in it", true],
  ])("balances where an invoice was adjusted in some other way before the period %s", async (_what, isSettled) => {
    const { store } = tenant();
    const account = addAccount(store, { invoices: [{ amount: "-10.00" }] }, now() - 5 * dayMs);
    const [invoice] = store.invoices.where("AccountId", account.Id);
    if (invoice === undefined) throw new Error("an account without its invoice");
    transferByHand(invoice.Id, "1.00", now() - 4 * dayMs);
    invoice.Balance = invoice.Balance.plus("3") as typeof invoice.Balance;
    invoice.UpdatedDate = now() - 3 * dayMs;
    if (isSettled) await settle(account.Id);
    const { status, data } = await ops("report", "--since", dayBefore(1));
    expect(data.currencies).toMatchObject([
      { opening: "6.00", transferred: isSettled ? "6.00" : "0.00", stillNegative: isSettled ? "0.00" : "6.00" },
    ]);
    expect(status).toBe(0);
  });

  it("of a run lists that run's adjustments", async () => {
    const { store } = tenant();
    const [first, second] = ["-10.00", "-5.00"].map((amount) => addAccount(store, { invoices: [{ amount }] }));
    const runId = await settle(first?.Id ?? "");
    await settle(second?.Id ?? "");
    const { status, data } = await ops("report", "--run", runId);
    expect(status).toBe(0);
    expect(data.adjustments).toMatchObject([{ runId, amount: "10.00" }]);
  });

  it("writes a table, CSV, and a page that needs nothing else and shows comments as text", async () => {
    const account = addAccount(tenant().store, { invoices: [{ amount: "-10.00", number: "INV<script>" }] });
    await settle(account.Id);
    const text = async (format: string) => (await run(["report", "--format", format], { json: false })).out;
    expect(await text("table")).toContain("It balances");
    const [head, row] = (await text("csv")).split("\r\n");
    expect(head).toMatch(/^number,createdAt,accountNumber/);
    expect(row).toMatch(/^CBA-00000001,.*,INV<script>,8a[0-9a-f]+,Increase,10\.00,GBP,Processed,,zcs-/);
    const page = await text("html");
    expect(page).toContain("INV&lt;script&gt;");
    expect(page).not.toMatch(/<script|<link|src=|https?:/);
    expect(JSON.parse(await text("json"))).toMatchObject({ balances: true });
  });

  it.each([
    ["a day that is none", "--since", "yesterday"],
    ["a run that is none", "--run", "run-17"],
  ])("refuses %s", async (_what, flag, value) => {
    expect((await ops("report", flag, value)).status).toBe(2);
  });
});
