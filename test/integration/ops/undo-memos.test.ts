import { describe, expect, it } from "vitest";
import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { settleAccounts } from "../../../functions/app/settle/settle-accounts.ts";
import { undoMemos } from "../../../functions/app/undo/undo-memos.ts";
import { runIdAt, runStartedAt } from "../../../functions/domain/run-id.ts";
import { findSystem } from "../../../functions/ops/system/find-system.ts";
import { type OpenSystem, openSystem } from "../../../functions/ops/system/open-system.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { useLocalOps } from "./local-ops.ts";

const { tenant, system } = useLocalOps();

const turn = (position: string) => system().standIns.parameters.set("/local/switch", position);

/** A tenant with Invoice Settlement. */
const reset = (seed: number): void => {
  const today = new Date().toISOString().slice(0, 10);
  system().zuora.reset(seedTenant({ accounts: 15, seed, today, kind: "settlement" }));
  tenant().kind = "settlement";
};

/** The system on this machine, as a stage in mode credit-memos would have it. */
const withSystem = async <T>(work: (opened: OpenSystem) => Promise<T>): Promise<T> => {
  const found = await findSystem({ local: system().file }, {}, () => {
    throw new Error("no AWS here");
  });
  const opened = openSystem({ ...found, config: { ...found.config, mode: "credit-memos" } }, () => {});
  try {
    return await work(opened);
  } finally {
    opened.close();
  }
};

/** Settles every account of the tenant as one run of the processor would. */
const settleAll = () =>
  withSystem(async (opened) => {
    const runId = runIdAt(Date.now(), Math.random());
    await settleAccounts(
      {
        ledger: opened.ledger(runId),
        policy: opened.policy,
        dryRun: false,
        nextKey: () => runId,
        mayWrite: async () => true,
        whyUnsent: () => "out-of-time",
        trouble: new SharedTrouble(Date.now),
        landing: new Landing(Date.now),
        onConfirmed: () => {},
      },
      new Map(tenant().store.accounts.rows.map(({ Id }) => [Id, runId])),
    );
    return runId;
  });

const undo = (runId: string, until = Date.now() + 60_000) =>
  withSystem((opened) =>
    undoMemos(
      {
        applications: opened.memoApplications(runId),
        switchReader: opened.switchReader,
        switchTurnedAt: async () => undefined,
        clock: opened.clock,
        journal: { record: () => {} },
      },
      { runId, after: runStartedAt(runId) ?? 0, until },
    ),
  );

/** All the money of the tenant. */
const positions = () => ({
  memos: tenant().store.creditMemos.rows.map(({ id, unappliedAmount }) => [id, unappliedAmount.toFixed()]),
  invoices: tenant().store.invoices.rows.map(({ Id, Balance }) => [Id, Balance.toFixed()]),
});

describe("undo of what credit memos paid", () => {
  it("brings every balance back, and later scans leave it so, for 3 seeds", { timeout: 30_000 }, async () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      turn("on");
      reset(seed);
      const before = positions();
      const runId = await settleAll();
      expect(positions()).not.toEqual(before);
      turn("off");
      const done = await undo(runId);
      expect(new Set(done.map(({ result }) => result))).toEqual(new Set(["unapplied"]));
      expect(positions()).toEqual(before);
      turn("on");
      for (let scan = 0; scan < 2; scan += 1) await settleAll();
      expect(positions()).toEqual(before);
      turn("off");
      expect(new Set((await undo(runId)).map(({ result }) => result))).toEqual(new Set(["gone"]));
      expect(positions()).toEqual(before);
    }
  });

  it("touches nothing while the system runs, nor what was applied in another time", async () => {
    turn("on");
    reset(1);
    const runId = await settleAll();
    const settled = positions();
    await expect(undo(runId)).rejects.toThrow("stop the system first");
    turn("off");
    expect(await undo(runId, (runStartedAt(runId) ?? 0) - 1)).toEqual([]);
    expect(positions()).toEqual(settled);
  });
});
