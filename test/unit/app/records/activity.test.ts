import { describe, expect, it } from "vitest";
import { activityOf, percentile } from "../../../../functions/app/records/activity.ts";
import type { AdjustmentRecord, BilledInvoice } from "../../../../functions/app/records/ports.ts";
import { fromDecimal, toDecimal } from "../../../../functions/domain/money.ts";
import type { MoneyByCurrency } from "../../../../functions/domain/money-by-currency.ts";
import { runIdAt } from "../../../../functions/domain/run-id.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const run = runIdAt(noon, 0);

const adjustment = (spec: Partial<AdjustmentRecord>): AdjustmentRecord => ({
  id: "1",
  number: "CBA-1",
  accountId: "a1",
  invoice: { id: "i1", number: "INV1" },
  type: "Increase",
  amount: fromDecimal("10.00"),
  status: "Processed",
  reference: run,
  comment: undefined,
  createdAt: noon,
  updatedAt: noon,
  ...spec,
});

const billed = (spec: Partial<BilledInvoice> = {}): BilledInvoice => ({
  id: "i1",
  number: "INV1",
  accountId: "a1",
  amount: fromDecimal("-10.00"),
  balance: fromDecimal("0"),
  currency: "GBP",
  postedAt: noon - 4_000,
  updatedAt: undefined,
  ...spec,
});

const label = (currency: string) => ({ number: "A1", currency, creditBalance: fromDecimal("0") });
const labels = new Map([
  ["a1", label("GBP")],
  ["a2", label("JPY")],
]);

const plain = (sums: MoneyByCurrency) => Object.fromEntries([...sums].map(([key, each]) => [key, toDecimal(each)]));

describe("what was moved", () => {
  it("is added up per day of the tenant and per currency, the latest day first", () => {
    const { days } = activityOf(
      {
        adjustments: [
          adjustment({}),
          adjustment({ type: "Decrease", amount: fromDecimal("4.5") }),
          adjustment({ accountId: "a2", amount: fromDecimal("700") }),
          adjustment({ createdAt: Date.UTC(2026, 10, 23, 23, 30) }),
        ],
      },
      [],
      labels,
      { since: 0, timeZone: "Europe/Berlin" },
    );
    expect(days.map(({ day, transferred, applied }) => [day, plain(transferred), plain(applied)])).toEqual([
      ["2026-11-24", { GBP: "10" }, { GBP: "0" }],
      ["2026-11-23", { GBP: "10", JPY: "700" }, { GBP: "4.5", JPY: "0" }],
    ]);
  });

  it("counts what was canceled against the day of its cancellation, as a report does, however old it is", () => {
    const canceled = adjustment({ status: "Canceled", updatedAt: noon + 24 * 3_600_000 });
    const daysSince = (since: number) =>
      activityOf({ adjustments: [canceled] }, [], labels, { since, timeZone: "UTC" }).days.map(
        ({ day, transferred }) => [day, plain(transferred)],
      );
    expect(daysSince(0)).toEqual([
      ["2026-11-24", { GBP: "-10" }],
      ["2026-11-23", { GBP: "10" }],
    ]);
    expect(daysSince(noon + 1)).toEqual([["2026-11-24", { GBP: "-10" }]]);
  });

  it("counts of a run what stands, and says how much was canceled", () => {
    const { days, runs } = activityOf({ adjustments: [adjustment({ status: "Canceled" })] }, [billed()], labels, {
      since: 0,
      timeZone: "UTC",
    });
    expect(days.map(({ transferred }) => plain(transferred))).toEqual([{ GBP: "0" }]);
    expect(runs.map(({ transferred }) => plain(transferred))).toEqual([{}]);
    expect(runs).toMatchObject([{ runId: run, startedAt: noon, accounts: 1, canceled: 1 }]);
  });

  it("is told run by run, the latest first", () => {
    const later = runIdAt(noon + 900_000, 0);
    const { runs } = activityOf(
      { adjustments: [adjustment({}), adjustment({ accountId: "a2" }), adjustment({ reference: later })] },
      [],
      labels,
      { since: 0, timeZone: "UTC" },
    );
    expect(runs.map(({ runId, accounts }) => [runId, accounts])).toEqual([
      [later, 1],
      [run, 2],
    ]);
  });
});

describe("the time from posting to settled", () => {
  const settledAfter = (invoices: readonly BilledInvoice[], adjustments = [adjustment({})]) =>
    activityOf({ adjustments }, invoices, labels, { since: 0, timeZone: "UTC" }).settledAfterMs;

  it("ends with the last transfer of the invoice", () => {
    expect(settledAfter([billed()])).toEqual([4_000]);
    expect(settledAfter([billed()], [adjustment({}), adjustment({ createdAt: noon + 6_000 })])).toEqual([10_000]);
  });

  it("has no place for what is still negative, was settled by others, or tells no time of posting", () => {
    expect(settledAfter([billed({ balance: fromDecimal("-1") })])).toEqual([]);
    expect(settledAfter([billed({ id: "other" })])).toEqual([]);
    expect(settledAfter([billed({ postedAt: undefined })])).toEqual([]);
    expect(settledAfter([billed()], [adjustment({ status: "Canceled" })])).toEqual([]);
    expect(settledAfter([billed()], [adjustment({ type: "Decrease" })])).toEqual([]);
  });

  it("is shortened to the values that half and nearly all do not exceed", () => {
    const ascending = [1, 2, 3, 4];
    expect([0, 0.5, 0.95, 1].map((share) => percentile(ascending, share))).toEqual([1, 2, 4, 4]);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});
