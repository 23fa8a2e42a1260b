import { expect, it } from "vitest";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { chanceOf } from "./harness/random.ts";
import { runScan } from "./harness/system.ts";
import { hourMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9, 30);
const rowsOfPage = 12;
/** Forty pages of negative invoices. */
const accounts = 40 * rowsOfPage;

const records = (): Store => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1)
    addAccount(store, { invoices: [{ amount: "-1.00", invoiceDate: "2026-11-22" }] }, startsAt - 24 * hourMs);
  return store;
};

/** Scans everything while a gateway answers some calls itself, as if there were no such address. */
const scanBehindGateway = async (seed: number, share: number) => {
  const { world } = openWorld({
    seed,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 60,
    clocksDifferMs: [0],
    standingCredit: "apply",
    records,
    pageSizeMax: rowsOfPage,
  });
  const chance = chanceOf(seed);
  let lost = 0;
  world.front.misroutes = () => {
    const isLost = chance.hits(share);
    if (isLost) lost += 1;
    return isLost;
  };
  let isCompleted = false;
  const live = async () => {
    isCompleted = await runScan(world, "full", { parts: 1 });
  };
  await world.time.run(live(), hourMs);
  return { isCompleted, lost, queued: new Set(world.workQueue.messages.map(({ groupId }) => groupId)).size };
};

it("every scan of forty pages ends, and misses nobody, where a gateway answers 3 % of the calls with a 404 of its own", async () => {
  const scans = [];
  for (let seed = 1; seed <= 20; seed += 1) scans.push(await scanBehindGateway(seed, 0.03));
  expect(scans.filter(({ lost }) => lost > 0).length).toBeGreaterThan(10);
  expect(scans.filter(({ isCompleted, queued }) => !isCompleted || queued < accounts)).toEqual([]);
});

it("a scan ends as failed, and does not wait for ever, where there is no such address at all", async () => {
  expect(await scanBehindGateway(1, 1)).toMatchObject({ isCompleted: false, queued: 0 });
});
