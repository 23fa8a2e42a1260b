import { describe, expect, it } from "vitest";
import { undoMemos } from "../../../functions/app/undo/undo-memos.ts";
import { runStartedAt } from "../../../functions/domain/run-id.ts";
import type { OpenSystem } from "../../../functions/ops/system/open-system.ts";
import type { UnapplyShownAs } from "../../zuora-simulator/credit-memos/unapply-memo.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { useLocalOps } from "./local-ops.ts";
import { settleAccountsOf, withSystem } from "./settle-all.ts";

const { tenant, system } = useLocalOps();

const turn = (position: string) => system().standIns.parameters.set("/local/switch", position);

/** A tenant with Invoice Settlement. */
const reset = (seed: number): void => {
  const today = new Date().toISOString().slice(0, 10);
  system().zuora.reset(seedTenant({ accounts: 15, seed, today, kind: "settlement" }));
  tenant().kind = "settlement";
};

const inMode = <T>(work: (opened: OpenSystem) => Promise<T>) => withSystem(system().file, "credit-memos", work);

/** Settles every account of the tenant. */
const settleAll = () =>
  inMode((opened) =>
    settleAccountsOf(
      opened,
      tenant().store.accounts.rows.map(({ Id }) => Id),
    ),
  );

const undo = (runId: string, until = Date.now() + 60_000) =>
  inMode((opened) =>
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
  it.each<[UnapplyShownAs, string[]]>([
    ["negative-amount", ["gone"]],
    // Nothing is left of an application whose row was changed, and so nothing to undo.
    ["changed-row", []],
  ])(
    "brings every balance back, and later scans leave it so, where it shows as %s",
    { timeout: 30_000 },
    async (shownAs, again) => {
      for (let seed = 1; seed <= 3; seed += 1) {
        turn("on");
        reset(seed);
        tenant().unapplyShownAs = shownAs;
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
        expect(new Set((await undo(runId)).map(({ result }) => result))).toEqual(new Set(again));
        expect(positions()).toEqual(before);
      }
    },
  );

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
