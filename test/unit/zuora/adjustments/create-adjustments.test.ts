import { describe, expect, it } from "vitest";
import type { AdjustmentOutcome } from "../../../../functions/app/settle/ports.ts";
import type { CreditBalanceStep } from "../../../../functions/domain/credit/step.ts";
import { type AdjustmentCodes, createAdjustments } from "../../../../functions/zuora/adjustments/create-adjustments.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { apply, transfer } from "../../domain/fixtures.ts";
import { json, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const runId = "zcs-0mb0abc123";

const create = (zuora: ScriptedZuora, steps: readonly CreditBalanceStep[], codes: AdjustmentCodes = {}) =>
  createAdjustments(
    createClient(connected(zuora), invocation()),
    steps.map((step) => ({ step, runId })),
    codes,
    { key: "key" },
  );

const sent = async (step: CreditBalanceStep, codes: AdjustmentCodes = {}): Promise<string | undefined> => {
  const zuora = new ScriptedZuora(json(200, [{ Success: true, Id: "1" }]));
  await create(zuora, [step], codes);
  expect(zuora.calls[0]?.path).toBe("/v1/action/create?rejectUnknownFields=true");
  return zuora.calls[0]?.body;
};

describe("an adjustment is sent", () => {
  it("as an Increase, with all the digits of its amount, for a transfer", async () => {
    expect(await sent(transfer("INV1", "123456789012345.12"))).toBe(
      '{"type":"CreditBalanceAdjustment","objects":[{"Type":"Increase","Amount":123456789012345.12,' +
        '"SourceTransactionId":"id-of-INV1",' +
        '"Comment":"Negative invoice INV1 transferred to credit balance by zuora-credit-sweep",' +
        '"ReferenceId":"zcs-0mb0abc123"}]}',
    );
  });

  it("as a Decrease, with the rank that chose the invoice, for an application", async () => {
    expect(await sent({ ...apply("INV2", "0.000000001"), rank: 1 } as CreditBalanceStep)).toBe(
      '{"type":"CreditBalanceAdjustment","objects":[{"Type":"Decrease","Amount":0.000000001,' +
        '"SourceTransactionId":"id-of-INV2",' +
        '"Comment":"Credit balance applied to invoice INV2 by zuora-credit-sweep (rank 1: same subscription and amount as a negative invoice)",' +
        '"ReferenceId":"zcs-0mb0abc123"}]}',
    );
  });

  it("with the codes that finance wants, where the policy names them", async () => {
    const body = await sent(transfer("INV1", "1"), { reasonCode: "Correction", accountingCode: "AR" });
    expect(body).toContain('"ReasonCode":"Correction","AccountingCode":"AR"}]}');
  });

  it("without a date: Zuora takes today in the tenant's time zone", async () => {
    expect(await sent(transfer("INV1", "1"))).not.toContain("AdjustmentDate");
  });
});

describe("a code of the policy that the tenant does not know", () => {
  const refused = {
    Success: false,
    Errors: [{ Code: "INVALID_VALUE", Message: "The accounting code is not active." }],
  };
  const refusal = async (codes: AdjustmentCodes) => {
    const [outcome] = await create(new ScriptedZuora(json(200, [refused])), [transfer("INV1", "1")], codes);
    return outcome !== undefined && "error" in outcome ? outcome.error.code : "none";
  };

  it("makes everybody wait, since it would be refused of every account", async () => {
    expect(await refusal({ accountingCode: "AR" })).toBe("ZUORA_ACCESS");
  });

  it("is not to blame where the policy names none", async () => {
    expect(await refusal({ reasonCode: "Correction" })).toBe("ZUORA_REJECTED");
    expect(await refusal({})).toBe("ZUORA_REJECTED");
  });
});

const outcomes = (...rows: readonly unknown[]) =>
  create(
    new ScriptedZuora(json(200, rows)),
    rows.map((_, index) => transfer(`INV${index}`, "1")),
  );

const told = (outcome: AdjustmentOutcome): string =>
  "adjustmentId" in outcome ? outcome.adjustmentId : `${outcome.error.code} ${outcome.error.zuoraCode ?? ""}`.trim();

describe("a row", () => {
  it("has its own outcome, in order", async () => {
    const rows = [
      { Success: true, Id: "1" },
      { Success: false, Errors: [{ Code: "LOCK_COMPETITION", Message: "later" }] },
      { Success: false, Errors: [{ Code: "ACCOUNTING_PERIOD_CLOSED", Message: "closed" }] },
      { Success: true, Id: "4" },
    ];
    expect((await outcomes(...rows)).map(told)).toEqual([
      "1",
      "ZUORA_BUSY LOCK_COMPETITION",
      "ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED",
      "4",
    ]);
  });

  it.each<[string, unknown]>([
    ["says Success without an Id", { Success: true }],
    ["says Success with an empty Id", { Success: true, Id: "" }],
    ["says Success with an Id that is null", { Success: true, Id: null }],
    ["is written in lower case, as other actions answer", { success: true, id: "1" }],
    ["is no object", "ok"],
    ["is null", null],
  ])("has an unknown outcome where it %s: confirmed is Success with an id", async (_name, row) => {
    expect((await outcomes(row)).map(told)).toEqual(["WRITE_OUTCOME_UNKNOWN"]);
  });

  it.each<[string, unknown, string]>([
    [
      "Errors that are no list",
      { Success: false, Errors: { Code: "INVALID_VALUE", Message: "no" } },
      "ZUORA_REJECTED INVALID_VALUE",
    ],
    ["no Errors", { Success: false }, "ZUORA_REJECTED without a code"],
    [
      "a lock in its text only",
      { Success: false, Errors: [{ Code: "BATCH_FAIL_ERROR", Message: "Optimistic locking failed" }] },
      "ZUORA_BUSY LOCK_COMPETITION",
    ],
    [
      "a permission that is missing",
      { Success: false, Errors: [{ Code: "NO_PERMISSION", Message: "no" }] },
      "ZUORA_ACCESS NO_PERMISSION",
    ],
  ])("is refused with %s", async (_name, row, meant) => {
    expect((await outcomes(row)).map(told)).toEqual([meant]);
  });

  it("that is refused carries Zuora's words and request id, and nothing about people", async () => {
    const rows = [{ Success: false, Errors: [{ Code: "INVALID_VALUE", Message: "canary@example.com\nmay not" }] }];
    const zuora = new ScriptedZuora(json(200, rows, { "zuora-request-id": "r-1" }));
    expect(await create(zuora, [transfer("INV1", "1")])).toMatchObject([
      { error: { message: "Zuora refused: INVALID_VALUE: [e-mail] may not", zuoraRequestId: "r-1" } },
    ]);
  });
});

describe("an answer that cannot be told apart by rows is nobody's in particular:", () => {
  it.each<[string, Scripted]>([
    ["too few rows", json(200, [{ Success: true, Id: "1" }])],
    ["too many rows", json(200, Array(3).fill({ Success: true, Id: "1" }))],
    ["no rows", json(200, { Success: true, Id: "1" })],
    ["no JSON", { status: 200, headers: {}, body: "<html>" }],
  ])("%s", async (_name, answer) => {
    const zuora = new ScriptedZuora(answer);
    const error = await errorOf(create(zuora, [transfer("INV1", "1"), transfer("INV2", "1")]));
    expect(error).toMatchObject({ code: "ZUORA_CONTRACT", scope: "envelope" });
  });
});
