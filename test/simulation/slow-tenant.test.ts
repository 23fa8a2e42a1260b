import { expect, it } from "vitest";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { drain, runScan, startPollers } from "./harness/system.ts";
import { optOutField } from "./harness/tenant-records.ts";
import { hourMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9, 30);

const records = (): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const invoices = ["-12.00", "10.00", "10.00"].map((amount) => ({ amount, invoiceDate: "2026-11-20" }));
  for (let count = 0; count < 120; count += 1) addAccount(store, { invoices });
  return store;
};

// Twelve calls at once would wait for twelve seconds each, of which nobody waits for more than five.
it("a tenant that does one call a second, one after the other, is asked for fewer at a time, and hardly one is given up", async () => {
  const { world, tenant } = openWorld({
    seed: 6,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 60,
    clocksDifferMs: [0],
    standingCredit: "apply",
    records,
    pageSizeMax: 2_000,
    width: { delivered: 10, together: 20, batches: 3 },
  });
  const { front, faults, time, workQueue, deadLetters } = world;
  front.serveMs = 1_000;
  const live = async () => {
    const pollers = startPollers(world, 3);
    await runScan(world, "full");
    while (workQueue.messages.length > 0) await time.sleep(1_000);
    const negative = tenant.store.invoices.rows.filter(({ Balance }) => Balance.lt(0));
    expect([negative.length, deadLetters.messages.length]).toEqual([0, 0]);
    expect(faults.counts.get("not-served-in-time") ?? 0).toBeLessThan(front.calls / 20);
    await drain(world, pollers);
  };
  await time.run(live(), hourMs);
});
