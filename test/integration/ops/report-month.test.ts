import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { adjustInvoiceByHand } from "../../zuora-simulator/hands.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import {
  acrossBothEnds,
  after,
  applyAfterwards,
  before,
  byOthers,
  dayMs,
  early,
  late,
  month,
  ranAt,
  settleByHand,
  since,
  until,
} from "./last-month.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant } = useLocalOps();

describe("last month's report", () => {
  let busy: AccountRecord;
  beforeEach(() => {
    ({ busy } = acrossBothEnds(tenant()));
  });

  it("balances over records that cross both ends, negative invoices and credit alike", async () => {
    const { status, data } = await ops("report", "--month", month);
    expect(data.currencies).toEqual([
      {
        currency: "GBP",
        opening: "10.00",
        new: "29.00",
        transferred: "28.00",
        byOthers: "0.00",
        stillNegative: "11.00",
        difference: "0.00",
      },
      {
        currency: "JPY",
        opening: "0",
        new: "300",
        transferred: "0",
        byOthers: "0",
        stillNegative: "300",
        difference: "0",
      },
    ]);
    expect(data.credit).toEqual([
      {
        currency: "GBP",
        opening: "13.00",
        unrecorded: "7.00",
        transferred: "28.00",
        applied: "15.00",
        byOthers: "0.00",
        closing: "26.00",
        difference: "0.00",
      },
    ]);
    expect({ status, since: data.since, until: data.until }).toEqual({
      status: 0,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
    });
  });

  it("balances with what others did, which has a column of its own and is listed", async () => {
    byOthers(tenant(), busy);
    const { status, data } = await ops("report", "--month", month);
    expect(data.currencies[0]).toMatchObject({ new: "32.00", byOthers: "3.00", stillNegative: "11.00" });
    expect(data.credit).toMatchObject([{ byOthers: "-4.50", closing: "30.50", difference: "0.00" }]);
    expect(data.notOurs.map(({ type, amount }: Record<string, string>) => `${type} ${amount}`)).toEqual([
      "Increase 3.00",
      "Increase 2.50",
      "Decrease 1.00",
    ]);
    expect(status).toBe(0);
  });

  it("balances where finance settles an invoice in another currency than its account's, as it advises", async () => {
    addInvoice(tenant().store, busy, { amount: "-8.00", number: "abroad", currency: "USD" }, early);
    settleByHand(tenant(), "abroad", "8.00");
    const { status, data } = await ops("report", "--month", month);
    expect(data.currencies[2]).toMatchObject({ currency: "USD", new: "8.00", byOthers: "8.00", difference: "0.00" });
    expect(status).toBe(0);
  });

  it("balances with invoices that people adjusted past any credit, before the month, in it and after it", async () => {
    const adjustAlone = (number: string, amount: string, at: number, type: "Charge" | "Credit" = "Charge") => {
      const invoice = tenant().store.invoices.one("InvoiceNumber", number);
      if (invoice === undefined) throw new Error(`no invoice ${number}`);
      const object = at === early ? "InvoiceAdjustment" : "InvoiceItemAdjustment";
      adjustInvoiceByHand(tenant().store, invoice, { object, type, amount }, at);
    };
    addInvoice(tenant().store, busy, { amount: "-9.00", number: "adjusted" }, before);
    adjustAlone("adjusted", "2.00", before + dayMs);
    adjustAlone("adjusted", "3.00", early);
    adjustAlone("adjusted", "1.00", late, "Credit");
    adjustAlone("adjusted", "4.00", after);
    adjustAlone("yen", "100", late);
    const { status, data } = await ops("report", "--month", month);
    expect(data.currencies).toMatchObject([
      { currency: "GBP", opening: "17.00", byOthers: "2.00", stillNegative: "16.00", difference: "0.00" },
      { currency: "JPY", byOthers: "100", stillNegative: "200", difference: "0" },
    ]);
    expect(data.credit).toMatchObject([{ byOthers: "0.00", difference: "0.00" }]);
    expect(data.notOurs.map(({ type, amount }: Record<string, string>) => `${type} ${amount}`)).toEqual([
      "Charge 3.00",
      "Credit 1.00",
      "Charge 100",
    ]);
    expect(status).toBe(0);
  });

  it("does not balance where an invoice of it moved without any credit", async () => {
    const invoice = tenant().store.invoices.one("InvoiceNumber", "yen");
    if (invoice !== undefined) invoice.Balance = invoice.Balance.plus("100") as typeof invoice.Balance;
    const { status, data } = await ops("report", "--month", month);
    expect({ status, balances: data.balances }).toEqual({ status: 1, balances: false });
    expect(data.currencies[1]).toMatchObject({ currency: "JPY", difference: "100" });
  });

  it("says what was moved on which day, and what was taken back", async () => {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    expect((await ops("report", "--month", month)).data.days).toEqual([
      { day: day(early), currency: "GBP", transferred: "30.00", applied: "15.00", accounts: "2" },
      { day: day(late), currency: "GBP", transferred: "-2.00", applied: "0.00", accounts: "2" },
    ]);
  });

  it("says whom a payment run found in debt to, and whom it would have charged", async () => {
    const { store, timeZone } = tenant();
    expect(timeZone).toBe("UTC");
    ranAt(store, since + 4 * dayMs);
    const debtor = addAccount(store, {}, early);
    addInvoice(store, debtor, { amount: "-8.00", number: "missed" }, early);
    addInvoice(store, debtor, { amount: "8.00", number: "collected" }, early);
    const { data } = await ops("report", "--month", month);
    expect(data.foundByRuns).toMatchObject([{ accountNumber: debtor.AccountNumber, why: "negative invoice" }]);
    expect(data.sparedCharges).toMatchObject([{ amount: "15.00", currency: "GBP", paymentRun: "PR-00000001" }]);
  });

  it("names whoever had idle credit beside what a run could charge, however old it was, and whatever we did since", async () => {
    addInvoice(tenant().store, busy, { amount: "9.00", number: "charged" }, early);
    const began = since + 10 * dayMs;
    ranAt(tenant().store, began);
    const namedIn = async () => (await ops("report", "--month", month)).data.foundByRuns;
    const { AccountNumber: accountNumber } = busy;
    const named = [{ accountNumber, why: "idle credit", beganAt: new Date(began).toISOString() }];
    expect(await namedIn()).toMatchObject(named);
    applyAfterwards(tenant(), "charged", "9.00");
    expect(await namedIn()).toMatchObject(named);
  });

  it("of one account is about that account alone", async () => {
    byOthers(tenant(), busy);
    const { status, data } = await ops("report", "--month", month, "--account", busy.AccountNumber);
    expect(data.currencies).toMatchObject([
      { opening: "10.00", new: "3.00", transferred: "4.00", byOthers: "3.00", stillNegative: "6.00" },
    ]);
    expect(data.credit).toMatchObject([{ opening: "13.00", transferred: "4.00", applied: "0.00", closing: "21.50" }]);
    expect(new Set(data.adjustments.map(({ accountId }: Record<string, string>) => accountId))).toEqual(
      new Set([busy.Id]),
    );
    expect({ status, account: data.account }).toEqual({ status: 0, account: busy.AccountNumber });
  });

  it("is the same by its days", async () => {
    const last = new Date(until - 1).toISOString().slice(0, 10);
    const { data } = await ops("report", "--since", `${month}-01`, "--until", last);
    expect(data.currencies).toEqual((await ops("report", "--month", month)).data.currencies);
  });
});

describe("what is kept of a report", () => {
  it("is a folder with the page and every table, ids included, and nothing is written over", async () => {
    const { busy } = acrossBothEnds(tenant());
    byOthers(tenant(), busy);
    const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-report-"));
    try {
      const args = ["report", "--month", month, "--folder", join(folder, "papers")];
      expect((await run(args, { json: false })).status).toBe(0);
      const names = await readdir(join(folder, "papers"));
      expect(names.toSorted()).toEqual([
        "adjustments-by-others.csv",
        "adjustments.csv",
        "credit-balances.csv",
        "days.csv",
        "found-by-payment-runs.csv",
        "held.csv",
        "negative-invoices.csv",
        "report.html",
        "revenue.csv",
        "spared-charges.csv",
        "stranded-credit-ageing.csv",
        "stranded-credit.csv",
        "waits.csv",
      ]);
      const adjustments = await readFile(join(folder, "papers", "adjustments.csv"), "utf8");
      expect(adjustments.split("\r\n")[1]).toContain(busy.Id);
      expect((await run(args)).status).toBe(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("names its amounts in thousands for people and plainly for programs, and who acts on what is held", async () => {
    const { store } = tenant();
    addAccount(store, { Status: "Draft", invoices: [{ amount: "-1234567.80", dueDate: "2026-01-31" }] }, before);
    const page = (await run(["report", "--format", "html"], { json: false })).out;
    expect(page).toContain(">1,234,567.80<");
    expect(page).toContain("Zuora adjusts active accounts only");
    expect(page).toContain("Prepared by");
    expect(page.indexOf("Prepared by")).toBeLessThan(page.indexOf("Held, and left to people"));
    const { data } = await ops("report");
    expect(data.held).toMatchObject([{ amount: "1234567.80", dueDate: "2026-01-31", who: "billing" }]);
    expect(Number(data.held[0].days)).toBeGreaterThan(4);
  });
});

describe("a period is refused", () => {
  it.each([
    ["that ends before it begins", ["--since", "2026-03-02", "--until", "2026-03-01"], "ends (2026-03-01) before"],
    ["that is still to come", ["--month", "2999-01"], "still to come"],
    ["that is no month", ["--month", "2026-13"], "--month: expected"],
    ["that is no day", ["--since", "2026-02-30"], "--since: expected"],
    ["that has an end and no beginning", ["--until", "2026-03-01"], "--until needs --since"],
    ["that is two", ["--month", "2026-03", "--since", "2026-03-01"], "exclude one another"],
  ])("%s", async (_what, args, words) => {
    const { status, err } = await ops("report", ...args);
    expect(status).toBe(2);
    expect(err).toContain(words);
  });
});
