import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/./);

const today = () => new Date().toISOString().slice(0, 10);

const oneNegativeInvoice = (): Store => {
  const store = new Store();
  addAccount(store, { invoices: [{ amount: "-10.00", number: "INV1" }] });
  return store;
};

const zuora = useSimulatedZuora(oneNegativeInvoice);

const manyConditions = (count: number) =>
  `select Id from Invoice where ${Array.from({ length: count }, (_, index) => `Id = 'i${index}'`).join(" or ")}`;

describe("a query that ZOQL does not allow", () => {
  it.each<[string, string, string, string]>([
    ["parentheses", "select Id from Invoice where (Status = 'Posted')", "MALFORMED_QUERY", "near '(Status"],
    ["a list with in", "select Id from Invoice where Id in ('a', 'b')", "MALFORMED_QUERY", "near '('a'"],
    ["order by", "select Id from Invoice order by Id", "MALFORMED_QUERY", "expected where near 'order'"],
    ["order by after where", "select Id from Invoice where Id = 'a' order by Id", "MALFORMED_QUERY", "near 'order'"],
    ["an asterisk", "select * from Invoice", "MALFORMED_QUERY", "near '* from"],
    ["an aggregate", "select count(Id) from Invoice", "MALFORMED_QUERY", "near '(Id)"],
    ["no field", "select from Invoice", "MALFORMED_QUERY", "expected a field or object near 'from'"],
    ["two objects", "select Id from Invoice, Account", "MALFORMED_QUERY", "expected where near ','"],
    ["a join", "select Id, Account.Name from Invoice", "INVALID_FIELD", "Invoice.Account.Name"],
    ["an unknown object", "select Id from CreditMemo", "INVALID_TYPE", "CreditMemo"],
    ["an object of REST only", "select id from PaymentRun", "INVALID_TYPE", "PaymentRun"],
    [
      "an unknown field",
      "select accountid1 from Invoice",
      "INVALID_FIELD",
      "invalid field for query: Invoice.accountid1",
    ],
    ["a field in the wrong case", "select invoicenumber from Invoice", "INVALID_FIELD", "Invoice.invoicenumber"],
    ["a custom field that nobody made", "select Id, Optout__c from Account", "INVALID_FIELD", "Account.Optout__c"],
    ["an unknown field to filter by", "select Id from Invoice where Foo = 'a'", "INVALID_FIELD", "Invoice.Foo"],
    ["a field that cannot be filtered", "select Id from Invoice where Currency = 'GBP'", "INVALID_FIELD", "Currency"],
    [
      "a field that only sums up",
      "select Id from Invoice where CreditBalanceAdjustmentAmount > 0",
      "INVALID_FIELD",
      "CreditBalanceAdjustmentAmount",
    ],
    ["a date without quotes", "select Id from Invoice where InvoiceDate = 2026-01-31", "MALFORMED_QUERY", "2026-01-31"],
    [
      "a day that does not exist",
      "select Id from Invoice where InvoiceDate = '2026-02-31'",
      "INVALID_VALUE",
      "InvoiceDate",
    ],
    [
      "a dateTime for a date",
      "select Id from Invoice where InvoiceDate = 2026-01-31T00:00:00Z",
      "INVALID_VALUE",
      "InvoiceDate",
    ],
    [
      "a dateTime in quotes",
      "select Id from Invoice where UpdatedDate > '2026-01-31T00:00:00Z'",
      "INVALID_VALUE",
      "UpdatedDate",
    ],
    [
      "a date for a dateTime",
      "select Id from Invoice where UpdatedDate > '2026-01-31'",
      "INVALID_VALUE",
      "UpdatedDate",
    ],
    [
      "an hour that does not exist",
      "select Id from Invoice where UpdatedDate > 2026-01-31T25:00:00Z",
      "INVALID_VALUE",
      "UpdatedDate",
    ],
    ["an amount in quotes", "select Id from Invoice where Balance < '0'", "INVALID_VALUE", "Balance"],
    ["a text without quotes", "select Id from Invoice where Status = Posted", "MALFORMED_QUERY", "near 'Posted'"],
    ["a number for a text", "select Id from Invoice where Status = 1", "INVALID_VALUE", "Status"],
    ["a boolean in quotes", "select Id from Account where AutoPay = 'true'", "INVALID_VALUE", "AutoPay"],
    ["another field on the right", "select Id from Invoice where Balance < Amount", "MALFORMED_QUERY", "near 'Amount'"],
    [
      "two percent signs",
      "select Id from Invoice where InvoiceNumber like '%NV%'",
      "INVALID_VALUE",
      "one % at the start or the end",
    ],
    [
      "a percent sign in the middle",
      "select Id from Invoice where InvoiceNumber like 'I%V'",
      "INVALID_VALUE",
      "one % at the start or the end",
    ],
    ["like on an amount", "select Id from Invoice where Balance like '1%'", "INVALID_VALUE", "Balance"],
    ["less than null", "select Id from Invoice where Balance < null", "MALFORMED_QUERY", "null"],
    ["an open text", "select Id from Invoice where Status = 'Posted", "MALFORMED_QUERY", "near ''Posted'"],
    ["an unknown escape", "select Id from Invoice where Status = 'a\\x'", "MALFORMED_QUERY", "near"],
    ["no condition after where", "select Id from Invoice where", "MALFORMED_QUERY", "near 'the end'"],
    ["and at the end", "select Id from Invoice where Id = 'a' and", "MALFORMED_QUERY", "near 'the end'"],
    ["201 conditions", manyConditions(201), "MALFORMED_QUERY", "more than 200"],
    [
      "more than 10,000 characters",
      `select Id from Invoice where Id = '${"a".repeat(10_000)}'`,
      "MALFORMED_QUERY",
      "10000 characters",
    ],
  ])("%s is refused", async (_what, queryString, code, text) => {
    const { status, body } = await zuora.query(queryString);
    expect([status, body.FaultCode]).toEqual([400, code]);
    expect(body.FaultMessage).toContain(text);
  });

  it("stays allowed up to the limits: 200 conditions", async () => {
    expect((await zuora.query(manyConditions(200))).status).toBe(200);
  });

  it.each([
    ["Currency", 146, 147],
    ["SourceType", 117, 118],
    ["AutoPay", 88, 89],
    ["BillRunId", 65, 66],
  ])("Invoice.%s is refused by WSDL version %i and known by %i", async (field, before, since) => {
    const ask = (version: number) =>
      zuora.query(`select ${field} from Invoice`, { "x-zuora-wsdl-version": String(version) });
    expect((await ask(before)).body.FaultCode).toBe("INVALID_FIELD");
    expect((await ask(since)).status).toBe(200);
  });

  it("without a WSDL version, version 79 decides", async () => {
    const headers = { "x-zuora-wsdl-version": undefined };
    expect((await zuora.query("select AutoPay from Invoice", headers)).body.FaultCode).toBe("INVALID_FIELD");
    expect((await zuora.query("select BillRunId from Invoice", headers)).status).toBe(200);
  });
});

describe("a call that is malformed as a whole", () => {
  it.each([0, 2001, 1.5, "100"])("batchSize %j is refused", async (batchSize) => {
    const body = { queryString: "select Id from Invoice", conf: { batchSize } };
    expect(await zuora.send("POST", "/v1/action/query", { body })).toMatchObject({
      status: 400,
      body: { FaultCode: "INVALID_VALUE" },
    });
  });

  it("51 objects are refused, and not one of them is created", async () => {
    const { invoices, adjustments } = zuora.server().tenant.store;
    const [invoice] = invoices.rows;
    const object = { Type: "Increase", Amount: 1, SourceTransactionId: invoice?.Id };
    const answer = await zuora.create(Array<unknown>(51).fill(object));
    expect(answer).toMatchObject({ status: 400, body: { FaultCode: "MAX_RECORDS_EXCEEDED" } });
    expect(adjustments.rows).toEqual([]);
  });

  it.each([
    ["another type", { type: "Invoice", objects: [{}] }, "INVALID_TYPE"],
    ["no objects", { type: "CreditBalanceAdjustment", objects: [] }, "MISSING_REQUIRED_VALUE"],
    ["objects that are no list", { type: "CreditBalanceAdjustment", objects: {} }, "MISSING_REQUIRED_VALUE"],
  ])("%s is refused", async (_what, body, code) => {
    expect(await zuora.send("POST", "/v1/action/create", { body })).toMatchObject({
      status: 400,
      body: { FaultCode: code },
    });
  });

  it("a body that is no JSON is refused", async () => {
    const answer = await zuora.send("POST", "/v1/action/query", { body: "{queryString:" });
    expect(answer).toMatchObject({ status: 400, body: { success: false, reasons: [{ code: 50000090 }] } });
  });

  it("a body that is not announced as JSON is refused", async () => {
    const answer = await zuora.send("POST", "/v1/action/query", {
      body: "{}",
      headers: { "content-type": "text/plain" },
    });
    expect(answer).toMatchObject({ status: 415, body: { reasons: [{ code: 50000045 }] } });
  });

  it("an unknown action is refused in Zuora's words", async () => {
    expect(await zuora.send("POST", "/v1/action/query1", { body: {} })).toMatchObject({
      status: 400,
      body: { code: "ClientError", message: "Invalid action 'query1'" },
    });
  });

  it("a GET of an action is refused", async () => {
    expect((await zuora.send("GET", "/v1/action/query")).status).toBe(405);
  });

  it.each([
    ["2024-05-20", 404],
    ["2024-05-19", 200],
    ["309.0", 200],
  ])("an unknown address under Zuora-Version %s is answered with HTTP %i and says so", async (version, status) => {
    const answer = await zuora.send("GET", "/v1/nothing-here", { headers: { "zuora-version": version } });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ success: false, reasons: [{ code: 50000040 }] });
    expect(answer.body.reasons[0].message).toBe("The endpoint /v1/nothing-here does not exist");
  });

  it.each(["2026-10-31T05:00:00", "a;b", `a"b`, "a'b", "x".repeat(65)])(
    "the track id %s is refused",
    async (trackId) => {
      const answer = await zuora.send("GET", "/v1/payment-runs", { headers: { "zuora-track-id": trackId } });
      expect(answer.status).toBe(400);
    },
  );

  it("a track id of 64 characters passes and is echoed", async () => {
    const trackId = "x".repeat(64);
    const { status, headers } = await zuora.send("GET", "/v1/payment-runs", { headers: { "zuora-track-id": trackId } });
    expect([status, headers.get("zuora-track-id")]).toEqual([200, trackId]);
  });
});

describe("an adjustment that is malformed", () => {
  const transfer = () => ({ Type: "Increase", Amount: 10, SourceTransactionNumber: "INV1" });

  it.each<[string, Record<string, unknown>, string, string]>([
    ["no amount", { Amount: undefined }, "MISSING_REQUIRED_VALUE", "Amount"],
    ["no type", { Type: undefined }, "MISSING_REQUIRED_VALUE", "Type"],
    ["no source", { SourceTransactionNumber: undefined }, "MISSING_REQUIRED_VALUE", "SourceTransactionId"],
    ["an amount in quotes", { Amount: "10.00" }, "INVALID_VALUE", "must be a number"],
    ["an amount of nothing", { Amount: 0 }, "INVALID_VALUE", "positive"],
    ["a negative amount", { Amount: -10 }, "INVALID_VALUE", "positive"],
    ["more decimal places than the currency has", { Amount: 9.999 }, "INVALID_VALUE", "decimal places"],
    ["another type", { Type: "increase" }, "INVALID_VALUE", "Type"],
    [
      "an unknown invoice",
      { SourceTransactionNumber: "INV2" },
      "INVALID_VALUE",
      "The invoice could not be found. It may have been deleted by another user.",
    ],
    ["yesterday's date", { AdjustmentDate: "2020-01-01" }, "INVALID_VALUE", "AdjustmentDate"],
    ["a comment of 256 characters", { Comment: "x".repeat(256) }, "INVALID_VALUE", "Comment"],
    ["an emoji", { Comment: "credit \u{1F4B7}" }, "INVALID_VALUE", "not supported"],
    ["a reference of 61 characters", { ReferenceId: "x".repeat(61) }, "INVALID_VALUE", "ReferenceId"],
    ["a reason code of 33 characters", { ReasonCode: "x".repeat(33) }, "INVALID_VALUE", "ReasonCode"],
  ])("%s is refused", async (_what, change, code, text) => {
    const { status, body } = await zuora.create([{ ...transfer(), ...change }]);
    expect(status).toBe(200);
    expect(body).toEqual([{ Success: false, Errors: [{ Code: code, Message: expect.stringContaining(text) }] }]);
  });

  it("the same without the mistake is accepted, with today's date too", async () => {
    const { body } = await zuora.create([{ ...transfer(), AdjustmentDate: today(), Comment: "x".repeat(255) }]);
    expect(body).toEqual([{ Success: true, Id: expect.any(String) }]);
  });

  it("a misspelt field refuses the whole call with rejectUnknownFields, and nothing is created", async () => {
    const body = { type: "CreditBalanceAdjustment", objects: [transfer(), { ...transfer(), Coment: "x" }] };
    const answer = await zuora.send("POST", "/v1/action/create?rejectUnknownFields=true", { body });
    expect(answer).toMatchObject({ status: 400, body: { message: "Error - unrecognised fields" } });
    expect(zuora.server().tenant.store.adjustments.rows).toEqual([]);
  });

  it("a misspelt field is silently dropped without rejectUnknownFields", async () => {
    const { body } = await zuora.create([{ ...transfer(), Coment: "x" }]);
    expect(body[0].Success).toBe(true);
    expect(zuora.server().tenant.store.adjustments.rows[0]?.Comment).toBeUndefined();
  });
});
