import { describe, expect, it } from "vitest";
import type { Application } from "../../../../functions/domain/credit/apply-credit-memos.ts";
import { applyToInvoices } from "../../../../functions/zuora/credit-memos/apply-to-invoices.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { money } from "../../domain/fixtures.ts";
import { json, lost, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const step = (invoiceId: string, amount: string): Application => ({
  kind: "ApplyCreditMemo",
  creditMemo: { id: "memo-1", number: "CM1" },
  invoice: { id: invoiceId, number: "INV" },
  amount: money(amount),
});

const apply = (zuora: ScriptedZuora, ...steps: readonly Application[]) =>
  applyToInvoices(createClient(connected(zuora), invocation()), steps, async () => true, connected(zuora));

const refusal = (code: number, status = 400) =>
  json(status, { success: false, reasons: [{ code, message: "no" }], requestId: "r" });

it("sends the parts of one memo in one call, as exact numbers, without a key or a day", async () => {
  const zuora = new ScriptedZuora(json(200, { success: true, id: "memo-1", unappliedAmount: 0 }));
  await apply(zuora, step("invoice-1", "30"), step("invoice-2", "123456789012345.12"));
  expect(zuora.calls).toMatchObject([{ method: "PUT", path: "/v1/credit-memos/memo-1/apply" }]);
  expect(zuora.calls[0]?.body).toBe(
    '{"invoices":[{"invoiceId":"invoice-1","amount":30},{"invoiceId":"invoice-2","amount":123456789012345.12}]}',
  );
  expect(Object.keys(zuora.calls[0]?.headers ?? {})).not.toContain("idempotency-key");
});

it("sends the parts of one payment likewise, to the payment's own address", async () => {
  const zuora = new ScriptedZuora(json(200, { success: true, id: "payment-1", unappliedAmount: 0 }));
  await apply(zuora, {
    kind: "ApplyPayment",
    payment: { id: "payment-1", number: "P-1" },
    invoice: { id: "invoice-1", number: "INV" },
    amount: money("30"),
  });
  expect(zuora.calls).toMatchObject([
    {
      method: "PUT",
      path: "/v1/payments/payment-1/apply",
      body: '{"invoices":[{"invoiceId":"invoice-1","amount":30}]}',
    },
  ]);
  expect(Object.keys(zuora.calls[0]?.headers ?? {})).not.toContain("idempotency-key");
});

it("spells the address of credit memos as the stage does", async () => {
  const zuora = new ScriptedZuora(json(200, { success: true, id: "memo-1", unappliedAmount: 0 }));
  const connection = connected(zuora, { creditMemosPath: "creditmemos" });
  const client = createClient(connection, invocation());
  await applyToInvoices(client, [step("invoice-1", "30")], async () => true, connection);
  expect(zuora.calls).toMatchObject([{ path: "/v1/creditmemos/memo-1/apply" }]);
});

it("asks for the very items that a memo credits only where a step does", async () => {
  const zuora = new ScriptedZuora(json(200, { success: true, id: "memo-1", unappliedAmount: 0 }));
  await apply(zuora, { ...step("invoice-1", "30"), toSourceItems: true } as Application);
  expect(zuora.calls[0]?.body).toBe(
    '{"invoices":[{"invoiceId":"invoice-1","amount":30}],"applicationRule":"ApplyCreditToSourceItemRule"}',
  );
});

describe("what Zuora answers, by its category", () => {
  it.each<[string, Scripted, object]>([
    ["a bad amount is a refusal", refusal(53840020), { code: "ZUORA_REJECTED", again: "unless-unchanged" }],
    ["a rule is a refusal", refusal(53840030), { code: "ZUORA_REJECTED", again: "unless-unchanged" }],
    ["a memo that is gone is a refusal", refusal(53840040, 404), { code: "ZUORA_REJECTED", again: "unless-unchanged" }],
    ["a permission is everybody's", refusal(53840010, 403), { code: "ZUORA_ACCESS" }],
    ["a lock is busy", refusal(53840050, 409), { code: "ZUORA_BUSY", zuoraCode: "LOCK_COMPETITION" }],
    ["too many requests are busy", refusal(50000070, 429), { code: "ZUORA_BUSY" }],
    ["temporary trouble is busy", refusal(53840061, 500), { code: "ZUORA_BUSY" }],
    ["an error of Zuora's own leaves it open", refusal(53840060, 500), { code: "WRITE_OUTCOME_UNKNOWN" }],
    ["no answer leaves it open", lost(), { code: "WRITE_OUTCOME_UNKNOWN" }],
    ["a missing body is nobody's account", refusal(50000045, 415), { code: "ZUORA_CONTRACT", scope: "envelope" }],
    [
      "an address without a route is nobody's account",
      { status: 404, headers: {}, body: "no Route matched with those values" },
      { code: "ZUORA_CONTRACT", scope: "envelope" },
    ],
    [
      "another memo leaves it open",
      json(200, { success: true, id: "memo-2", unappliedAmount: 0 }),
      { code: "WRITE_OUTCOME_UNKNOWN" },
    ],
    ["nothing of the memo leaves it open", json(200, { success: true }), { code: "WRITE_OUTCOME_UNKNOWN" }],
  ])("%s", async (_what, answer, error) => {
    const zuora = new ScriptedZuora(answer);
    expect(await errorOf(apply(zuora, step("invoice-1", "30")))).toMatchObject(error);
    expect(zuora.calls).toHaveLength(1);
  });
});

describe("a refusal for the number of items is told apart from all others", () => {
  it.each([
    ["An invoice of more than 1000 items.", true],
    ["Cannot apply to an invoice with more than 1,000 invoice items", true],
    ["More than 15000 items in all.", true],
    ["The number of invoice items exceeds the limit.", true],
    ["The amount 1000.00 exceeds the balance of the items.", false],
    ["The amount exceeds the balance of the invoice.", false],
  ])("%s", async (message, saysTooManyItems) => {
    const answer = json(400, { success: false, reasons: [{ code: 53840030, message }], requestId: "r" });
    const error = await errorOf(apply(new ScriptedZuora(answer), step("invoice-1", "30")));
    expect(error).toMatchObject({ code: "ZUORA_REJECTED", saysTooManyItems });
  });
});
