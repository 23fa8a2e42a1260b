import { describe, expect, it } from "vitest";
import { createRecords } from "../../../../functions/zuora/records/records.ts";
import { json, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

describe("what adjusted an invoice past any credit", () => {
  const adjustment = {
    Id: "1",
    AdjustmentNumber: "IA-1",
    AccountId: "a",
    InvoiceId: "i",
    InvoiceNumber: "INV1",
    Type: "Charge",
    Amount: 2.5,
    Status: "Processed",
    CreatedDate: "2026-11-02T03:04:05.000Z",
    UpdatedDate: "2026-11-02T03:04:05.000Z",
  };

  it("is read of both kinds, and is nobody's run", async () => {
    const zuora = new TabledZuora({
      InvoiceAdjustment: [adjustment],
      InvoiceItemAdjustment: [{ ...adjustment, Id: "2", Type: "Credit", AdjustmentNumber: "IIA-1" }],
    });
    const found = await createRecords(connected(zuora), invocation()).adjustmentsOfInvoicesAlone(["i"]);
    expect(found.map(({ id, type, isOfInvoiceAlone, reference }) => [id, type, isOfInvoiceAlone, reference])).toEqual([
      ["1", "Increase", true, undefined],
      ["2", "Decrease", true, undefined],
    ]);
  });

  it("is nothing where a tenant has no such objects, and not guessed where it is refused for another reason", async () => {
    const refusing = (code: string) =>
      new ScriptedZuora(...Array(4).fill(json(400, { FaultCode: code, FaultMessage: "no" })));
    const read = (code: string) =>
      createRecords(connected(refusing(code)), invocation()).adjustmentsOfInvoicesAlone(["i"]);
    expect(await read("INVALID_TYPE")).toEqual([]);
    expect((await errorOf(read("INVALID_FIELD"))).code).toBe("ZUORA_CONTRACT");
  });
});

describe("what Zuora recorded for a run", () => {
  const read = (rows: readonly object[]) =>
    createRecords(connected(new TabledZuora({ CreditBalanceAdjustment: rows })), invocation()).adjustmentsOfRun(
      "zcs-1",
    );

  const row = {
    Id: "1",
    Number: "CBA-1",
    AccountId: "a",
    Type: "Increase",
    Amount: 0.1,
    Status: "Processed",
    SourceTransactionId: "i",
    SourceTransactionNumber: "INV1",
    ReferenceId: "zcs-1",
    CreatedDate: "2026-11-02T03:04:05.000Z",
    UpdatedDate: "2026-11-02T03:04:05.000Z",
  };

  it("is read once per adjustment, with exact amounts", async () => {
    const found = await read([row, row, { ...row, Id: "2", Type: "Decrease" }]);
    expect(found.map(({ id, type, amount }) => [id, type, amount.toFixed()])).toEqual([
      ["1", "Increase", "0.1"],
      ["2", "Decrease", "0.1"],
    ]);
  });

  it("is not guessed where a record is wrong", async () => {
    expect((await errorOf(read([{ ...row, Type: "Sideways" }]))).code).toBe("ZUORA_CONTRACT");
  });
});
