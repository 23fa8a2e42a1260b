import { describe, expect, it } from "vitest";
import { WriteOutcomeUnknownError } from "../../../../functions/domain/errors.ts";
import { account, invoice } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked, refused } from "../../fakes/fake-ledger.ts";
import { owing, positionsOf, settleAll, settledPositions } from "./fixtures.ts";

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

  it("that repeats over an unchanged reading ends this invocation after two tries, and not the account: both may be too old", async () => {
    const ledger = new FakeLedger(owing("A"));
    ledger.onRowOf("A-NEG", refused("no"), refused("no"), refused("no"));
    const { results, outcomes } = await settleAll(ledger);
    expect([results, ledger.calls.length]).toEqual([{ A: "failed for now: ZUORA_REJECTED" }, 2]);
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

describe("an open invoice that Zuora lets nothing pay", () => {
  /** Credit of 10, and two open invoices that it could pay. */
  const withTwoOpen = () =>
    account({
      id: "A",
      credit: "10",
      invoices: ["A-OPEN", "A-OTHER"].map((number) => invoice(number, { amount: "10" })),
    });

  it("for good strands no credit: the account's other invoices are planned without it", async () => {
    const ledger = new FakeLedger(withTwoOpen());
    ledger.onRowOf("A-OPEN", closedPeriod());
    const { results, confirmed, outcomes } = await settleAll(ledger);
    expect([results, confirmed]).toEqual([{ A: "failed for good: ZUORA_REJECTED" }, ["apply A-OTHER 10"]]);
    expect(outcomes.get("A")?.untransferredPostedAt).toBeUndefined();
  });

  it("twice over an unchanged reading says as much of the credit, and another invoice is not paid instead", async () => {
    const ledger = new FakeLedger(withTwoOpen());
    ledger.onRowOf("A-OPEN", refused("no"), refused("no"));
    const { results, confirmed } = await settleAll(ledger);
    expect([results, confirmed]).toEqual([{ A: "failed for now: ZUORA_REJECTED" }, []]);
  });
});

describe("a negative invoice that Zuora refuses to transfer", () => {
  /** Credit of 500 that pays an invoice of 500, and a negative invoice of 10 beside them. */
  const withOtherCredit = () =>
    account({
      id: "A",
      credit: "500",
      invoices: [invoice("A-NEG", { amount: "-10" }), invoice("A-OPEN", { amount: "500" })],
    });

  it.each([
    ["for good", [closedPeriod()], "failed for good: ZUORA_REJECTED"],
    [
      "twice over an unchanged reading",
      [refused("no"), refused("no"), refused("no")],
      "failed for now: ZUORA_REJECTED",
    ],
  ])("%s strands no other credit of its account: the rest is planned without it", async (_how, refusals, result) => {
    const ledger = new FakeLedger(withOtherCredit());
    ledger.onRowOf("A-NEG", ...refusals);
    const { results, outcomes, confirmed } = await settleAll(ledger);
    expect([results, confirmed]).toEqual([{ A: result }, ["apply A-OPEN 500"]]);
    expect(positionsOf(ledger, "A")).toEqual({ credit: "0", "A-NEG": "-10", "A-OPEN": "0" });
    expect(outcomes.get("A")?.result).toMatchObject({ error: { message: expect.stringMatching(/^A-NEG: /) } });
  });

  it("still counts as waiting to be transferred", async () => {
    const postedAt = Date.parse("2026-03-01T00:00:00Z");
    const [negative, open] = withOtherCredit().invoices;
    if (negative === undefined || open === undefined) throw new Error("no invoices");
    const ledger = new FakeLedger({ ...withOtherCredit(), invoices: [{ ...negative, postedAt }, open] });
    ledger.onRowOf("A-NEG", closedPeriod());
    expect((await settleAll(ledger)).outcomes.get("A")?.untransferredPostedAt).toBe(postedAt);
  });
});
