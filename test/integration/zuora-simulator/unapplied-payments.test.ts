import { describe, expect, it } from "vitest";
import { toDecimal } from "../../../functions/domain/money.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount, addInvoice, addPaymentRun } from "../../zuora-simulator/build.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { addCustomerPayment } from "../../zuora-simulator/unapplied-payments/build-payment.ts";
import { client, useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/is no operation|no content type|unknown field|> 0|NOT have (fewer|more) than/);

/** An account with two open invoices and a payment of 25.00, some that are no money for invoices, and one beside it. */
const records = (): Store => {
  const store = new Store();
  const account = addAccount(store, { AccountNumber: "A1" });
  addInvoice(store, account, { number: "FIRST", amount: "30.00" });
  addInvoice(store, account, { number: "SECOND", amount: "20.00" });
  addInvoice(store, account, { number: "DRAFT", amount: "20.00", status: "Draft" });
  addInvoice(store, account, { number: "DOLLARS", amount: "20.00", currency: "USD" });
  addCustomerPayment(store, account, { amount: "25.00" });
  addCustomerPayment(store, account, { amount: "25.00", status: "Processing" });
  addCustomerPayment(store, account, { amount: "25.00", prepayment: true });
  addCustomerPayment(store, account, { amount: "25.00", effectiveDate: "2999-01-01" });
  addInvoice(store, addAccount(store, { AccountNumber: "A2" }), { number: "OTHER", amount: "9.00" });
  return store;
};

const zuora = useSimulatedZuora(records, { kind: "settlement" });

const store = () => zuora.server().tenant.store;
const idOf = (number: string) => store().invoices.one("InvoiceNumber", number)?.Id ?? "";
const entriesOf = (entries: Readonly<Record<string, number>>) =>
  Object.entries(entries).map(([number, amount]) => ({ invoiceId: idOf(number), amount }));
const put = (key: string, what: "apply" | "unapply", entries: Readonly<Record<string, number>>, more: object = {}) =>
  zuora.send("PUT", `/v1/payments/${key}/${what}`, { body: { invoices: entriesOf(entries), ...more } });
const queried = async (path: string) => (await zuora.send("GET", `/object-query/${path}`)).body.data;
const positions = () => [
  ...store().customerPayments.rows.map(({ unappliedAmount }) => toDecimal(unappliedAmount)),
  ...store().invoices.rows.map(({ Balance }) => toDecimal(Balance)),
];
const paid = "P-00000001";

describe("a payment that is applied", () => {
  it("answers the whole payment after it, takes its amounts off the invoices, and changes nothing of what is owed", async () => {
    const [account] = store().accounts.rows;
    const before = owedBy(zuora.server().tenant, account?.Id ?? "").toFixed();
    const { status, body } = await put(paid, "apply", { FIRST: 10.5, SECOND: 4.5 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ amount: 25, appliedAmount: 15, unappliedAmount: 10, refundAmount: 0, success: true });
    expect(owedBy(zuora.server().tenant, account?.Id ?? "").toFixed()).toBe(before);
    const { parts } = (await zuora.send("GET", `/v1/payments/${body.id}/parts`)).body;
    expect(parts).toMatchObject([
      { amount: 10.5, invoiceId: idOf("FIRST") },
      { amount: 4.5, invoiceId: idOf("SECOND") },
    ]);
  });

  it("is found by Object Query with its applications while money is left, and they with it", async () => {
    await put(paid, "apply", { FIRST: 10 });
    const money = "filter[]=status.EQ:Processed&filter[]=unappliedamount.GT:0";
    const found = await queried(`payments?${money}&expand[]=paymentapplications`);
    expect(found).toMatchObject([
      { paymentNumber: paid, unappliedAmount: 15, appliedAmount: 10, paymentApplications: [{ applyAmount: 10 }] },
      { paymentNumber: "P-00000003", prepayment: true },
      { paymentNumber: "P-00000004" },
    ]);
    expect(await queried(`payment-applications?filter[]=paymentid.EQ:${found[0].id}&expand[]=payment`)).toMatchObject([
      { applyAmount: 10, payment: { paymentNumber: paid } },
    ]);
  });

  it("can be taken back, in part or with empty lists as a whole", async () => {
    await put(paid, "apply", { FIRST: 10, SECOND: 5 });
    expect((await put(paid, "unapply", { FIRST: 4 })).body).toMatchObject({ appliedAmount: 11, unappliedAmount: 14 });
    expect((await put(paid, "unapply", {})).body).toMatchObject({ appliedAmount: 0, unappliedAmount: 25 });
    const rows = await queried("payment-applications");
    expect(rows.map(({ applyAmount }: { applyAmount: number }) => applyAmount)).toEqual([10, 5, -4, -6, -5]);
  });
});

describe("Zuora refuses, and changes nothing,", () => {
  it.each<[string, string, "apply" | "unapply", Readonly<Record<string, number>>, object, number]>([
    ["more than is unapplied", paid, "apply", { FIRST: 20, SECOND: 6 }, {}, 53830030],
    [
      "more than an invoice is owed, and with it the other entry",
      paid,
      "apply",
      { FIRST: 1, SECOND: 21 },
      {},
      53830020,
    ],
    ["another account's invoice", paid, "apply", { OTHER: 9 }, {}, 53830020],
    ["another currency", paid, "apply", { DOLLARS: 9 }, {}, 53830020],
    ["a draft", paid, "apply", { DRAFT: 9 }, {}, 53830030],
    ["a payment that is not processed", "P-00000002", "apply", { FIRST: 9 }, {}, 53830030],
    ["a reserved payment", "P-00000003", "apply", { FIRST: 9 }, {}, 53830030],
    ["a payment of a day to come", "P-00000004", "apply", { FIRST: 9 }, {}, 53830020],
    ["a day before the payment", paid, "apply", { FIRST: 9 }, { effectiveDate: "2001-01-01" }, 53830020],
    ["an amount with a fraction of a penny", paid, "apply", { FIRST: 9.001 }, {}, 53830020],
    ["an invoice that is not there", paid, "apply", { NOWHERE: 9 }, {}, 53830040],
    ["a payment that is not there", "P-99999999", "apply", { FIRST: 9 }, {}, 53830040],
    ["no invoice at all", paid, "apply", {}, {}, 53830022],
    ["a rule that is for memos alone", paid, "apply", { FIRST: 9 }, { applicationRule: "X" }, 53830021],
    ["to take back what was never applied", paid, "unapply", { FIRST: 9 }, {}, 53830020],
  ])("%s", async (_what, key, what, entries, more, code) => {
    const before = positions();
    const { body } = await put(key, what, entries, more);
    expect(body).toMatchObject({ success: false, reasons: [{ code }] });
    expect(positions()).toEqual(before);
  });

  it("a PUT without a body", async () => {
    const { status, body } = await zuora.send("PUT", `/v1/payments/${paid}/apply`, {});
    expect([status, body.reasons[0].code]).toEqual([415, 50000045]);
  });
});

it("payment runs that are told to take unapplied payments first, and charge the rest", () => {
  const now = Date.UTC(2026, 10, 23, 9);
  const own = new Store();
  const account = addAccount(own, { invoices: [{ amount: "30.00", invoiceDate: "2026-11-01" }] });
  addCustomerPayment(own, account, { amount: "12.00" }, now);
  const tenant = new Tenant({ client, store: own, kind: "settlement" });
  const planned = { targetDate: "2026-11-23", runDate: "2026-11-23 09:00:00" };
  const run = addPaymentRun(own, { ...planned, autoApplyUnappliedPayment: true });
  const payments = startPaymentRun(own, run, now, tenant.memoRulesAt(now));
  expect(payments.map(({ Amount }) => toDecimal(Amount))).toEqual(["18"]);
  expect(own.customerPayments.rows.map(({ unappliedAmount }) => toDecimal(unappliedAmount))).toEqual(["0"]);
});
