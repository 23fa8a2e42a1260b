import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { runScan } from "./harness/system.ts";
import { hourMs, minuteMs } from "./harness/timetable.ts";

/** A quarter of an hour as the schedule has it, from one scan to the next. */
const quarterMs = 15 * minuteMs;
const firstScanAt = Date.UTC(2026, 10, 23, 9);
const minutesLate = [0, 5, 15, 30, 31, 40, 44, 45, 60, 120, 600];

type FoundBy = "next" | "later" | "night";

/**
 * Of postings that become visible in the middle of every minute between two scans, so many minutes after Zuora stamped
 * them: by which scan each is found. The environments' clocks are ahead of Zuora's by so much.
 */
const foundBy = async (aheadMs: number): Promise<ReadonlyMap<number, readonly FoundBy[]>> => {
  const { world, tenant } = openWorld({
    seed: 1,
    startsAt: firstScanAt - minuteMs,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 60,
    clocksDifferMs: [aheadMs],
    standingCredit: "apply",
    records: () => new Store(),
    pageSizeMax: 2_000,
  });
  const { time, workQueue } = world;
  const lateBy = new Map<string, number>();
  const invoices = [{ amount: "-1.00", invoiceDate: "2026-11-22" }];
  const becomeVisible = async () => {
    for (let minute = 0; minute < quarterMs / minuteMs; minute += 1) {
      const visibleAt = firstScanAt + minute * minuteMs + minuteMs / 2;
      await time.sleep(visibleAt - time.now());
      for (const late of minutesLate) {
        lateBy.set(addAccount(tenant.store, { invoices }, visibleAt - late * minuteMs).Id, late);
      }
    }
  };
  const found = new Map<string, FoundBy>();
  const scanAt = async (at: number, kind: "incremental" | "full", by: FoundBy) => {
    await time.sleep(at - time.now());
    await runScan(world, kind);
    for (const { groupId } of workQueue.messages) if (!found.has(groupId)) found.set(groupId, by);
  };
  const scanOnSchedule = async () => {
    for (let count = 0; count < 8; count += 1) {
      await scanAt(firstScanAt + count * quarterMs, "incremental", count < 2 ? "next" : "later");
    }
    await scanAt(firstScanAt + 14 * hourMs, "full", "night");
  };
  await time.run(Promise.all([becomeVisible(), scanOnSchedule()]), 24 * hourMs);
  const all = [...lateBy].map(([id, late]) => ({ late, by: found.get(id) }));
  expect(all.filter(({ by }) => by === undefined)).toEqual([]);
  return new Map(
    [...Map.groupBy(all, ({ late }) => late)].map(([late, own]) => [late, own.flatMap(({ by }) => by ?? [])]),
  );
};

const tableOf = (measured: ReadonlyMap<number, readonly FoundBy[]>): string =>
  [
    "| minutes from stamp to sight | the next scan | a later one | only the nightly one |",
    "|---:|---:|---:|---:|",
    ...[...measured].map(([late, by]) => {
      const counts = (["next", "later", "night"] as const).map((each) => by.filter((one) => one === each).length);
      return `| ${[late, ...counts].join(" | ")} |`;
    }),
  ].join("\n");

const page = readFileSync(new URL("../../docs/reliability.md", import.meta.url), "utf8");

it.each<[string, number]>([
  ["that tells the time as Zuora does", 0],
  ["a quarter of an hour ahead of Zuora's", quarterMs],
  ["a quarter of an hour behind it", -quarterMs],
])("what becomes visible late is found as the page on reliability says, by a clock %s", async (_name, aheadMs) => {
  expect(page).toContain(tableOf(await foundBy(aheadMs)));
});
