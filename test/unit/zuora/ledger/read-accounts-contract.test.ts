import { describe, expect, it } from "vitest";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { errorOf } from "../fixtures.ts";
import { accountRow, invoiceRow, read } from "./readings.ts";

describe("one record beyond understanding condemns its own account, with the path that did not match, and no other:", () => {
  const tables = { Account: [accountRow("a"), accountRow("b")], Invoice: [invoiceRow("INV1")] };
  it.each<[string, Tables, string]>([
    ["an amount that is none", { Invoice: [invoiceRow("INV1", { Balance: "canary" })] }, "Balance: "],
    ["an amount of ten places", { Invoice: [invoiceRow("INV1", { Amount: 0.1234567891 })] }, "Amount: "],
    ["a missing balance", { Invoice: [invoiceRow("INV1", { Balance: undefined })] }, "Balance: "],
    ["a date that is none", { Invoice: [invoiceRow("INV1", { InvoiceDate: "canary" })] }, "InvoiceDate: "],
    [
      "an account without a currency",
      { Account: [accountRow("a", { Currency: undefined }), accountRow("b")] },
      "Currency: ",
    ],
    [
      "credit that is a truth value",
      { Account: [accountRow("a", { CreditBalance: true }), accountRow("b")] },
      "CreditBalance: ",
    ],
    [
      "a canceled adjustment of a wrong form",
      { CreditBalanceAdjustment: [{ Id: "c", AccountId: "a", SourceTransactionId: {} }] },
      "SourceTransactionId: ",
    ],
  ])("%s", async (_name, wrong, path) => {
    const found = await read(new TabledZuora({ ...tables, ...wrong }), ["a", "b"]);
    expect(found.get("a")).toMatchObject({
      code: "ZUORA_CONTRACT",
      scope: "record",
      message: expect.stringContaining(path),
    });
    expect((found.get("a") as Error).message).not.toContain("canary");
    expect(found.get("b")).toMatchObject({ id: "b" });
  });

  it("and no draft does: it is none of the invoices that are settled, however unfinished", async () => {
    const draft = invoiceRow("INV2", { Status: "Generating", InvoiceNumber: undefined, Amount: undefined });
    const found = await read(new TabledZuora({ ...tables, Invoice: [invoiceRow("INV1"), draft] }), ["a", "b"]);
    expect(found.get("a")).toMatchObject({ invoices: [{ number: "INV1" }] });
  });

  it("an account that Zuora does not know", async () => {
    const found = await read(new TabledZuora({ Account: [accountRow("b")] }), ["a", "b"]);
    expect(found.get("a")).toMatchObject({ code: "ZUORA_CONTRACT", scope: "record" });
    expect(found.get("b")).toMatchObject({ id: "b" });
  });
});

it("trusts no answer that holds an account which was not asked for", async () => {
  const zuora = new TabledZuora({ Account: [accountRow("a"), accountRow("z")] });
  expect(await errorOf(read(zuora, ["a"]))).toMatchObject({ code: "ZUORA_CONTRACT", scope: "envelope" });
});
