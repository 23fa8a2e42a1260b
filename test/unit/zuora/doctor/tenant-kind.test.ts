import { describe, expect, it } from "vitest";
import type { Mode } from "../../../../functions/domain/credit/mode.ts";
import { lastInvoiceDay, lastMemoDay } from "../../../../functions/zuora/credit-memos/made-by-bill-runs.ts";
import { type Capabilities, judgeKind, tenantKindOf } from "../../../../functions/zuora/doctor/tenant-kind.ts";

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
});

describe("the mode of the stage fits the tenant, or what is to be done is said", () => {
  const kinds = {
    legacy: { hasCreditMemos: false },
    off: { lastNegativeInvoice: "2026-11-01" },
    on: { lastCreditMemo: "2026-11-01" },
    settlement: { hasCreditBalance: false },
    unknown: {},
  } as const;
  it.each<[keyof typeof kinds, Mode, string]>([
    ["legacy", "credit-balance", "ok"],
    ["legacy", "credit-memos", "fail"],
    ["legacy", "both", "fail"],
    ["off", "credit-balance", "ok"],
    ["off", "credit-memos", "fail"],
    ["off", "both", "ok"],
    ["on", "credit-balance", "warn"],
    ["on", "credit-memos", "fail"],
    ["on", "both", "ok"],
    ["settlement", "credit-balance", "fail"],
    ["settlement", "credit-memos", "ok"],
    ["settlement", "both", "fail"],
    ["unknown", "credit-memos", "warn"],
  ])("%s under %s: %s", (kind, mode, state) => {
    const check = judgeKind({ ...both, ...kinds[kind] }, mode);
    expect(check).toMatchObject({ state, says: expect.stringContaining(mode) });
    expect(check.todo === undefined).toBe(state === "ok");
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
