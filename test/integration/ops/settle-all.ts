import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { settleAccounts } from "../../../functions/app/settle/settle-accounts.ts";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { runIdAt } from "../../../functions/domain/run-id.ts";
import { findSystem } from "../../../functions/ops/system/find-system.ts";
import { type OpenSystem, openSystem } from "../../../functions/ops/system/open-system.ts";

/** Opens the system on this machine as the commands do, as a stage in that mode would have it, and closes it again. */
export const withSystem = async <T>(file: string, mode: Mode, work: (opened: OpenSystem) => Promise<T>): Promise<T> => {
  const found = await findSystem({ local: file }, {}, () => {
    throw new Error("no AWS here");
  });
  const opened = openSystem({ ...found, config: { ...found.config, mode } }, () => {});
  try {
    return await work(opened);
  } finally {
    opened.close();
  }
};

/** Settles accounts as one run of the processor would. */
export const settleAccountsOf = async (opened: OpenSystem, ids: readonly string[]): Promise<string> => {
  const runId = runIdAt(Date.now(), Math.random());
  let key = 0;
  await settleAccounts(
    {
      ledger: opened.ledger(runId),
      policy: opened.policy,
      dryRun: false,
      nextKey: () => `${runId}-${++key}`,
      mayWrite: async () => true,
      whyUnsent: () => "out-of-time",
      trouble: new SharedTrouble(Date.now),
      landing: new Landing(Date.now),
      onConfirmed: () => {},
    },
    new Map(ids.map((id) => [id, runId])),
  );
  return runId;
};
