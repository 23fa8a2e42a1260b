import { expect, it } from "vitest";
import { createCanceledView } from "../../../../functions/zuora/ledger/canceled-view.ts";
import { createLedger } from "../../../../functions/zuora/ledger/ledger.ts";
import { createCollectionsView } from "../../../../functions/zuora/payment-runs/collections.ts";
import { money } from "../../domain/fixtures.ts";
import { json, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const step = { kind: "TransferToCreditBalance", invoice: { id: "i", number: "INV1" }, amount: money("10") } as const;
const adjustments = [
  { step, runId: "zcs-0" },
  { step, runId: "zcs-0" },
];

const refusedRow = { Success: false, Errors: [{ Code: "NO_PERMISSION", Message: "no" }] };

const ledgerOf = (zuora: ScriptedZuora) => {
  const reading = {
    timeZone: "UTC",
    optOutField: undefined,
    separatesStandingCredit: false,
    collections: createCollectionsView("UTC", { now: () => 0, onNotOffered: () => {} }),
    canceled: createCanceledView(() => 0),
  };
  return createLedger(connected(zuora), invocation(), { reading, codes: {} });
};

const always = async () => true;

it("asks nothing more for a while where Zuora refuses every row for our user's sake", async () => {
  const zuora = new ScriptedZuora(json(200, [refusedRow, refusedRow]), json(200, []));
  const ledger = ledgerOf(zuora);
  const outcomes = await ledger.createAdjustments(adjustments, "key-1", always);
  expect(outcomes).toMatchObject([{ error: { code: "ZUORA_ACCESS" } }, { error: { code: "ZUORA_ACCESS" } }]);
  expect((await errorOf(ledger.createAdjustments(adjustments, "key-2", always))).code).toBe("ZUORA_ACCESS");
});

it("goes on asking where only one row was refused so", async () => {
  const done = [{ Success: true, Id: "a" }, refusedRow];
  const ledger = ledgerOf(new ScriptedZuora(json(200, done), json(200, done)));
  await ledger.createAdjustments(adjustments, "key-1", always);
  expect(await ledger.createAdjustments(adjustments, "key-2", always)).toMatchObject([{ adjustmentId: "a" }, {}]);
});

it("says that the mode is wrong where Zuora knows no credit balance", async () => {
  const unknown = json(400, {
    FaultCode: "INVALID_TYPE",
    FaultMessage: "invalid type for query: CreditBalanceAdjustment",
  });
  const ledger = ledgerOf(new ScriptedZuora(...Array(10).fill(unknown)));
  const error = await errorOf(ledger.readAccounts(["a"]));
  expect(error).toMatchObject({ code: "BAD_CONFIG", message: expect.stringContaining("the mode is credit-balance") });
  expect(error.message).toContain("nothing is written; set the mode to credit-memos");
});

it("blames no mode for anything else that Zuora does not know", async () => {
  const unknown = json(400, { FaultCode: "INVALID_FIELD", FaultMessage: "invalid field for query: Invoice.balanse" });
  const ledger = ledgerOf(new ScriptedZuora(...Array(10).fill(unknown)));
  expect(await errorOf(ledger.readAccounts(["a"]))).toMatchObject({ code: "ZUORA_CONTRACT" });
});
