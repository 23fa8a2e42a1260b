import type { Money } from "../../../../functions/domain/money.ts";
import type { Store } from "../../../zuora-simulator/store.ts";
import { post } from "../bill-beside.ts";
import { type Collection, collectByRun } from "../collections.ts";
import type { History, HistoryOptions } from "../history.ts";
import { openWorld } from "../open-world.ts";
import { actInBetween, type Movement, refuseRows, troubleTheTenant } from "../people.ts";
import { type Chance, chanceOf } from "../random.ts";
import { drain, limits, runScan, startPollers } from "../system.ts";
import { amountOf, tenantRecords } from "../tenant-records.ts";
import { balancesOf, changedBalances, notAsBefore } from "./balances.ts";
import { type Undoing, type Undone, undoAsAPerson } from "./undo-by-person.ts";

const startsAt = Date.UTC(2026, 10, 23, 9);

export type UndoHistoryOptions = Required<Omit<HistoryOptions, "writesLandLate">>;

/** What is left of a history in which runs were undone. */
export type UndoHistory = History & {
  /** Each with every balance of the tenant when it said that it was done. */
  readonly undone: readonly (Undone & { readonly balances: ReadonlyMap<string, Money> })[];
  /** What the undoing took back. */
  readonly takenBack: readonly Movement[];
};

/**
 * Lives through one history of an undo: accounts are settled by two runs while things go wrong, a person stops the
 * system and undoes one of them, or both, while things still go wrong, and lets it go on; then come scans, a payment
 * run and people, and now and then somebody undoes the same run once more, which must change nothing. The same options
 * give the same history.
 */
export const liveThroughUndo = async ({
  seed,
  mode,
  faultProbability,
  outsideMovements,
  readsLagMs,
}: UndoHistoryOptions): Promise<UndoHistory> => {
  const chance = chanceOf(seed + 2_000_000);
  const { world, tenant, history } = openWorld({
    seed,
    startsAt,
    faultProbability,
    pollMs: limits.pollMs,
    latencyMaxMs: 60,
    // What was applied of memos is told from what others did by the time that its run began at.
    clocksDifferMs: [0],
    standingCredit: chance.pick(["apply", "leave"]),
    mode,
    unapplyShownAs: chance.pick(["negative-amount", "changed-row"]),
    records: (chance) => tenantRecords(chance, startsAt, false, mode),
  });
  const { time } = world;
  const { movements } = history;
  const collections: Collection[] = [];
  const undoing: Undoing = { world, tenant, movements, takenBack: new Set() };
  const undone: UndoHistory["undone"][number][] = [];
  const first = balancesOf(tenant.store);
  const undoRun = async (runId: string | undefined) => {
    const done = runId === undefined ? undefined : await undoAsAPerson(undoing, runId);
    if (done === undefined) return;
    undone.push({ ...done, balances: balancesOf(tenant.store) });
    world.violations.push(...notAsBefore(first, undoing, undone));
  };
  const people = () => (outsideMovements ? actInBetween(world, tenant, movements) : Promise.resolve());
  const settle = async () => {
    world.front.lagMs = readsLagMs;
    const trouble = faultProbability > 0 ? [troubleTheTenant(world, tenant), refuseRows(world)] : [];
    const acting = people();
    await runScan(world, "full");
    await time.sleep(60_000);
    for (let count = chance.below(4); count > 0; count -= 1)
      post({ world, tenant, movements }, chance.pick(tenant.store.accounts.rows), total(chance), day);
    await runScan(world, "incremental");
    await Promise.all([...trouble, acting]);
    await time.sleep(chance.below(60_000));
  };
  const goOn = async () => {
    // As the runbook says: by then no replica shows any more what was before the undo.
    await time.sleep(60_000);
    world.position.current = "on";
    const charging = chance.hits(0.6)
      ? [collectByRun({ world, tenant, movements, collections }, runAtOnce(chance, time.now()))]
      : [];
    const acting = people();
    await runScan(world, "incremental");
    await time.sleep(60_000);
    await runScan(world, "full");
    await Promise.all([...charging, acting]);
  };
  const live = async () => {
    const pollers = startPollers(world, 2);
    await settle();
    const runs = runsThatWrote(history.lines, tenant.store);
    const chosen = runs.length === 0 ? [] : chance.hits(0.4) ? runs.toReversed() : [chance.pick(runs)];
    for (const runId of chosen) await undoRun(runId);
    await goOn();
    const [again] = undone;
    if (again !== undefined && again.spent.size === 0 && chance.hits(0.5)) {
      world.position.current = "off";
      await time.sleep(5 * 60_000);
      const settledSince = settledAfter(tenant.store, again);
      const before = balancesOf(tenant.store, settledSince);
      await undoAsAPerson(undoing, again.runId, again.until);
      world.violations.push(...changedBalances(before, balancesOf(tenant.store)));
      world.faults.count("undone-once-more");
      await goOn();
    }
    await drain(world, pollers);
  };
  await time.run(live(), 48 * 60 * 60_000);
  return { ...history, undone, takenBack: [...undoing.takenBack], endedAt: time.now() };
};

const day = "2026-11-23";

const total = (chance: Chance): string => `${chance.hits(0.6) ? "-" : ""}${amountOf(chance)}`;

/** The runs that moved something, the earlier first. */
const runsThatWrote = (lines: History["lines"], { adjustments }: Store): readonly string[] => {
  const said = lines.filter(({ transferred = "0", applied = "0" }) => Number(transferred) > 0 || Number(applied) > 0);
  const wrote = adjustments.rows.flatMap(({ ReferenceId }) => ReferenceId ?? []);
  return [...new Set([...said.map(({ runId }) => runId), ...wrote])].toSorted();
};

/** Accounts of the run that were still queued when it was undone, and settled after that. */
const settledAfter = ({ adjustments }: Store, { runId, saidAt }: Undone): ReadonlySet<string> =>
  new Set(
    adjustments.rows
      .filter(({ ReferenceId, CreatedDate }) => ReferenceId === runId && CreatedDate > saidAt)
      .map(({ AccountId }) => AccountId),
  );

/** A person starts a payment run over everybody. */
const runAtOnce = (chance: Chance, now: number) => ({
  filters: { targetDate: day },
  createdAt: now + chance.below(60_000),
  delayMs: 0,
  durationMs: 30_000 + chance.below(60_000),
  appliesCreditFirst: chance.hits(0.5),
});
