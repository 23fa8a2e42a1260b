import { describe, expect, it } from "vitest";
import { fromDecimal, toDecimal } from "../../../functions/domain/money.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { payByHand } from "../../zuora-simulator/hands.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/Status must|unknown field/);

const records = (): Store => {
  const store = new Store();
  addAccount(store, {
    AccountNumber: "A1",
    invoices: [
      { number: "NEG", amount: "-10.00" },
      { number: "OPEN", amount: "25.00" },
      { number: "DRAFT", amount: "-3.00", status: "Draft" },
      { number: "FUTURE", amount: "-4.00", invoiceDate: "2999-01-01" },
    ],
  });
  addAccount(store, { Status: "Canceled", invoices: [{ number: "GONE", amount: "-5.00" }] });
  return store;
};

const zuora = useSimulatedZuora(records);

const store = () => zuora.server().tenant.store;

const balance = (number: string) =>
  toDecimal(store().invoices.one("InvoiceNumber", number)?.Balance ?? fromDecimal("999"));

const credit = () => toDecimal(store().accounts.one("AccountNumber", "A1")?.CreditBalance ?? fromDecimal("999"));

const adjust = async (type: string, number: string, amount: unknown) => {
  const { body } = await zuora.create([{ Type: type, Amount: amount, SourceTransactionNumber: number }]);
  return body[0].Success ? (body[0].Id as string) : (body[0].Errors[0] as { Code: string; Message: string });
};

const tooMuch = "You cannot transfer an amount greater than the invoice balance. Please update and try again.";

describe("an adjustment", () => {
  it("Increase moves a negative balance to the credit, Decrease moves credit to an open invoice", async () => {
    await adjust("Increase", "NEG", 10);
    expect([balance("NEG"), credit()]).toEqual(["0", "10"]);
    await adjust("Decrease", "OPEN", 10);
    expect([balance("OPEN"), credit()]).toEqual(["15", "0"]);
  });

  it("is told apart from payments on the invoice", async () => {
    await adjust("Increase", "NEG", 10);
    await adjust("Decrease", "OPEN", 10);
    const invoice = store().invoices.one("InvoiceNumber", "OPEN");
    if (invoice !== undefined) payByHand(invoice, "1.50", Date.now());
    const fields = "Amount, Balance, CreditBalanceAdjustmentAmount, PaymentAmount";
    const { body } = await zuora.query(`select ${fields} from Invoice where InvoiceNumber = 'OPEN'`);
    expect(body.records).toEqual([
      { Amount: 25, Balance: 13.5, CreditBalanceAdjustmentAmount: 10, PaymentAmount: 1.5 },
    ]);
  });

  it("is recorded with what an audit asks for", async () => {
    const object = {
      Type: "Increase",
      Amount: 2.5,
      SourceTransactionNumber: "NEG",
      Comment: "why",
      ReferenceId: "run-1",
    };
    const { body } = await zuora.create([object]);
    const found = await zuora.send("GET", `/v1/object/credit-balance-adjustment/${body[0].Id}`);
    const account = store().accounts.one("AccountNumber", "A1");
    const invoice = store().invoices.one("InvoiceNumber", "NEG");
    expect(found.body).toMatchObject({
      Number: "CBA-00000001",
      AccountId: account?.Id,
      Type: "Increase",
      Amount: 2.5,
      SourceTransactionType: "Invoice",
      SourceTransactionId: invoice?.Id,
      SourceTransactionNumber: "NEG",
      Status: "Processed",
      Comment: "why",
      ReferenceId: "run-1",
    });
    expect(invoice?.UpdatedDate).toBeGreaterThan(invoice?.CreatedDate ?? 0);
  });

  it.each([
    ["a second time, when nothing is open any more", "Increase", "NEG", 10, tooMuch],
    ["above what is open", "Increase", "NEG", 10.01, tooMuch],
    ["from a positive invoice", "Increase", "OPEN", 1, tooMuch],
    ["from a draft", "Increase", "DRAFT", 3, "not posted"],
    ["from an invoice of the future", "Increase", "FUTURE", 4, "invoice date"],
    ["from an invoice of a canceled account", "Increase", "GONE", 5, "not active"],
    ["to an invoice above its balance", "Decrease", "OPEN", 25.01, "invoice balance"],
    ["to an invoice above the credit", "Decrease", "OPEN", 10.01, "credit balance"],
    ["to a negative invoice", "Decrease", "NEG", 1, "invoice balance"],
  ])("is refused %s", async (what, type, number, amount, message) => {
    if (what.startsWith("a second") || type === "Decrease") await adjust("Increase", "NEG", 10);
    expect(await adjust(type, number, amount)).toEqual({
      Code: "INVALID_VALUE",
      Message: expect.stringContaining(message),
    });
  });

  it("is refused in a closed accounting period", async () => {
    const { tenant } = zuora.server();
    tenant.closedPeriods.add(tenant.store.accounts.one("AccountNumber", "A1")?.Id ?? "");
    expect(await adjust("Increase", "NEG", 10)).toMatchObject({ Code: "ACCOUNTING_PERIOD_CLOSED" });
  });

  it("stands or falls for itself: the other rows of a call are carried out, in order", async () => {
    const row = (Type: string, number: string, Amount: number) => ({ Type, Amount, SourceTransactionNumber: number });
    const { status, body } = await zuora.create([
      row("Increase", "NEG", 6),
      row("Increase", "NEG", 6),
      row("Increase", "NEG", 4),
    ]);
    expect(status).toBe(200);
    expect(body.map(({ Success }: { Success: boolean }) => Success)).toEqual([true, false, true]);
    expect([balance("NEG"), credit()]).toEqual(["0", "10"]);
  });

  it("by the object's own address is one result, and a refusal is an HTTP 400", async () => {
    const path = "/v1/object/credit-balance-adjustment";
    const body = { Type: "Increase", Amount: 10, SourceTransactionNumber: "NEG" };
    expect(await zuora.send("POST", path, { body })).toMatchObject({ status: 200, body: { Success: true } });
    expect(await zuora.send("POST", path, { body })).toMatchObject({
      status: 400,
      body: { Success: false, Errors: [{ Code: "INVALID_VALUE", Message: tooMuch }] },
    });
  });

  it("is found by its id however many were looked up before it was made", async () => {
    for (const amount of [1, 2, 3]) {
      const id = await adjust("Increase", "NEG", amount);
      const found = await zuora.send("GET", `/v1/object/credit-balance-adjustment/${id}`);
      expect(found).toMatchObject({ status: 200, body: { Amount: amount } });
    }
  });

  it("that nobody made is a 404 that looks like a query's answer", async () => {
    const answer = await zuora.send("GET", "/v1/object/credit-balance-adjustment/unknown");
    expect(answer).toMatchObject({ status: 404, body: { records: {}, size: 0, done: true } });
  });
});

describe("an amount keeps all its digits", () => {
  it.each(["123456789012345.12", "0.10", "99999999999999999999.99"])("%s, written and read", async (digits) => {
    const account = addAccount(store(), { invoices: [{ number: "BIG", amount: `-${digits}` }] });
    const object = `{"Type":"Increase","Amount":${digits},"SourceTransactionNumber":"BIG"}`;
    const created = await zuora.send("POST", "/v1/action/create", {
      body: `{"type":"CreditBalanceAdjustment","objects":[${object}]}`,
    });
    expect(created.body[0].Success).toBe(true);
    const { text } = await zuora.query(`select CreditBalance from Account where Id = '${account.Id}'`);
    expect(text).toContain(`"CreditBalance":${toDecimal(fromDecimal(digits))}}`);
  });
});

describe("canceling", () => {
  const cancel = (id: unknown) =>
    zuora.send("PUT", `/v1/object/credit-balance-adjustment/${id}`, { body: { Status: "Canceled" } });

  it("an Increase opens the negative invoice again while the credit covers it", async () => {
    const id = await adjust("Increase", "NEG", 10);
    expect(await cancel(id)).toMatchObject({ status: 200, body: { Success: true, Id: id } });
    expect([balance("NEG"), credit()]).toEqual(["-10", "0"]);
  });

  it("an Increase is refused once its credit is spent", async () => {
    const id = await adjust("Increase", "NEG", 10);
    await adjust("Decrease", "OPEN", 0.01);
    expect(await cancel(id)).toMatchObject({ status: 400, body: { Success: false } });
    expect([balance("NEG"), balance("OPEN"), credit()]).toEqual(["0", "24.99", "9.99"]);
  });

  it("a Decrease gives the credit back, even to an invoice that was paid meanwhile", async () => {
    await adjust("Increase", "NEG", 10);
    const id = await adjust("Decrease", "OPEN", 10);
    const invoice = store().invoices.one("InvoiceNumber", "OPEN");
    if (invoice !== undefined) payByHand(invoice, "15.00", Date.now());
    await cancel(id);
    expect([balance("OPEN"), credit()]).toEqual(["10", "10"]);
  });

  it("twice changes nothing the second time, and there is no way back", async () => {
    const id = await adjust("Increase", "NEG", 10);
    await cancel(id);
    await cancel(id);
    expect([balance("NEG"), credit()]).toEqual(["-10", "0"]);
    const back = await zuora.send("PUT", `/v1/object/credit-balance-adjustment/${id}`, {
      body: { Status: "Processed" },
    });
    expect(back.status).toBe(400);
  });

  it("several at once is an action with a result for each", async () => {
    const ids = [await adjust("Increase", "NEG", 4), "unknown", await adjust("Increase", "NEG", 6)];
    const objects = ids.map((Id) => ({ Id, Status: "Canceled" }));
    const { body } = await zuora.send("POST", "/v1/action/update", {
      body: { type: "CreditBalanceAdjustment", objects },
    });
    expect(body.map(({ Success }: { Success: boolean }) => Success)).toEqual([true, false, true]);
    expect([balance("NEG"), credit()]).toEqual(["-10", "0"]);
  });

  it("another status than Zuora's two is refused", async () => {
    const id = await adjust("Increase", "NEG", 10);
    const path = `/v1/object/credit-balance-adjustment/${id}`;
    const answer = await zuora.send("PUT", path, { body: { Status: "Cancelled" } });
    const refusal = { Code: "INVALID_VALUE", Message: "The Status must be one of Processed, Canceled" };
    expect(answer).toMatchObject({ status: 400, body: { Success: false, Errors: [refusal] } });
    expect([balance("NEG"), credit()]).toEqual(["0", "10"]);
  });

  it("several at once with a misspelt field is refused as a whole with rejectUnknownFields", async () => {
    const id = await adjust("Increase", "NEG", 10);
    const body = { type: "CreditBalanceAdjustment", objects: [{ Id: id, Status: "Canceled", Statuss: "x" }] };
    const answer = await zuora.send("POST", "/v1/action/update?rejectUnknownFields=true", { body });
    expect(answer).toMatchObject({ status: 400, body: { message: "Error - unrecognised fields" } });
    expect([balance("NEG"), credit()]).toEqual(["0", "10"]);
  });

  it("a field that cannot be changed is refused with rejectUnknownFields", async () => {
    const id = await adjust("Increase", "NEG", 10);
    const path = `/v1/object/credit-balance-adjustment/${id}?rejectUnknownFields=true`;
    const answer = await zuora.send("PUT", path, { body: { ReferenceId: "other" } });
    expect(answer).toMatchObject({ status: 400, body: { message: "Error - unrecognised fields" } });
  });
});
