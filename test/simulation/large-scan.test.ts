import { describe, expect, it } from "vitest";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { limits, runScan, type World } from "./harness/system.ts";
import { hourMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9, 30);
/** Of 250 pages that take 1.5 seconds each. */
const accounts = 3_000;
const rowsOfPage = 12;

/** Yesterday's invoices, and a few that were posted since the last scan. */
const records = (): Store => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1) {
    const postedAt = index % 600 === 0 ? startsAt - 60_000 : startsAt - 24 * hourMs;
    addAccount(store, { invoices: [{ amount: "-1.00", invoiceDate: "2026-11-22" }] }, postedAt);
  }
  return store;
};

/** Scans everything of a tenant that takes longer for its pages, one after the other, than a scanner has. */
const scanAll = async (parts: number) => {
  const { world, tenant } = openWorld({
    seed: 3,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 3_000,
    clocksDifferMs: [0],
    standingCredit: "apply",
    records,
    pageSizeMax: rowsOfPage,
  });
  const said: (readonly [string, object])[] = [];
  const warn: World["telemetry"]["warn"] = (event, fields = {}) => void said.push([event, fields]);
  const policy = { ...world.policy, runLimit: { accounts, amount: {} } };
  const lastScanAt = startsAt - hourMs;
  await world.lastScan.write(lastScanAt);
  let isCompleted = false;
  const live = async () => {
    isCompleted = await runScan({ ...world, policy, telemetry: { ...world.telemetry, warn } }, "full", { parts });
  };
  await world.time.run(live(), hourMs);
  const queued = world.workQueue.messages.map(({ groupId }) => groupId);
  const fresh = tenant.store.invoices.rows.filter(({ PostedDate = 0 }) => PostedDate > lastScanAt);
  const mark = await world.lastScan.read();
  return { isCompleted, queued, fresh, said, lastScanAt, mark, tookMs: world.time.now() - startsAt };
};

describe("a scan of everything for which the scanner has too little time, page after page", () => {
  it("is finished in time where its parts are read side by side, and queues each account once", async () => {
    const { isCompleted, queued, mark, tookMs } = await scanAll(8);
    expect(isCompleted).toBe(true);
    expect([queued.length, new Set(queued).size]).toEqual([accounts, accounts]);
    expect(tookMs).toBeLessThan(limits.scanTimeoutMs);
    expect(mark).toBeGreaterThan(startsAt - 1_000);
  });

  it("is never silent where it cannot be finished: it fails, says so, has queued what changed, and keeps the mark", async () => {
    const { isCompleted, queued, fresh, said, mark, lastScanAt } = await scanAll(1);
    expect(isCompleted).toBe(false);
    expect(said).toContainEqual([
      "scan not finished",
      expect.objectContaining({ kind: "full", code: "ZUORA_BUSY", queued: fresh.length }),
    ]);
    expect(fresh.length).toBeGreaterThan(0);
    expect(queued.toSorted()).toEqual(fresh.map(({ AccountId }) => AccountId).toSorted());
    expect(mark).toBe(lastScanAt);
  });
});
