import { describe, expect, it } from "vitest";
import {
  ConfigError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../functions/domain/errors.ts";
import { account, invoice, positions, today } from "../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked, refused } from "../fakes/fake-ledger.ts";
import { owing, settleAll } from "./fixtures.ts";

const positionsOf = (ledger: FakeLedger, id: string) => {
  const state = ledger.accounts.get(id);
  return state === undefined ? {} : positions(state);
};

const settledPositions = (id: string) => ({ credit: "0", [`${id}-NEG`]: "0", [`${id}-OPEN`]: "20" });

describe("settling", () => {
  it("sends all Increases of all accounts in one call, and then all Decreases in another", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    const { results } = await settleAll(ledger);
    expect(ledger.calls.map(({ rows }) => rows)).toEqual([
      ["transfer A-NEG 10", "transfer B-NEG 10"],
      ["apply A-OPEN 10", "apply B-OPEN 10"],
    ]);
    expect(results).toEqual({ A: "settled", B: "settled" });
  });

  it("reads once where everything was confirmed: the next scan checks", async () => {
    const ledger = new FakeLedger(owing("A"));
    await settleAll(ledger);
    expect(ledger.reads).toEqual([["A"]]);
  });

  it("writes nothing the second time", async () => {
    const ledger = new FakeLedger(owing("A"));
    await settleAll(ledger);
    expect([(await settleAll(ledger)).results, ledger.calls.length]).toEqual([{ A: "no-op" }, 2]);
  });

  it("pays what the subscription of the negative invoice says, which it looks up where the order depends on it", async () => {
    const ledger = new FakeLedger(
      account({
        id: "A",
        invoices: [
          invoice("NEG", { amount: "-10", subscriptions: ["S-2"] }),
          invoice("OLD", { amount: "10", dueDate: "2026-01-01", subscriptions: ["S-1"] }),
          invoice("MIRROR", { amount: "10", dueDate: "2026-02-01", subscriptions: ["S-2"] }),
        ],
      }),
    );
    await settleAll(ledger);
    expect(ledger.calls[1]?.rows).toEqual(["apply MIRROR 10"]);
  });

  it("tells what it moved and what is left as credit", async () => {
    const ledger = new FakeLedger(
      owing("A", { invoices: [invoice("NEG", { amount: "-10" }), invoice("OPEN", { amount: "4" })] }),
    );
    const outcome = (await settleAll(ledger)).outcomes.get("A");
    expect([outcome?.transferred.toFixed(), outcome?.applied.toFixed(), outcome?.leftAsCredit?.toFixed()]).toEqual([
      "10",
      "4",
      "6",
    ]);
  });

  it("settles what is free of an account and holds the rest", async () => {
    const future = invoice("LATER", { amount: "-5", invoiceDate: "2026-12-01" });
    const ledger = new FakeLedger(owing("A", { invoices: [...owing("A").invoices, future] }));
    const { results } = await settleAll(ledger);
    expect([results, positionsOf(ledger, "A")]).toEqual([{ A: "held" }, { ...settledPositions("A"), LATER: "-5" }]);
  });

  it("transfers, and waits to apply, while a payment run collects", async () => {
    const open = invoice("OPEN", { amount: "30", beingCollected: true });
    const ledger = new FakeLedger(owing("A", { invoices: [invoice("NEG", { amount: "-10" }), open] }));
    const { results, confirmed } = await settleAll(ledger);
    expect([results, confirmed]).toEqual([{ A: "waiting: payment-run-collecting" }, ["transfer NEG 10"]]);
  });
});

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

  it("items that cannot be asked for now", async () => {
    const ledger = new FakeLedger(undecided(), owing("B"));
    ledger.failsToReadNumbers(new ZuoraBusyError("busy"));
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_BUSY", B: "settled" });
  });
});

it("sends no Decrease of an account of which an Increase was not confirmed in this round", async () => {
  const two = owing("A", { invoices: [...owing("A").invoices, invoice("A-NEG2", { amount: "-5" })] });
  const ledger = new FakeLedger(two);
  ledger.onRowOf("A-NEG2", locked());
  await settleAll(ledger);
  expect(ledger.calls.map(({ rows }) => rows)).toEqual([
    ["transfer A-NEG 10", "transfer A-NEG2 5"],
    ["transfer A-NEG2 5"],
    ["apply A-OPEN 15"],
  ]);
});

describe("an account with an unconfirmed row", () => {
  it("is read and planned again, alone, and settled in the same invocation", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    ledger.onRowOf("B-OPEN", locked());
    expect((await settleAll(ledger)).results).toEqual({ A: "settled", B: "settled" });
    expect(ledger.reads).toEqual([["A", "B"], ["B"]]);
  });

  it("is not transferred twice where the answer got lost after the transfer", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.losesAnswer();
    const { results, confirmed } = await settleAll(ledger);
    expect([results, positionsOf(ledger, "A"), confirmed]).toEqual([
      { A: "settled" },
      settledPositions("A"),
      ["apply A-OPEN 10"],
    ]);
  });

  it("is not paid twice where the answer got lost after the application", async () => {
    const ledger = new FakeLedger(owing("A", { credit: "4" }));
    ledger.onRowOf("A-NEG", new WriteOutcomeUnknownError("Success without an Id"));
    ledger.losesAnswer();
    await settleAll(ledger);
    expect(positionsOf(ledger, "A")).toEqual({ credit: "0", "A-NEG": "0", "A-OPEN": "16" });
  });

  it("is written about at most three times, and tried again later", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", locked(), locked(), locked(), locked());
    expect((await settleAll(ledger)).results).toEqual({ A: "waiting: ZUORA_BUSY" });
    expect([ledger.calls.length, ledger.reads.length]).toEqual([3, 3]);
  });

  it("has not converged where steps are left for another reason each time", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("one", "ONE"), refused("two", "TWO"), refused("three", "THREE"));
    expect((await settleAll(ledger)).results).toEqual({ A: "failed for now: NOT_CONVERGED" });
  });
});

describe("a refusal", () => {
  it("that is permanent ends it at once: the row is sent once", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", closedPeriod());
    const { results } = await settleAll(ledger);
    expect([results, ledger.calls.length]).toEqual([{ A: "failed for good: ZUORA_REJECTED" }, 1]);
  });

  it("that repeats over an unchanged reading ends it after two tries, with Zuora's code", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("no"), refused("no"), refused("no"));
    const { results, outcomes } = await settleAll(ledger);
    expect([results, ledger.calls.length]).toEqual([{ A: "failed for good: ZUORA_REJECTED" }, 2]);
    expect(outcomes.get("A")?.result).toMatchObject({ error: { zuoraCode: "INVALID_VALUE" } });
  });

  it("over a reading that somebody changed meanwhile is a race: it is planned again", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("no"), refused("no"));
    const [negative, open] = [invoice("A-NEG", { amount: "-7" }), invoice("A-OPEN", { amount: "30" })];
    const read = ledger.readAccounts;
    ledger.readAccounts = async (ids) => {
      if (ledger.calls.length === 1) ledger.accounts.set("A", account({ id: "A", invoices: [negative, open] }));
      return read(ids);
    };
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(ledger.calls.map(({ rows }) => rows[0])).toEqual([
      "transfer A-NEG 10",
      "transfer A-NEG 7",
      "transfer A-NEG 7",
      "apply A-OPEN 7",
    ]);
  });

  it("of a Decrease whose Increase was a lie does not blame the account: it is planned again", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", "lie");
    expect((await settleAll(ledger)).results).toEqual({ A: "settled" });
    expect(positionsOf(ledger, "A")).toEqual(settledPositions("A"));
  });
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

describe("a dry run", () => {
  it("writes nothing and tells what it would do", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results, outcomes } = await settleAll(ledger, { dryRun: true });
    const outcome = outcomes.get("A");
    expect([results, ledger.calls]).toEqual([{ A: "settled" }, []]);
    expect([outcome?.transferred.toFixed(), outcome?.applied.toFixed(), outcome?.leftAsCredit?.toFixed()]).toEqual([
      "10",
      "10",
      "0",
    ]);
  });

  it("tells the holds", async () => {
    const held = invoice("NEG", { amount: "-5", invoiceDate: "2027-01-01" });
    const { outcomes } = await settleAll(new FakeLedger(account({ id: "A", invoices: [held], today })), {
      dryRun: true,
    });
    expect(outcomes.get("A")).toMatchObject({ result: { kind: "held" }, holds: [{ reason: "future-dated" }] });
  });
});

describe("where no further write may begin", () => {
  const allowing = (calls: number) => {
    let left = calls;
    return async () => {
      left -= 1;
      return left >= 0;
    };
  };

  it("the account goes back untouched", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(0) });
    expect([results, ledger.calls]).toEqual([{ A: "waiting: out-of-time" }, []]);
  });

  it("what was begun stops between two calls, and the rest waits for the reason given", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(1), whyUnsent: () => "switched-off" });
    expect([results, positionsOf(ledger, "A")]).toEqual([
      { A: "waiting: switched-off" },
      { credit: "10", "A-NEG": "0", "A-OPEN": "30" },
    ]);
  });

  it("an account with more rows than fit is settled in slices", async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      invoice(`NEG${String(index).padStart(3, "0")}`, { amount: "-1" }),
    );
    const ledger = new FakeLedger(account({ id: "A", invoices: many }));
    const first = await settleAll(ledger, { mayWrite: allowing(2) });
    const second = await settleAll(ledger, { nextKey: () => `later-${ledger.calls.length}` });
    expect([first.results, second.results]).toEqual([{ A: "waiting: out-of-time" }, { A: "settled" }]);
    expect(ledger.calls.map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
  });

  it("an account with both a refused and an unsent row waits for its time, and is not blamed", async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      invoice(`NEG${String(index).padStart(3, "0")}`, { amount: "-1" }),
    );
    const ledger = new FakeLedger(account({ id: "A", invoices: many }));
    ledger.onRowOf("NEG000", refused("no"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(1) });
    expect(results).toEqual({ A: "waiting: out-of-time" });
  });
});
