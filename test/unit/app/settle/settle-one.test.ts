import { describe, expect, it } from "vitest";
import { isConfirmed } from "../../../../functions/app/settle/ports.ts";
import { carryOutOne, planOne } from "../../../../functions/app/settle/settle-one.ts";
import { money, policy } from "../../domain/fixtures.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";
import { inTurns } from "./fixtures.ts";

const nothingLifted = { again: false, overLimit: false };

/** Agrees to what is planned now; what happens meanwhile comes before the account is read back. */
const settleByHand = async (ledger: FakeLedger, meanwhile: () => void = () => {}) => {
  let keys = 0;
  const nextKey = () => {
    keys += 1;
    return `key-${keys}`;
  };
  const planAgain = () => {
    meanwhile();
    return planOne(ledger, policy(), "A", nothingLifted);
  };
  const agreed = await planOne(ledger, policy(), "A", nothingLifted);
  const done = await carryOutOne({ ledger, nextKey, runId: "run", planAgain }, agreed);
  return done.map(({ outcome }) => (isConfirmed(outcome) ? "done" : outcome === "unsent" ? "not sent" : "refused"));
};

const callsOf = ({ calls }: FakeLedger) => calls.map(({ rows }) => rows.join(", "));

describe("the plan that an operator agreed to", () => {
  it("is carried out whole, turn by turn", async () => {
    const ledger = new FakeLedger(inTurns);
    expect(await settleByHand(ledger)).toEqual(["done", "done", "done"]);
    expect(callsOf(ledger)).toEqual(["apply FITS to INV 5", "apply INV 4", "apply OTHER to INV 3"]);
  });

  it("ends where the account shows anything else between two turns", async () => {
    const ledger = new FakeLedger(inTurns);
    const payFour = () => {
      const state = ledger.accounts.get("A") ?? inTurns;
      ledger.accounts.set("A", {
        ...state,
        invoices: state.invoices.map((each) => ({ ...each, balance: money("3") })),
      });
    };
    expect(await settleByHand(ledger, payFour)).toEqual(["done", "not sent", "not sent"]);
    expect(callsOf(ledger)).toEqual(["apply FITS to INV 5"]);
  });

  it("ends where a turn was not confirmed", async () => {
    const ledger = new FakeLedger(inTurns);
    ledger.losesAnswer();
    expect(await settleByHand(ledger)).toEqual(["refused", "not sent", "not sent"]);
  });
});
