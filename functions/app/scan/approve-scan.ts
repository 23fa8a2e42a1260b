import { begunWithin, type Window } from "../../domain/payment-run.ts";
import { type Begun, beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { findAccounts } from "./find-accounts.ts";
import { queueFound, remember, tellCompleted } from "./queue-found.ts";
import { beyondApproval, GuardTrippedError } from "./run-guard.ts";
import { firstWindowMs, orSay } from "./runs-in-window.ts";

/**
 * Releases a scan that the guard refused, for exactly what was shown: accounts of which nothing has changed since, and
 * no more of them, nor more money, than a person saw. An account with anything newer, or changed, that could be moved
 * with what was shown is the next scan's, and so the guard's. An approval is used up.
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
  const candidates = deps.candidates(begun.runId);
  const shown = { since: approved.since, before: approved.startedAt, rules: deps.policy };
  const found = await findAccounts(candidates, shown);
  const excess = beyondApproval(found, approved);
  if (excess !== undefined) throw new GuardTrippedError(`found ${excess}: nothing queued`);
  const last = await deps.lastScan.read();
  // Whoever is owed more by now than was shown goes back to the guard: the next scan reaches back to the refused one.
  const { accounts: changed } = await findAccounts(candidates, { since: approved.startedAt, rules: deps.policy });
  const unchanged = found.accounts.difference(changed);
  const result = await queueFound(deps, begun, unchanged, found.negativeInvoices);
  if (await beganNone(deps, begun, { after: last ?? approved.startedAt - firstWindowMs, until: approved.startedAt })) {
    await remember(deps, begun, Math.max(last ?? 0, approved.startedAt));
  }
  if (!result.dryRun) await deps.refusedScans.write({ ...refused, [kind]: undefined });
  tellCompleted(deps.telemetry, result, found, {
    kind,
    since: approved.since,
    approved: approvedRunId,
    backToTheGuard: found.accounts.size - unchanged.size,
  });
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
