import { describe, expect, it } from "vitest";
import { createRecords } from "../../../../functions/zuora/records/records.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

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
