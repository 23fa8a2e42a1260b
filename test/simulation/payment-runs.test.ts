import { describe, expect, it } from "vitest";
import { addAccount } from "../zuora-simulator/build.ts";
import type { Collection } from "./harness/collections.ts";
import { passedBy } from "./harness/left-out.ts";
import { misnamed } from "./harness/misnamed.ts";
import { liveThroughPaymentRuns, type PaymentRunHistory } from "./harness/payment-run-history.ts";
import { paidTwice, paymentRunViolationsOf } from "./harness/payment-run-violations.ts";
import { addTallies, emptyTally, tallyOfPaymentRuns } from "./harness/tally.ts";

/** A few here, thousands with `npm run simulate -- --payment-runs`. */
const seeds = 15;

const namedNegative = (...accountIds: readonly string[]) => ({
  event: "negative when a payment run began" as const,
  paymentRun: "PR-OF-THE-TEST",
  accountIds,
});

describe("any history with payment runs", () => {
  it("never lets credit and a payment take the same balance, and ends settled", { timeout: 120_000 }, async () => {
    let tally = emptyTally;
    for (let seed = 1; seed <= seeds; seed += 1) tally = addTallies(tally, await tallyOfPaymentRuns(seed));
    expect(tally.failures.slice(0, 3)).toEqual([]);
    const events = ["payment-run", "payment-run-at-once", "payment-run-canceled", "credit-applied-by-a-run"];
    for (const event of [...events, "payment-of-a-run", "payment-of-its-own", "payment-declined", "outage"]) {
      expect(tally.faults[event], event).toBeGreaterThan(0);
    }
  });

  it("is the same history for the same seed", async () => {
    const options = { seed: 3, faultProbability: 0.02 };
    const [first, second] = await Promise.all([liveThroughPaymentRuns(options), liveThroughPaymentRuns(options)]);
    expect(second.tenant.snapshot()).toEqual(first.tenant.snapshot());
    expect(second.collections).toEqual(first.collections);
  });
});

describe("the watch over a history with payment runs", () => {
  const minuteMs = 60_000;

  /** A history in which nothing went wrong, with a Decrease of ours, and somebody who charged its invoice meanwhile. */
  const charged = async (fields: (decreasedAt: number) => Pick<Collection, "createdAt" | "hour" | "beganAt">) => {
    const history = await liveThroughPaymentRuns({ seed: 4, faultProbability: 0 });
    const { adjustments, payments, invoices } = history.tenant.store;
    const decrease = adjustments.rows.find(({ Type, ReferenceId }) => Type === "Decrease" && ReferenceId !== undefined);
    const invoice = invoices.one("Id", decrease?.SourceTransactionId ?? "");
    if (decrease === undefined || invoice === undefined) throw new Error("a history without a Decrease");
    const { beganAt = decrease.CreatedDate - minuteMs, ...times } = fields(decrease.CreatedDate);
    const payment = payments.add({
      Id: "the payment",
      AccountId: invoice.AccountId,
      InvoiceId: invoice.Id,
      Amount: invoice.Amount,
      Status: "Processed",
      CreatedDate: beganAt,
      UpdatedDate: beganAt,
    });
    const collection: Collection = {
      name: "PR-OF-THE-TEST",
      filters: { targetDate: "2026-11-30" },
      ...times,
      beganAt,
      endedAt: decrease.CreatedDate + minuteMs,
      negative: new Set([invoice.AccountId]),
      payments: [payment],
    };
    return { ...history, collections: [collection] };
  };

  const sentences = (history: PaymentRunHistory) => paymentRunViolationsOf(history, 0).join("\n");

  it("sees a Decrease to what a run charges, and that both together exceed the invoice", async () => {
    const history = await charged((at) => ({ createdAt: at - 60 * minuteMs, hour: at - minuteMs }));
    expect(sentences(history)).toContain("although PR-OF-THE-TEST may select it");
    expect(sentences(history)).toContain("and a payment of PR-OF-THE-TEST together exceed");
  });

  it("sees a Decrease that leaves four minutes before the run's hour", async () => {
    const history = await charged((at) => ({ createdAt: at - 60 * minuteMs, hour: at + 4 * minuteMs }));
    expect(sentences(history)).toContain("although PR-OF-THE-TEST may select it");
  });

  it("counts apart what a run that nobody announced meets in its first seconds", async () => {
    const lived = await charged((at) => ({ createdAt: at - 20_000, beganAt: at - 20_000 }));
    const history = {
      ...lived,
      collections: lived.collections.map((each) => ({ ...each, negative: new Set<string>() })),
    };
    expect(sentences(history)).not.toContain("PR-OF-THE-TEST");
    expect(paidTwice(history)).toMatchObject([{ isExposed: true }]);
  });

  it("sees an account that was charged while negative and that nobody named", async () => {
    const history = await charged((at) => ({ createdAt: at - minuteMs }));
    const [accountId = ""] = history.collections[0]?.negative ?? [];
    expect(misnamed(history)).toEqual([`PR-OF-THE-TEST charged ${accountId} while negative: not named`]);
    const named = [namedNegative(accountId)];
    expect(misnamed({ ...history, named })).toEqual([]);
  });

  it("sees an account that was named and was not negative", async () => {
    const history = await charged((at) => ({ createdAt: at - minuteMs }));
    const [accountId = ""] = history.collections[0]?.negative ?? [];
    const named = [namedNegative(accountId, "another")];
    expect(misnamed({ ...history, named })).toEqual(["another was named for PR-OF-THE-TEST and was not negative"]);
  });

  it("sees an account that was named for credit that it did not have, by a run that could not charge it", async () => {
    const history = await charged((at) => ({ createdAt: at - minuteMs }));
    const [accountId = ""] = history.collections[0]?.negative ?? [];
    const event = "credit idle when a payment run began" as const;
    const named = [namedNegative(accountId), { event, paymentRun: "PR-OF-THE-TEST", accountIds: ["another"] }];
    expect(misnamed({ ...history, named })).toEqual([
      "another was named for PR-OF-THE-TEST and had no idle credit",
      "another was named for PR-OF-THE-TEST, which could not charge it",
    ]);
  });

  it("sees a negative invoice that three scans looked at and none found", async () => {
    const history = await charged((at) => ({ createdAt: at - minuteMs }));
    const { Id } = addAccount(history.tenant.store, { invoices: [{ amount: "-1.00" }] }, history.endedAt);
    const scanned = (minute: number, ...found: readonly string[]) => {
      const beganAt = history.endedAt + minute * minuteMs;
      return { kind: "incremental" as const, beganAt, endedAt: beganAt + 1, found: new Set(found) };
    };
    const three = [1, 16, 29].map((minute) => scanned(minute));
    expect(passedBy({ ...history, scans: three })).toMatchObject([expect.stringContaining("was passed by 3 scans")]);
    expect(passedBy({ ...history, scans: [...three, scanned(30, Id)] })).toEqual([]);
    // The last of these looks half an hour behind the one before, and the invoice was posted earlier.
    expect(passedBy({ ...history, scans: [1, 31, 46].map((minute) => scanned(minute)) })).toEqual([]);
  });
});
