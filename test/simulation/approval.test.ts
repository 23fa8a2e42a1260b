import { expect, it } from "vitest";
import { toDecimal, zero } from "../../functions/domain/money.ts";
import { addAccount, addInvoice } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { openWorld } from "./harness/open-world.ts";
import { approve, runScan, startPollers } from "./harness/system.ts";
import { optOutField } from "./harness/tenant-records.ts";
import { hourMs, minuteMs } from "./harness/timetable.ts";

const startsAt = Date.UTC(2026, 10, 23, 9);

const records = (): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  return store;
};

/**
 * Three customers are owed 60,000 each, by a wrong bill run, and a person looks at the scan that was refused for it.
 * Meanwhile the last of them is corrected, and the first is owed more; then the person approves what was shown.
 */
const approved = async (aheadMs: number) => {
  const { world, tenant } = openWorld({
    seed: 1,
    startsAt,
    faultProbability: 0,
    pollMs: 250,
    latencyMaxMs: 60,
    clocksDifferMs: [aheadMs],
    standingCredit: "apply",
    records,
  });
  const { time, front } = world;
  const { invoices } = tenant.store;
  const bill = () => addAccount(tenant.store, { invoices: [{ amount: "-60000.00" }] }, time.now());
  const live = async () => {
    await world.lastScan.write(startsAt - 15 * minuteMs);
    const [changed] = [bill(), bill(), bill()];
    await time.sleep(minuteMs);
    // What a scan asks first is answered by a gateway, which tells no time.
    front.misroutes = ({ path }) => path.startsWith("/v1/payment-runs") && "to-html";
    await runScan(world, "incremental");
    front.misroutes = undefined;
    const shown = (await world.refusedScans.read()).incremental;
    await time.sleep(minuteMs);
    for (const wrong of invoices.rows.slice(2)) Object.assign(wrong, { Balance: zero, UpdatedDate: time.now() });
    addInvoice(tenant.store, changed, { amount: "-50000.00" }, time.now());
    await time.sleep(minuteMs);
    const pollers = startPollers(world, 2);
    await approve(world, shown?.runId ?? "none");
    await time.sleep(minuteMs);
    await pollers.stop();
    return shown?.amounts;
  };
  return { shown: await time.run(live(), hourMs), balances: invoices.rows.map(({ Balance }) => toDecimal(Balance)) };
};

it.each([
  ["ten minutes ahead of Zuora's", 10 * minuteMs],
  ["that tells the time as Zuora does", 0],
  ["ten minutes behind it", -10 * minuteMs],
])(
  "an approval leaves whom more is owed by now, and moves who is as he was shown, by a clock %s",
  async (_, aheadMs) => {
    const { shown, balances } = await approved(aheadMs);
    expect(shown).toEqual({ GBP: "180000" });
    expect(balances).toEqual(["-60000", "0", "0", "-50000"]);
  },
);
