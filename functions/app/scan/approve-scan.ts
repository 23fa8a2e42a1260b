import { begunWithin, type Window } from "../../domain/payment-run.ts";
import { type Begun, beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { findAccounts } from "./find-accounts.ts";
import { queueFound, remember, tellCompleted } from "./queue-found.ts";
import { beyondApproval, GuardTrippedError } from "./run-guard.ts";
import { firstWindowMs, orSay } from "./runs-in-window.ts";

/**
 * Releases a scan that the guard refused, for exactly what was shown: invoices that have not changed since, and no
 * more of them, nor more money, than a person saw. What has changed since is the next scan's. An approval is used up.
 *
 * @throws {GuardTrippedError} where no such scan waits for approval, or there is more now than was shown
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const approveScan = async (deps: ScanDeps, approvedRunId: string): Promise<ScanResult> => {
  const refused = await deps.refusedScans.read();
  const kind = (["incremental", "full"] as const).find((each) => refused[each]?.runId === approvedRunId);
  const approved = kind === undefined ? undefined : refused[kind];
  if (kind === undefined || approved === undefined) {
    const waiting = Object.values(refused).flatMap((each) => (each === undefined ? [] : [each.runId]));
    throw new GuardTrippedError(
      `no refused scan ${approvedRunId} waits for approval; ${waiting.length === 0 ? "none does" : `these do: ${waiting.join(", ")}`}`,
    );
  }
  const begun = await beginScan(deps);
  if ("skipped" in begun) return begun;
  const { postedSince } = deps.policy;
  const search = { since: approved.since, before: approved.startedAt, postedSince };
  const found = await findAccounts(deps.candidates(begun.runId), search);
  const excess = beyondApproval(found, approved);
  if (excess !== undefined) throw new GuardTrippedError(`found ${excess}: nothing queued`);
  const last = await deps.lastScan.read();
  const result = await queueFound(deps, begun, found);
  if (await beganNone(deps, begun, { after: last ?? approved.startedAt - firstWindowMs, until: approved.startedAt })) {
    await remember(deps, begun, Math.max(last ?? 0, approved.startedAt));
  }
  if (!result.dryRun) await deps.refusedScans.write({ ...refused, [kind]: undefined });
  tellCompleted(deps.telemetry, result, found, { kind, since: approved.since, approved: approvedRunId });
  return result;
};

/**
 * Whether no payment run began meanwhile, for all that is known. Where one did, the refused scan named nobody, and the
 * next one must look that far back.
 */
const beganNone = async (deps: ScanDeps, { runId }: Begun, window: Window): Promise<boolean> => {
  const watch = deps.paymentRuns(runId);
  const runs = await orSay({ watch, telemetry: deps.telemetry, runId }, watch.runs(window.after));
  return runs !== undefined && begunWithin(runs, window).length === 0;
};
