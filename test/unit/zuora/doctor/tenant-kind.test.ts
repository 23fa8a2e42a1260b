import { describe, expect, it } from "vitest";
import {
  type Capabilities,
  judgeKind,
  lastInvoiceDay,
  lastMemoDay,
  tenantKindOf,
} from "../../../../functions/zuora/doctor/tenant-kind.ts";

const both: Capabilities = {
  hasCreditBalance: true,
  hasCreditMemos: true,
  lastNegativeInvoice: undefined,
  lastCreditMemo: undefined,
};

describe("the kind of a tenant is told by what it can do and by what its bill runs make now", () => {
  it.each<[string, Partial<Capabilities>, ReturnType<typeof tenantKindOf>]>([
    ["no memos at all", { hasCreditMemos: false, lastNegativeInvoice: "2026-11-01" }, "legacy"],
    ["no memos, and no word of a credit balance", { hasCreditMemos: false, hasCreditBalance: undefined }, "legacy"],
    ["both, negatives last", { lastNegativeInvoice: "2026-11-01", lastCreditMemo: "2026-02-01" }, "harmonized-off"],
    ["both, and negatives alone", { lastNegativeInvoice: "2026-11-01" }, "harmonized-off"],
    ["both, memos last", { lastNegativeInvoice: "2025-05-01", lastCreditMemo: "2026-11-01" }, "harmonized-on"],
    ["memos and no credit balance", { hasCreditBalance: false, lastNegativeInvoice: "2026-11-02" }, "settlement"],
    ["both, and nothing made yet", {}, undefined],
    ["both on one day", { lastNegativeInvoice: "2026-11-01", lastCreditMemo: "2026-11-01" }, undefined],
    [
      "memos, and no word of a credit balance",
      { hasCreditBalance: undefined, lastCreditMemo: "2026-11-01" },
      undefined,
    ],
    ["neither", { hasCreditBalance: false, hasCreditMemos: false }, undefined],
  ])("%s", (_what, capabilities, kind) => {
    expect(tenantKindOf({ ...both, ...capabilities })).toBe(kind);
  });

  it("a readable list of memos does not make it Invoice Settlement", () => {
    const { state } = judgeKind({ ...both, lastNegativeInvoice: "2026-11-01" });
    expect(state).toBe("ok");
  });

  it("Zuora is never said to apply memos whatever happens", () => {
    const { todo } = judgeKind({ ...both, lastCreditMemo: "2026-11-01" });
    expect(todo).toContain("only in payment runs and orders that are told to");
  });
});

describe("what bill runs made", () => {
  it("is the newest that one made, and not what came through the API", () => {
    const data = [
      { invoiceDate: "2026-11-03", memoDate: "2026-11-03", source: "API" },
      { invoiceDate: "2026-11-02", memoDate: "2026-11-02", source: "BillRun" },
      { invoiceDate: "2026-11-01", memoDate: "2026-11-01", source: "BillRun" },
    ];
    expect([lastInvoiceDay({ data }), lastMemoDay({ data })]).toEqual(["2026-11-02", "2026-11-02"]);
  });

  it.each([undefined, { data: "none" }, { data: [] }])("is nothing known where %j came", (body) => {
    expect([lastInvoiceDay(body), lastMemoDay(body)]).toEqual([undefined, undefined]);
  });
});
