import { hasCreditBalance, hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import { type AccountSpec, addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { billBeside, post } from "./bill-beside.ts";
import { type Collecting, type Collection, collectByRun, collectOnePayment } from "./collections.ts";
import type { History, HistoryOptions } from "./history.ts";
import { openWorld, passesRowsByOf, wrongClocks } from "./open-world.ts";
import { type Chance, chanceOf } from "./random.ts";
import { drain, runScan, startPollers, type World } from "./system.ts";
import { addAccountWithCredit, amountOf, optOutField, varyMemos } from "./tenant-records.ts";
import { hourMs, minuteMs, seconds, timetableOf } from "./timetable.ts";
import { writeOffWhileScanned } from "./write-off-beside.ts";
import { billWrongly } from "./wrong-bill-run.ts";

/** What is left of a history with payment runs. */
export type PaymentRunHistory = History & { readonly collections: readonly Collection[] };

const hours = 2;

/** When the credit came that stands there from the beginning. */
const standsSince = Date.UTC(2026, 9, 1);

/**
 * Lives through some hours of a tenant that charges its customers: payment runs and payments of their own, postings and
 * scheduled scans, faults and outages; then nothing goes wrong any more, one full scan comes, and the queue drains. The
 * same options give the same history.
 */
export const liveThroughPaymentRuns = async ({
  seed,
  mode = "credit-balance",
  faultProbability,
}: Pick<HistoryOptions, "seed" | "mode" | "faultProbability">): Promise<PaymentRunHistory> => {
  const chance = chanceOf(seed + 1_000_000);
  const startsAt = Date.UTC(2026, 10, 23, 9, chance.below(55));
  const { world, tenant, history } = openWorld({
    seed,
    startsAt,
    faultProbability,
    pollMs: 2_000,
    // A tenant that charges thousands of customers is a slow one.
    latencyMaxMs: chance.pick([60, 3_000]),
    clocksDifferMs: [0],
    zuoraDiffersMs: wrongClocks,
    standingCredit: seed % 8 < 4 ? "apply" : "leave",
    mode,
    records: (chance) => records(chance, mode),
  });
  const collections: Collection[] = [];
  const where = { world, tenant, movements: history.movements, collections };
  const endsAt = startsAt + (hours + 1) * hourMs;
  const isPassedBy = faultProbability > 0 && hasCreditBalance(mode) && passesRowsByOf(seed);
  const live = async () => {
    const pollers = startPollers(world, 2);
    const runs = timetableOf(chance.fork(), tenant.store, startsAt, hours);
    const atOnce = runs.filter(({ hour }) => hour === undefined);
    await Promise.all([
      ...runs.map((run) => collectByRun(where, run)),
      ...atOnce.map(({ createdAt }) => billBeside(where, chance.fork(), createdAt)),
      postNowAndThen(where, chance.fork(), startsAt),
      payNowAndThen(where, chance.fork()),
      scanOnSchedule(world, chance.fork(), endsAt),
      billWrongly(where, chance.fork(), faultProbability > 0),
      ...(isPassedBy
        ? [writeOffWhileScanned(where, chanceOf(seed + 3_000_000), { times: 4, withinMs: hours * hourMs })]
        : []),
      ...(faultProbability > 0 ? [goDownOnce(world, chance.fork())] : []),
      ...(faultProbability > 0 ? [losePaymentRunsNowAndThen(world, chance.fork())] : []),
    ]);
    await drain(world, pollers);
  };
  await world.time.run(live(), 48 * hourMs);
  return { ...history, collections, endedAt: world.time.now() };
};

const records = (chance: Chance, mode: Mode): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const count = 3 + chance.below(5);
  for (let index = 0; index < count; index += 1) {
    const account = addAccountWithCredit(store, accountOf(chance), standsSince, mode);
    if (hasCreditMemos(mode)) varyMemos(store, account, chance, standsSince);
  }
  if (chance.hits(0.15)) debitForDays(store, chance, mode);
  // History that the policy never touches, and more of it than the guard allows.
  const amount = "-1000000.00";
  addAccount(store, {
    AutoPay: false,
    invoices: [{ amount, invoiceDate: "2020-05-05", postedAt: Date.UTC(2020, 4, 5) }],
  });
  return store;
};

/** Direct debits that no history sees the end of, more of them than a slow tenant lists in an invocation. */
const debitForDays = (store: Store, chance: Chance, mode: Mode): void => {
  const { Id: AccountId } = addAccountWithCredit(store, accountOf(chance), standsSince, mode);
  const [debited] = store.invoices.where("AccountId", AccountId).filter(({ Balance }) => Balance.gt(0));
  if (debited === undefined) throw new RangeError("every account has an open invoice");
  for (let count = 40 + chance.below(80); count > 0; count -= 1) {
    // All but the first are of customers whom nobody looks at.
    const owner = count === 1 ? { AccountId, InvoiceId: debited.Id } : { AccountId: `other-${count}`, InvoiceId: "" };
    const facts = { Amount: debited.Balance, Status: "Processing", CreatedDate: 0, UpdatedDate: 0 } as const;
    store.payments.add({ Id: store.nextId("8ap"), ...owner, ...facts });
  }
};

const day = (chance: Chance): string => `2026-11-${15 + chance.below(9)}`;

const accountOf = (chance: Chance): AccountSpec => ({
  invoices: [
    ...Array.from({ length: chance.below(2) }, () => ({ amount: `-${amountOf(chance)}`, invoiceDate: day(chance) })),
    ...Array.from({ length: 1 + chance.below(3) }, () => ({ amount: amountOf(chance), invoiceDate: day(chance) })),
    ...(chance.hits(0.1) ? [{ amount: "-3.00", invoiceDate: "2026-12-24" }] : []),
  ],
  Currency: chance.pick(["GBP", "GBP", "KWD"]),
  Batch: chance.pick(["Batch1", "Batch2"]),
  AutoPay: chance.hits(0.9),
  ...(chance.hits(0.2) ? { credit: amountOf(chance) } : {}),
});

/** Invoices are posted at any time, and more of them in the quarter of an hour before a full one. */
const postNowAndThen = async (where: Collecting, chance: Chance, startsAt: number) => {
  const { time } = where.world;
  const { store } = where.tenant;
  const times = Array.from({ length: 4 + chance.below(16) }, () => {
    const anyTime = startsAt + seconds(chance, (hours * hourMs) / 1_000);
    return chance.hits(0.4) ? anyTime : Math.ceil(anyTime / hourMs) * hourMs - seconds(chance, 15 * 60);
  });
  for (const postsAt of times.toSorted((a, b) => a - b)) {
    await time.sleep(postsAt - time.now());
    const account = chance.pick(store.accounts.rows);
    post(where, account, `${chance.hits(0.7) ? "-" : ""}${amountOf(chance)}`, day(chance));
  }
};

const payNowAndThen = async (where: Collecting, chance: Chance): Promise<void> => {
  for (let count = chance.below(3); count > 0; count -= 1) {
    await where.world.time.sleep(seconds(chance, (hours * hourMs) / 2_000));
    const paysAt = where.world.time.now() + 10_000;
    await Promise.all([
      where.world.time.sleep(10_000).then(() => collectOnePayment(where)),
      billBeside(where, chance, paysAt),
    ]);
  }
};

/** Everything at first, and then what changed, every few minutes. */
const scanOnSchedule = async (world: World, chance: Chance, endsAt: number): Promise<void> => {
  const everyMs = chance.pick([5, 5, 15]) * minuteMs;
  await world.time.sleep(seconds(chance, everyMs / 1_000));
  await runScan(world, "full");
  while (world.time.now() < endsAt) {
    await world.time.sleep(everyMs - (world.time.now() % everyMs) + seconds(chance, 60));
    await runScan(world, "incremental");
  }
};

/** For seconds or minutes a gateway knows no payment runs, most often when one is near. */
const losePaymentRunsNowAndThen = async ({ time, faults, front }: World, chance: Chance): Promise<void> => {
  for (let count = chance.below(6); count > 0; count -= 1) {
    await time.sleep(seconds(chance, (hours * hourMs) / 3_000));
    if (chance.hits(0.5)) await time.sleep(hourMs - (time.now() % hourMs) - 3 * minuteMs + seconds(chance, 240));
    faults.count("gateway-knows-no-payment-runs");
    front.misroutes = ({ path }) => path.startsWith("/v1/payment-runs");
    await time.sleep(5_000 + seconds(chance, chance.hits(0.5) ? 20 : 240));
    front.misroutes = undefined;
  }
};

const goDownOnce = async ({ time, faults, front }: World, chance: Chance): Promise<void> => {
  if (!chance.hits(0.3)) return;
  await time.sleep(seconds(chance, (hours * hourMs) / 1_000));
  faults.count("outage");
  front.isDown = true;
  await time.sleep(minuteMs + seconds(chance, 20 * 60));
  front.isDown = false;
};
