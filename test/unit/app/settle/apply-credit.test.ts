import { describe, expect, it } from "vitest";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import type { Charging, PaymentRun } from "../../../../functions/domain/payment-run.ts";
import { account, invoice } from "../../domain/fixtures.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { owing, positionsOf, settleAll } from "./fixtures.ts";

const everything: PaymentRun = { status: "Processing" };

/** A tenant in which somebody charges customers as soon as the Increases have been made. */
const chargedAfterTransfer = (ledger: FakeLedger, charging: Partial<Charging>): FakeLedger => {
  const { createAdjustments } = ledger;
  ledger.createAdjustments = async (rows, ...rest) => {
    const answer = await createAdjustments(rows, ...rest);
    if (rows[0]?.step.kind === "TransferToCreditBalance") ledger.charging = { ...ledger.charging, ...charging };
    return answer;
  };
  return ledger;
};

const kindsOf = ({ calls }: FakeLedger) => calls.flatMap(({ rows }) => rows.map((row) => row.split(" ")[0]));

describe("a last look before credit is applied", () => {
  it("lets what a person's payment run may charge wait, with its credit", async () => {
    const ledger = chargedAfterTransfer(new FakeLedger(owing("A")), { runs: [everything] });
    const { results, outcomes } = await settleAll(ledger);
    expect([results, kindsOf(ledger)]).toEqual([{ A: "waiting: payment-run-collecting" }, ["transfer"]]);
    expect(outcomes.get("A")?.holds).toMatchObject([{ reason: "payment-run-collecting" }]);
    expect(positionsOf(ledger, "A")).toMatchObject({ credit: "10" });
  });

  it("lets an account with a payment under way wait, and settles the others", async () => {
    const ledger = chargedAfterTransfer(new FakeLedger(owing("A"), owing("B")), { accountsBeingPaid: new Set(["A"]) });
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: payment-processing", B: "settled" });
  });

  it("passes by a run that cannot charge the account", async () => {
    const runs: readonly PaymentRun[] = [{ ...everything, currency: "XTS" }, { status: "Pending" }];
    const ledger = chargedAfterTransfer(new FakeLedger(owing("A")), { runs });
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
  });

  it("that fails lets the credit wait for it, and what needs no credit is settled", async () => {
    const ledger = new FakeLedger(owing("A"), account({ id: "B", invoices: [invoice("B-NEG", { amount: "-5" })] }));
    ledger.failsToLook(new ZuoraBusyError("busy"));
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_BUSY", B: "settled" });
    expect(kindsOf(ledger)).toEqual(["transfer", "transfer"]);
  });

  it("is not taken where no credit is to be applied", async () => {
    const ledger = new FakeLedger(account({ id: "B", invoices: [invoice("B-NEG", { amount: "-5" })] }));
    await settleAll(ledger);
    expect(ledger.looks).toEqual([]);
  });

  it("is taken before every fifty rows, which are one call: at payment runs each time, and at payments once", async () => {
    const ids = Array.from({ length: 130 }, (_, index) => `A${index}`);
    const ledger = new FakeLedger(...ids.map((id) => owing(id)));
    await settleAll(ledger);
    expect(ledger.looks).toEqual(["payments", "runs", "runs", "runs"]);
  });

  it("stops the rest of an account that has more rows than that", async () => {
    const open = Array.from({ length: 150 }, (_, index) => invoice(`OPEN-${index}`, { amount: "1" }));
    const ledger = new FakeLedger(account({ id: "A", credit: "150", invoices: open }));
    const { createAdjustments } = ledger;
    ledger.createAdjustments = async (...asked) => {
      const answer = await createAdjustments(...asked);
      ledger.charging = { runs: [everything], accountsBeingPaid: new Set() };
      return answer;
    };
    const { results } = await settleAll(ledger);
    expect([results, kindsOf(ledger).length]).toEqual([{ A: "waiting: payment-run-collecting" }, 50]);
    expect(positionsOf(ledger, "A")).toMatchObject({ credit: "100" });
  });
});
