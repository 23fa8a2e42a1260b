import { describe, expect, it } from "vitest";
import { Landing } from "../../../../functions/app/settle/rounds/landing.ts";
import {
  ConfigError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../../functions/domain/errors.ts";
import { account, invoice, policy } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked } from "../../fakes/fake-ledger.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { keys, owing, positionsOf, settleAll, settledPositions } from "./fixtures.ts";

describe("one account's trouble never holds back another:", () => {
  it.each([
    ["a closed period", closedPeriod(), "failed for good: ZUORA_REJECTED"],
    ["a lock that stays", locked(), "waiting: ZUORA_BUSY"],
    [
      "a row without an outcome",
      new WriteOutcomeUnknownError("Success without an Id"),
      "waiting: WRITE_OUTCOME_UNKNOWN",
    ],
    ["no permission", new ZuoraAccessError("no"), "waiting: ZUORA_ACCESS"],
    ["a throttled row", new ZuoraBusyError("limit"), "waiting: ZUORA_BUSY"],
    ["a refused form", new ZuoraContractError("field", { scope: "envelope" }), "waiting: ZUORA_CONTRACT"],
    [
      "trouble of Zuora's that stays",
      new ZuoraRejectedError("UNKNOWN_ERROR", { again: "later", zuoraCode: "UNKNOWN_ERROR" }),
      "failed for now: ZUORA_REJECTED",
    ],
  ])("%s", async (_name, error, result) => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.onRowOf("A-NEG", error, error, error);
    expect((await settleAll(ledger)).results).toEqual({ A: result, B: "settled" });
    expect(positionsOf(ledger, "B")).toEqual(settledPositions("B"));
  });

  it("a record that cannot be read", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.unreadable.set("A", new ZuoraContractError("Balance: expected a decimal", { scope: "record" }));
    expect((await settleAll(ledger)).results).toEqual({ A: "failed for good: ZUORA_CONTRACT", B: "settled" });
  });

  const undecided = () => owing("A", { invoices: [...owing("A").invoices, invoice("A-OTHER", { amount: "10" })] });

  it("an invoice item that cannot be read", async () => {
    const ledger = new FakeLedger(undecided(), owing("B"));
    ledger.unreadable.set("id-of-A-OTHER", new ZuoraContractError("SubscriptionNumber: wrong", { scope: "record" }));
    expect((await settleAll(ledger)).results).toEqual({ A: "failed for good: ZUORA_CONTRACT", B: "settled" });
  });

  it.each([new ZuoraBusyError("busy"), new ZuoraContractError("no page", { scope: "envelope" })])(
    "items that cannot be asked for: $code",
    async (error) => {
      const ledger = new FakeLedger(undecided(), owing("B"));
      ledger.failsToReadNumbers(error);
      expect((await settleAll(ledger)).results).toEqual({ A: `waiting: ${error.code}`, B: "settled" });
    },
  );
});

describe("all wait, and none is blamed, where", () => {
  it.each([
    new ZuoraBusyError("busy"),
    new ZuoraAccessError("no"),
    new ZuoraContractError("what", { scope: "envelope" }),
    new ConfigError("the secret cannot be read"),
  ])("the reading fails with $code", async (error) => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.failsToRead(error);
    expect((await settleAll(ledger)).results).toEqual({ A: `waiting: ${error.code}`, B: `waiting: ${error.code}` });
    expect(ledger.calls).toEqual([]);
  });

  it.each([
    new ZuoraBusyError("busy"),
    new ZuoraAccessError("no"),
    new ZuoraContractError("what", { scope: "envelope" }),
    new ConfigError("the secret cannot be read"),
  ])("the writing fails with $code, which is not repeated", async (error) => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.refusesCalls(error);
    expect((await settleAll(ledger)).results).toEqual({ A: `waiting: ${error.code}`, B: `waiting: ${error.code}` });
    expect(ledger.calls).toHaveLength(1);
  });
});

describe("an application without an answer, beside credit that is to be left,", () => {
  const beside = (credit: string) => new FakeLedger(owing("A", { credit, standingCredit: credit }));
  const leave = { policy: policy({ standingCredit: "leave" }) };

  it("is read with what was transferred before anything is applied: others' credit would pay for what is not there", async () => {
    const ledger = beside("50");
    expect((await settleAll(ledger, leave)).confirmed).toEqual(["transfer A-NEG 10", "apply A-OPEN 10"]);
    expect(ledger.reads).toEqual([["A"], ["A"]]);
  });
  const lost = new WriteOutcomeUnknownError("no answer");

  it("is not sent again before it can have landed: nobody else would refuse it", async () => {
    const ledger = beside("50");
    ledger.onRowOf("A-OPEN", lost);
    const { results, outcomes } = await settleAll(ledger, leave);
    expect(results).toEqual({ A: "waiting: WRITE_OUTCOME_UNKNOWN" });
    expect(outcomes.get("A")?.result).toMatchObject({ reason: { retryAfterMs: 120_000 } });
    expect(ledger.calls.map(({ rows }) => rows)).toEqual([["transfer A-NEG 10"], ["apply A-OPEN 10"]]);
  });

  it("is given time to land also where another row was throttled, or refused for good", async () => {
    for (const other of [new ZuoraBusyError("limit"), closedPeriod()]) {
      const open = [invoice("A-OPEN", { amount: "10" }), invoice("A-OTHER", { amount: "30" })];
      const invoices = [invoice("A-NEG", { amount: "-20" }), ...open];
      const ledger = new FakeLedger(owing("A", { invoices, credit: "50", standingCredit: "50" }));
      ledger.onRowOf("A-OPEN", lost);
      ledger.onRowOf("A-OTHER", other);
      const { outcomes } = await settleAll(ledger, leave);
      expect(outcomes.get("A")?.result).toMatchObject({ kind: "waiting", reason: { retryAfterMs: 120_000 } });
    }
  });

  it("is given time to land also where the next look at payment runs fails", async () => {
    const open = Array.from({ length: 150 }, (_, index) => invoice(`OPEN-${index}`, { amount: "1" }));
    const ledger = new FakeLedger(account({ id: "A", credit: "220", standingCredit: "100", invoices: open }));
    ledger.onRowOf("OPEN-0", lost);
    const { createAdjustments } = ledger;
    ledger.createAdjustments = (...asked) => {
      ledger.failsToLook(new ZuoraBusyError("busy"));
      return createAdjustments(...asked);
    };
    const { outcomes } = await settleAll(ledger, leave);
    expect(ledger.calls.map(({ rows }) => rows.length)).toEqual([50]);
    expect(outcomes.get("A")?.result).toMatchObject({ kind: "waiting", reason: { retryAfterMs: 120_000 } });
  });

  it("is given time to land also where another call fails as nobody foresaw, and all is done again at once", async () => {
    const clock = new VirtualClock();
    const options = { ...leave, nextKey: keys(), landing: new Landing(clock.now) };
    const many = Array.from({ length: 50 }, (_, index) => invoice(`B-${index}`, { amount: "1" }));
    const invoices = [invoice("A-OPEN", { amount: "100" })];
    const ledger = new FakeLedger(
      account({ id: "A", credit: "60", standingCredit: "50", invoices }),
      account({ id: "B", credit: "50", standingCredit: "0", invoices: many }),
    );
    ledger.onRowOf("A-OPEN", lost);
    const { createAdjustments } = ledger;
    ledger.createAdjustments = async (rows, ...rest) => {
      if (rows.length === 50) throw new TypeError("a fault of ours");
      return createAdjustments(rows, ...rest);
    };
    await expect(settleAll(ledger, options)).rejects.toThrow("a fault of ours");
    ledger.createAdjustments = createAdjustments;
    expect((await settleAll(ledger, options)).results).toEqual({ A: "waiting: WRITE_OUTCOME_UNKNOWN", B: "settled" });
    clock.pass(120_000);
    expect((await settleAll(ledger, options)).results).toEqual({ A: "held", B: "no-op" });
    expect(positionsOf(ledger, "A")).toMatchObject({ credit: "50" });
  });

  it("is read and sent again at once where all credit may be applied, and so is a transfer", async () => {
    const free = beside("0");
    free.onRowOf("A-OPEN", lost);
    const transfer = beside("50");
    transfer.onRowOf("A-NEG", lost);
    expect((await settleAll(free, leave)).results).toEqual({ A: "settled" });
    expect((await settleAll(transfer, leave)).results).toEqual({ A: "held" });
  });
});
