import { describe, expect, it } from "vitest";
import { zero } from "../../functions/domain/money.ts";
import { callFaults, rowFaults } from "./harness/faults.ts";
import { liveThrough } from "./harness/history.ts";
import { addTallies, emptyTally, optionsOf, tallyOf } from "./harness/tally.ts";
import { violationsOf } from "./harness/violations.ts";

/** What lasts, and what operators do meanwhile. */
const lasting = ["trouble-of-all-rows", "period-closed", "lagging-read", "switched-off", "switched-dry-run"];

/** A few hundred here, thousands with `npm run simulate`. */
const seeds = 120;

describe("any history of faults, deaths, outages and people", () => {
  it("ends settled, conserved and explained", { timeout: 120_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seeds; seed += 1) tally = addTallies(tally, await tallyOf(seed));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    for (const fault of [
      ...callFaults,
      ...rowFaults,
      "killed",
      "deletion-lost",
      "token-revoked",
      "secret-rotated",
      ...lasting,
    ]) {
      expect(tally.faults[fault], fault).toBeGreaterThan(0);
    }
  });

  it("is the same history for the same seed", async () => {
    const [first, second] = await Promise.all([liveThrough(optionsOf(7)), liveThrough(optionsOf(7))]);
    expect(second.lines).toEqual(first.lines);
    expect(second.tenant.snapshot()).toEqual(first.tenant.snapshot());
  });
});

describe("the watch over a history", () => {
  const lived = async () => {
    const options = { seed: 20, faultProbability: 0, outsideMovements: false, readsLagMs: 0, writesLandLate: false };
    return { options, history: await liveThrough(options) };
  };

  it("sees nothing wrong with a history in which nothing went wrong", async () => {
    const { options, history } = await lived();
    expect(violationsOf(history, options)).toEqual([]);
  });

  it("sees value that came from nowhere", async () => {
    const { options, history } = await lived();
    const [account] = history.tenant.store.accounts.rows;
    if (account === undefined) throw new Error("a history without accounts");
    account.CreditBalance = account.CreditBalance.plus("0.01") as typeof account.CreditBalance;
    expect(violationsOf(history, options).join()).toContain(`account ${account.Id} owes`);
  });

  it("sees a negative invoice that was left", async () => {
    const { options, history } = await lived();
    const invoice = history.tenant.store.invoices.rows.find(
      ({ Amount, Status }) => Amount.lt(0) && Status === "Posted",
    );
    if (invoice === undefined) throw new Error("a history without a negative invoice");
    invoice.Balance = invoice.Amount;
    const quiet = { ...history, lines: [] };
    expect(violationsOf(quiet, options).join()).toContain(`${invoice.InvoiceNumber} is still negative`);
  });

  it("sees credit spent that was not ours, unless others acted after it was read", async () => {
    const { options, history } = await lived();
    const decrease = history.tenant.store.adjustments.rows.find(({ Type }) => Type === "Decrease");
    const sent = history.decreasesSent.find(({ invoiceId }) => invoiceId === decrease?.SourceTransactionId);
    if (decrease === undefined || sent === undefined) throw new Error("a history without a Decrease");
    Object.assign(decrease, { Amount: decrease.Amount.plus("1000.00") });
    const whenOthersAct = (at: number) => {
      const movement = { kind: "credit", accountId: decrease.AccountId, invoiceId: "", at, owes: zero } as const;
      return violationsOf({ ...history, movements: [movement] }, options).join();
    };
    expect(whenOthersAct(sent.readSince - 1)).toContain("was ours to apply");
    expect(whenOthersAct(sent.readSince)).not.toContain("was ours to apply");
  });

  it("sees a stored refusal that was asked for again", async () => {
    const { options, history } = await lived();
    history.front.storedRefusalsAsked = 1;
    expect(violationsOf(history, options).join()).toContain("stored under its key");
  });
});
