import { describe, expect, it } from "vitest";
import { toDecimal } from "../../../functions/domain/money.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { finishPaymentRun, startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/sort|pageSize/);

const due = { amount: "10.00", invoiceDate: "2026-10-01", dueDate: "2026-10-31" };

const records = (): Store => {
  const store = new Store();
  addAccount(store, {
    AccountNumber: "DUE",
    invoices: [due, { ...due, dueDate: "2026-12-01" }, { ...due, status: "Draft" }],
  });
  addAccount(store, { AccountNumber: "MANUAL", AutoPay: false, invoices: [due] });
  addAccount(store, { AccountNumber: "OTHER-BATCH", Batch: "Batch2", invoices: [due] });
  addAccount(store, { AccountNumber: "OTHER-CURRENCY", Currency: "EUR", invoices: [due] });
  return store;
};

const zuora = useSimulatedZuora(records);

const run = { targetDate: "2026-11-23", runDate: "2026-11-23 09:00:00" };

/** Numbers of the accounts that a run charges. */
const chargedBy = (filters: Partial<Parameters<typeof addPaymentRun>[1]>) => {
  const { store } = zuora.server().tenant;
  const payments = startPaymentRun(store, addPaymentRun(store, { ...run, ...filters }), Date.now());
  return payments.map(({ AccountId }) => store.accounts.one("Id", AccountId)?.AccountNumber);
};

describe("a payment run", () => {
  it.each([
    [{}, ["DUE", "OTHER-BATCH", "OTHER-CURRENCY"]],
    [{ batch: "Batch2" }, ["OTHER-BATCH"]],
    [{ currency: "EUR" }, ["OTHER-CURRENCY"]],
    [{ targetDate: "2026-10-30" }, []],
    [{ targetDate: "2026-12-01" }, ["DUE", "DUE", "OTHER-BATCH", "OTHER-CURRENCY"]],
  ])("that filters by %j charges what is posted, open, due and paid automatically: %j", (filters, accounts) => {
    expect(chargedBy(filters)).toEqual(accounts);
  });

  it("is seen while it runs, its payments too, and takes what it charged off the invoices at its end", async () => {
    const { store } = zuora.server().tenant;
    const planned = addPaymentRun(store, { ...run, currency: "EUR" });
    const listed = async (status: string) =>
      (await zuora.send("GET", `/v1/payment-runs?status=${status}&pageSize=40&page=1`)).body.paymentRuns;
    const processing = async () =>
      (await zuora.query("select Id, AccountId from Payment where Status = 'Processing'")).body;
    expect(await listed("Pending")).toMatchObject([{ ...run, currency: "EUR", batch: null, status: "Pending" }]);

    const payments = startPaymentRun(store, planned, Date.now());
    expect(await listed("Processing")).toMatchObject([{ id: planned.id }]);
    expect((await processing()).records).toEqual([{ Id: payments[0]?.Id, AccountId: payments[0]?.AccountId }]);

    expect(finishPaymentRun(store, planned, payments, Date.now())).toEqual([]);
    expect(await listed("Processing")).toEqual([]);
    expect(await processing()).toEqual({ size: 0, done: true });
    const invoice = store.invoices.one("Id", payments[0]?.InvoiceId ?? "");
    expect(invoice === undefined ? undefined : toDecimal(invoice.Balance)).toBe("0");
  });

  it("names every payment that took more than was still owed", () => {
    const { store } = zuora.server().tenant;
    const planned = addPaymentRun(store, { ...run, currency: "EUR" });
    const payments = startPaymentRun(store, planned, Date.now());
    const invoice = store.invoices.one("Id", payments[0]?.InvoiceId ?? "");
    if (invoice !== undefined) invoice.Balance = invoice.Balance.minus("0.01") as typeof invoice.Balance;
    expect(finishPaymentRun(store, planned, payments, Date.now())).toEqual([store.payments.rows[0]]);
  });

  it.each([
    ["", "3 2 1"],
    ["sort=-createdDate", "1 2 3"],
    ["sort=%2BcreatedDate", "3 2 1"],
    ["sort=createdDate", "3 2 1"],
    ["sort=-targetDate,%2BcreatedDate", "3 1 2"],
  ])("is listed as Zuora sorts, by %j: %s", async (sort, order) => {
    const { store } = zuora.server().tenant;
    const days = ["2026-11-22", "2026-11-23", "2026-11-21"];
    for (const [index, targetDate] of days.entries()) addPaymentRun(store, { ...run, targetDate }, index * 1000);
    const { paymentRuns } = (await zuora.send("GET", `/v1/payment-runs?${sort}`)).body;
    expect(paymentRuns.map((each: { number: string }) => each.number.at(-1)).join(" ")).toBe(order);
  });

  it.each(["-amount", "createdDate,status,targetDate", "*status"])("is not sorted by %s", async (sort) => {
    expect((await zuora.send("GET", `/v1/payment-runs?sort=${sort}`)).status).toBe(400);
  });

  it("pages by at most 40, and one is found by its number", async () => {
    const { store } = zuora.server().tenant;
    for (let index = 0; index < 41; index += 1) addPaymentRun(store, run);
    const pageOf = async (page: number) => (await zuora.send("GET", `/v1/payment-runs?pageSize=40&page=${page}`)).body;
    const [first, second] = [await pageOf(1), await pageOf(2)];
    expect([first.paymentRuns.length, second.paymentRuns.length]).toEqual([40, 1]);
    expect([first.nextPage, second.nextPage]).toEqual(["/payment-runs?pageSize=40&page=2", undefined]);
    expect((await zuora.send("GET", "/v1/payment-runs?pageSize=41")).status).toBe(400);
    expect((await zuora.send("GET", "/v1/payment-runs/PR-00000041")).body).toMatchObject({ success: true, ...run });
  });
});
