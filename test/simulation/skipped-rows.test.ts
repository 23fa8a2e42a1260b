import { expect, it } from "vitest";
import { zero } from "../../functions/domain/money.ts";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { runScan, startPollers } from "./harness/system.ts";
import { optOutField } from "./harness/tenant-records.ts";
import { hourMs, minuteMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9);

/** Twelve customers who were billed a minute ago. */
const records = (): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const invoices = [{ amount: "-12.00", invoiceDate: "2026-11-23" }];
  for (let count = 0; count < 12; count += 1) addAccount(store, { invoices }, startsAt - minuteMs);
  return store;
};

it("an invoice that one scan passes by, since others left its pages meanwhile, is settled by the next", async () => {
  const { world, tenant } = openWorld({
    seed: 1,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 2_000,
    clocksDifferMs: [0],
    standingCredit: "apply",
    records,
    pageSizeMax: 2,
    passesRowsBy: true,
  });
  const { time } = world;
  const negative = () => tenant.store.invoices.rows.filter(({ Balance }) => Balance.lt(0)).length;
  /** Somebody adjusts what the first pages showed, while the later ones are read. */
  const adjust = async () => {
    for (const invoice of tenant.store.invoices.rows.slice(0, 4)) {
      await time.sleep(2_500);
      invoice.Balance = zero;
      invoice.UpdatedDate = time.now();
    }
  };
  const live = async () => {
    await world.lastScan.write(startsAt - 5 * minuteMs);
    const pollers = startPollers(world, 2);
    await Promise.all([runScan(world, "incremental"), adjust()]);
    await time.sleep(10 * minuteMs);
    const afterOne = negative();
    await time.sleep(5 * minuteMs);
    await runScan(world, "incremental");
    await time.sleep(10 * minuteMs);
    await pollers.stop();
    return { afterOne, afterTwo: negative() };
  };
  const { afterOne, afterTwo } = await time.run(live(), 2 * hourMs);
  expect(afterOne).toBeGreaterThan(0);
  expect(afterTwo).toBe(0);
});
