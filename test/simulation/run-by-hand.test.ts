import { describe, expect, it } from "vitest";
import type { Width } from "../../functions/app/process/width.ts";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { type Collection, collectByRun } from "./harness/collections.ts";
import { openWorld } from "./harness/open-world.ts";
import { paidTwice } from "./harness/payment-run-violations.ts";
import { drain, runScan, startPollers } from "./harness/system.ts";
import { optOutField } from "./harness/tenant-records.ts";
import { hourMs, minuteMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9, 30);

/** What leaves after one look of a batch. */
const oneCall = 50;

/** Four hundred open invoices; the credit of every account pays one of its two, and a part of the other. */
const records = (): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const invoices = ["-12.00", "10.00", "10.00"].map((amount) => ({ amount, invoiceDate: "2026-11-20" }));
  for (let count = 0; count < 200; count += 1) addAccount(store, { invoices, AutoPay: true });
  return store;
};

/**
 * A person starts a payment run over all of it so long after the scan.
 *
 * @returns how many of the invoices that it charges were credited meanwhile
 */
const metWhenStartedAfter = async (milliseconds: number, processors: number, width: Width): Promise<number> => {
  const { world, tenant, history } = openWorld({
    seed: 6,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 300,
    clocksDifferMs: [0],
    standingCredit: "apply",
    records,
    pageSizeMax: 2_000,
    width,
  });
  const collections: Collection[] = [];
  const live = async () => {
    const pollers = startPollers(world, processors);
    await runScan(world, "full");
    await collectByRun(
      { world, tenant, movements: history.movements, collections },
      {
        filters: { targetDate: "2026-12-31" },
        createdAt: world.time.now() + milliseconds,
        delayMs: 0,
        durationMs: minuteMs,
        appliesCreditFirst: false,
      },
    );
    await drain(world, pollers);
  };
  await world.time.run(live(), 48 * hourMs);
  const lived = { ...history, collections, endedAt: world.time.now() };
  return paidTwice(lived).length;
};

/** Every quarter of a second from the first reading on. */
const quarters = (count: number) => Array.from({ length: count }, (_, index) => 750 + index * 250);

describe("a payment run that a person starts over invoices under settlement", () => {
  it.each([
    // One batch of a hundred after the other.
    { processors: 1, batches: 1, inFlightMax: oneCall, until: 15 },
    // A hundred go to the first of seven, 98 to the second, and two with two Decreases each to the third.
    { processors: 7, batches: 1, inFlightMax: 2 * oneCall + 4, until: 7 },
    // As deployed: two batches to the first of three, side by side, and ten each to the others before it takes more.
    { processors: 3, batches: 7, inFlightMax: 2 * oneCall + 2 * 20, until: 7 },
  ])(
    "charges and credits at most the one call that each of $batches batches of $processors processors had on its way",
    { timeout: 120_000 },
    async ({ processors, batches, inFlightMax, until }) => {
      const width = { delivered: 10, together: 100, batches };
      const met: number[] = [];
      for (const instant of quarters(until)) met.push(await metWhenStartedAfter(instant, processors, width));
      expect(Math.max(...met)).toBeGreaterThan(0);
      expect(Math.max(...met)).toBeLessThanOrEqual(inFlightMax);
    },
  );
});
