import { beforeEach, describe, expect, it } from "vitest";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { formatMoney } from "../../../functions/domain/currency.ts";
import { type Money, sum } from "../../../functions/domain/money.ts";
import { localNames } from "../../local/function-environment.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import type { UnapplyShownAs } from "../../zuora-simulator/credit-memos/unapply-memo.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import { composeNow } from "../digest/compose-now.ts";
import { acrossBothEnds, after, dayMs, early, month, ranAt, since, until } from "./last-month.ts";
import { memoHands, memosAcrossBothEnds } from "./last-month-memos.ts";
import { useLocalOps } from "./local-ops.ts";
import { settleAccountsOf, withSystem } from "./settle-all.ts";

const { ops, run, tenant, inMode, system } = useLocalOps();

const pounds = {
  currency: "GBP",
  opening: "57.00",
  posted: "30.00",
  applied: "10.00",
  byOthers: "7.00",
  refunded: "4.00",
  closing: "66.00",
  difference: "0.00",
};

const yen = {
  currency: "JPY",
  opening: "0",
  posted: "300",
  applied: "0",
  byOthers: "0",
  refunded: "0",
  closing: "300",
  difference: "0",
};

describe("last month's report of a tenant with Invoice Settlement", () => {
  let busy: AccountRecord;
  beforeEach(async () => {
    await inMode("credit-memos");
    ({ busy } = memosAcrossBothEnds(tenant()));
  });

  it("balances over memos that cross both ends, applied by us and by others, taken back and refunded", async () => {
    const { status, data } = await ops("report", "--month", month);
    expect(data.creditMemos.lines).toEqual([pounds, yen]);
    expect({ status, balances: data.balances, currencies: data.currencies, credit: data.credit }).toEqual({
      status: 0,
      balances: true,
      currencies: [],
      credit: [],
    });
    const amounts = (rows: readonly Record<string, string>[]) => rows.map(({ amount }) => amount);
    expect(amounts(data.creditMemos.applied)).toEqual(["20.00", "10.00", "-20.00"]);
    expect(amounts(data.creditMemos.byOthers)).toEqual(["7.00"]);
    expect(data.creditMemos.applied[1]).toMatchObject({ accountNumber: busy.AccountNumber, invoiceNumber: "other" });
  });

  it("does not balance where a memo holds what no application on record took from it", async () => {
    const memo = tenant().store.creditMemos.rows[0];
    if (memo !== undefined) memo.unappliedAmount = memo.unappliedAmount.minus("1") as typeof memo.unappliedAmount;
    const { status, data } = await ops("report", "--month", month);
    expect({ status, difference: data.creditMemos.lines[0].difference }).toEqual({ status: 1, difference: "1.00" });
  });

  it("reads no further than the month's own records, and less than everything of one account", async () => {
    const { data } = await ops("report", "--month", month, "--account", busy.AccountNumber);
    expect(data.creditMemos.lines).toEqual([{ ...pounds, opening: "45.00", refunded: "0.00", closing: "58.00" }]);
  });

  it("says for people and on paper what was moved on which day, and what is asked with care", async () => {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const { data } = await ops("report", "--month", month);
    expect(data.days).toMatchObject([
      { day: day(early), transferred: "0.00", applied: "30.00" },
      { applied: "-20.00" },
    ]);
    const { out } = await run(["report", "--month", month], { json: false });
    expect(out).toContain("Unapplied on credit memos");
    expect(out).not.toContain("Credit of customers");
    expect(out).toContain("1 application of credit memos by others: they are listed.");
    expect(out).toContain("Zuora tells no date of a memo's refund");
    const page = (await run(["report", "--month", month, "--format", "html"], { json: false })).out;
    expect(page).toContain("Negative invoices and credit memos settled");
    expect(page).toContain("Applied per day, GBP");
  });

  it("counts credit of who has gone among what is stranded, since its posting", async () => {
    const { subscriptions } = tenant().store;
    for (const each of subscriptions.where("AccountId", busy.Id)) each.Status = "Cancelled";
    const { data } = await ops("report", "--month", month);
    // What is left of 50, of 30 and of 99, the last of them posted after the month.
    expect(data.strandedCredit).toMatchObject([
      { accountNumber: busy.AccountNumber, amount: "154.00", since: new Date(after).toISOString() },
    ]);
  });

  it("says whom a payment run found in debt to by a memo, and whom it would have charged", async () => {
    const { store } = tenant();
    const { apply } = memoHands(tenant());
    const began = since + 4 * dayMs;
    ranAt(store, began);
    const [missed, excluded, later, spared] = ["missed", "excluded", "later", "spared"].map(() =>
      addAccount(store, {}, early),
    ) as [AccountRecord, AccountRecord, AccountRecord, AccountRecord];
    addCreditMemo(store, missed, { amount: "8.00" }, early);
    addInvoice(store, missed, { amount: "8.00" }, early);
    addCreditMemo(store, excluded, { amount: "8.00", excluded: true }, early);
    addInvoice(store, excluded, { amount: "8.00" }, early);
    // What was posted after the run began it could not charge.
    addCreditMemo(store, later, { amount: "8.00" }, early);
    addInvoice(store, later, { amount: "8.00" }, began + dayMs);
    const memo = addCreditMemo(store, spared, { amount: "6.00" }, early);
    apply({ memo, invoice: addInvoice(store, spared, { amount: "6.00" }, early), amount: "6.00" }, early + 1000, "us");
    const { data } = await ops("report", "--month", month);
    const found = data.foundByRuns.map(({ accountNumber, why }: Record<string, string>) => `${accountNumber} ${why}`);
    expect(found).toContain(`${missed.AccountNumber} credit memo`);
    for (const each of [excluded, later, spared]) expect(found.join()).not.toContain(each.AccountNumber);
    expect(data.sparedCharges).toContainEqual(
      expect.objectContaining({ accountNumber: spared.AccountNumber, amount: "6.00" }),
    );
  });
});

describe("the same where both kinds of credit are", () => {
  it("balances negative invoices, credit balances and memos, each by itself", async () => {
    await inMode("both");
    acrossBothEnds(tenant());
    const alone = await ops("report", "--month", month);
    memosAcrossBothEnds(tenant());
    const { status, data } = await ops("report", "--month", month);
    expect({ status, currencies: data.currencies, credit: data.credit }).toEqual({
      status: 0,
      currencies: alone.data.currencies,
      credit: alone.data.credit,
    });
    expect(data.creditMemos.lines).toEqual([pounds, yen]);
    expect(data.days[0]).toMatchObject({ transferred: "30.00", applied: "45.00", accounts: "3" });
  });

  it("shows a memo that is held by its own number, with what is left of it", async () => {
    await inMode("both");
    const account = addAccount(tenant().store, {}, early);
    const memo = addCreditMemo(tenant().store, account, { amount: "8.00", excluded: true }, early);
    addInvoice(tenant().store, account, { amount: "20.00" }, early);
    const { data } = await ops("report");
    expect(data.held).toMatchObject([{ reason: "excluded-memo", creditMemoNumber: memo.number, amount: "8.00" }]);
    expect((await run(["report"], { json: false })).out).toContain(memo.number);
  });
});

describe("a tenant of many customers that was settled", () => {
  const totals = (of: readonly (readonly [currency: string, amount: Money])[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...Map.groupBy(of, ([currency]) => currency)].map(([currency, own]) => [
        currency,
        formatMoney(sum(own.map(([, amount]) => amount)), currency),
      ]),
    );
  const told = (lines: readonly Record<string, string>[], term: string) =>
    Object.fromEntries(lines.map((line) => [line["currency"], line[term]]));

  it.each<[Mode, number, UnapplyShownAs]>([
    ["credit-memos", 3, "negative-amount"],
    ["credit-memos", 3, "changed-row"],
    ["both", 4, "negative-amount"],
  ])(
    "balances in mode %s to what the tenant itself holds, for seed %i, and after an undo that shows as %s",
    async (mode, seed, shownAs) => {
      const today = new Date().toISOString().slice(0, 10);
      await inMode(mode, seedTenant({ accounts: 25, seed, today, kind: kindFor(mode) }));
      tenant().unapplyShownAs = shownAs;
      const { store } = tenant();
      const before = store.creditMemoApplications.rows.length;
      const runId = await withSystem(system().file, mode, (opened) =>
        settleAccountsOf(
          opened,
          store.accounts.rows.map(({ Id }) => Id),
        ),
      );
      const currencyOf = (memoId: string) => store.creditMemos.one("id", memoId)?.currency ?? "";
      const holds = () => {
        const posted = store.creditMemos.rows.filter(({ status }) => status === "Posted");
        return totals(posted.map(({ currency, unappliedAmount }) => [currency, unappliedAmount]));
      };
      const made = store.creditMemoApplications.rows.slice(before);
      expect(made.length).toBeGreaterThan(5);
      const settled = await ops("report", "--run", runId);
      const { lines, applied } = settled.data.creditMemos;
      expect({ status: settled.status, closing: told(lines, "closing") }).toEqual({ status: 0, closing: holds() });
      expect(told(lines, "applied")).toMatchObject(
        totals(made.map(({ creditMemoId, amount }) => [currencyOf(creditMemoId), amount])),
      );
      expect(applied).toHaveLength(made.length);

      system().standIns.parameters.set(localNames.switchParameter, "off");
      system().standIns.parameters.delete(localNames.lastScanParameter);
      expect((await run(["undo", runId, "--yes"])).status).toBe(0);
      const undone = await ops("report", "--run", runId);
      expect({ status: undone.status, closing: told(undone.data.creditMemos.lines, "closing") }).toEqual({
        status: 0,
        closing: holds(),
      });
      for (const line of undone.data.creditMemos.lines) expect(line.applied).toMatch(/^0(\.0+)?$/);
    },
  );
});

describe("the digest", () => {
  it("tells of a day what credit memos paid, what is left and held, and keeps the report of the month", async () => {
    await inMode("credit-memos");
    const { store } = tenant();
    const lastDay = until - dayMs / 2;
    memosAcrossBothEnds(tenant());
    const account = addAccount(store, {}, lastDay);
    const memo = addCreditMemo(store, account, { amount: "6.00" }, lastDay);
    const invoice = addInvoice(store, account, { amount: "6.00" }, lastDay);
    memoHands(tenant()).apply({ memo, invoice, amount: "6.00" }, lastDay + 1000, "us");
    const { digest, csv, folders } = await composeNow(system().file, until + dayMs / 6);
    expect(digest.body).toContain("GBP: 6.00 of credit memos applied to invoices");
    expect(digest.body).toContain("It balances");
    expect(digest.body).toMatch(/\d negative invoices? (or|and) credit memos? \(/);
    expect(folders).toContain(`months/${month}`);
    expect(csv(`months/${month}`, "credit-memos")).toContain("GBP,57.00,36.00,16.00,7.00,4.00,66.00,0.00");
    expect(digest.events).toContainEqual({
      name: "CreditApplied",
      detail: {
        accountId: account.Id,
        invoiceId: invoice.Id,
        invoiceNumber: invoice.InvoiceNumber,
        amount: "6",
        currency: "GBP",
        creditMemoId: memo.id,
      },
    });
    expect(digest.failure).toBeUndefined();
  });
});
