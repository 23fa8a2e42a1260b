import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { hasCreditBalance, type Mode } from "../../../functions/domain/credit/mode.ts";
import type { Money } from "../../../functions/domain/money.ts";
import type { Policy } from "../../../functions/domain/policy.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import type { FaultPlan } from "./faults.ts";
import type { FifoQueue } from "./fifo-queue.ts";
import { spendAndBook } from "./finance.ts";
import { openAccounts } from "./new-accounts.ts";
import { type NegativeLine, openWorld, passesRowsByOf, secondRun, wrongClocks } from "./open-world.ts";
import { turnTheSwitch } from "./operators.ts";
import { payAndThink } from "./paying-customers.ts";
import { actInBetween, closePeriodOfOpen, type Movement, refuseRows, troubleTheTenant } from "./people.ts";
import { chanceOf } from "./random.ts";
import { type CompletedScan, drain, limits, runScan, startPollers } from "./system.ts";
import { tenantRecords } from "./tenant-records.ts";
import type { DecreaseSent } from "./wire-watch.ts";
import { writeOffWhileScanned } from "./write-off-beside.ts";
import { landingMaxTimeouts, type ZuoraFront } from "./zuora-front.ts";

const startsAt = Date.UTC(2026, 10, 23, 9);

export type HistoryOptions = {
  readonly seed: number;
  /** Absent: `credit-balance`. */
  readonly mode?: Mode;
  /** Of each kind of fault, per call, row or invocation that it fits. 0: everything works. */
  readonly faultProbability: number;
  /** Payments, new invoices and cancellations by people while the system runs. */
  readonly outsideMovements: boolean;
  /** How long reads show what was before a write. More than nothing: a second run works on the same tenant. */
  readonly readsLagMs: number;
  /** Writes land when nobody waits for them any more, beside credit that is to be left. */
  readonly writesLandLate: boolean;
};

/** Far from every seed, so that the stream of finance is nobody else's. */
const financeStream = 2_000_000;

/** The same of new accounts, and of who writes off what a scan is reading. */
const newAccountsStream = 4_000_000;
const writeOffStream = 5_000_000;

/** The same of customers who pay. */
const payersStream = 6_000_000;

/** As deployed: what a killed function had sent has landed before anybody else has its message. */
const lateVisibilityMs = limits.functionTimeoutMs + (landingMaxTimeouts + 1) * limits.httpTimeoutMs;

/** In half of the histories without faults one account kills every function that asks about it. */
export const hasKiller = ({ seed }: Pick<HistoryOptions, "seed">): boolean => seed % 20 === 10;

/** What is left to look at when a history has ended. */
export type History = {
  /** The account that killed whoever asked about it; nobody else is set aside for it. */
  readonly killer?: string | undefined;
  /** Rules that were broken on the way: what no end state shows. */
  readonly violations: readonly string[];
  readonly decreasesSent: readonly DecreaseSent[];
  /** Invoice balances that one undisturbed settlement ends in, by invoice number. */
  readonly expected: ReadonlyMap<string, Money>;
  readonly tenant: Tenant;
  readonly front: ZuoraFront;
  readonly faults: FaultPlan;
  readonly deadLetters: FifoQueue;
  readonly workQueue: FifoQueue;
  readonly lines: readonly AccountOutcomeLine[];
  /** What the scans said about accounts that were negative when a payment run began. */
  readonly named: readonly NegativeLine[];
  /** Those that completed, in the order of their ends. */
  readonly scans: readonly CompletedScan[];
  readonly firstMark: () => number | undefined;
  readonly movements: Movement[];
  readonly policy: Policy;
  readonly hasSecondRun?: boolean;
  readonly mode: Mode;
  /** Accounts whose messages were in hand when an environment died. */
  readonly diedOn: ReadonlySet<string>;
  /** What each customer owed in the beginning: invoices less credit. */
  readonly owedAtFirst: Map<string, Money>;
  readonly endedAt: number;
};

/**
 * Lives through one history: a tenant, faults, scans and processors for some minutes of virtual time; then nothing goes
 * wrong any more, one full scan comes, and the queue drains. The same options give the same history.
 */
export const liveThrough = async ({
  seed,
  mode = "credit-balance",
  faultProbability,
  outsideMovements,
  readsLagMs,
  writesLandLate,
}: HistoryOptions): Promise<History> => {
  const { world, tenant, history } = openWorld({
    seed,
    startsAt,
    faultProbability,
    ...(writesLandLate ? { visibilityMs: lateVisibilityMs } : {}),
    pollMs: limits.pollMs,
    latencyMaxMs: 60,
    clocksDifferMs: [0, 0, 5_000, 30_000, -5_000, -30_000],
    zuoraDiffersMs: wrongClocks,
    standingCredit: seed % 4 < 2 ? "apply" : "leave",
    mode,
    records: (chance) => tenantRecords(chance, startsAt, writesLandLate, mode),
  });
  const { time } = world;
  // From a stream of its own: it changes nothing else of what a seed means.
  if (faultProbability > 0) closePeriodOfOpen(world, chanceOf(seed + 3_000_000));
  if (hasKiller({ seed })) world.killer.current = tenant.store.accounts.rows[0]?.Id;
  const live = async () => {
    const pollers = startPollers(world, 2);
    const people = outsideMovements ? actInBetween(world, tenant, history.movements) : Promise.resolve();
    const finance = outsideMovements
      ? spendAndBook(world, tenant, history.movements, chanceOf(seed + financeStream))
      : Promise.resolve();
    const payers = outsideMovements
      ? payAndThink(world, tenant, history.movements, chanceOf(seed + payersStream))
      : Promise.resolve();
    const operators = outsideMovements ? turnTheSwitch(world) : Promise.resolve();
    const trouble = faultProbability > 0 ? troubleTheTenant(world, tenant) : Promise.resolve();
    const rows = faultProbability > 0 ? refuseRows(world) : Promise.resolve();
    const customers =
      faultProbability > 0 ? openAccounts(world, history, chanceOf(seed + newAccountsStream)) : Promise.resolve();
    const isPassedBy = faultProbability > 0 && outsideMovements && hasCreditBalance(mode) && passesRowsByOf(seed);
    const writeOff = isPassedBy
      ? writeOffWhileScanned({ world, tenant, movements: history.movements }, chanceOf(seed + writeOffStream), {
          times: 1,
          withinMs: 60_000,
        })
      : Promise.resolve();
    world.front.lagMs = readsLagMs;
    world.front.writesLandLate = writesLandLate;
    const beside = readsLagMs > 0 ? [secondRun(world)] : [];
    const others = beside.map((each) => ({ each, own: startPollers(each, 1) }));
    await Promise.all([world, ...beside].map((each) => runScan(each, "full")));
    await time.sleep(60_000);
    await Promise.all([world, ...beside].map((each) => runScan(each, "incremental")));
    await Promise.all([people, finance, payers, operators, trouble, rows, customers, writeOff]);
    await Promise.all([drain(world, pollers), ...others.map(({ each, own }) => drain(each, own))]);
  };
  await time.run(live(), 48 * 60 * 60_000);
  return { ...history, killer: world.killer.current, hasSecondRun: readsLagMs > 0, endedAt: time.now() };
};
