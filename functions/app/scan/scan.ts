import { SettlementError } from "../../domain/errors.ts";
import { metricNames } from "../metric-names.ts";
import { type Begun, beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { type Found, findAccounts } from "./find-accounts.ts";
import { nameNegativeWhenCharged } from "./negative-when-charged.ts";
import type { ScanKind } from "./ports.ts";
import { queueRest, queueWhatChanged, remember, tellCompleted } from "./queue-found.ts";
import { beyondRunLimit, forgetRefusal, refuse } from "./run-guard.ts";
import { type Around, lookAround, orSay } from "./runs-in-window.ts";

/**
 * Finds accounts that may need settling and queues one message for each. Counts and sums first, checks the guard,
 * and only then sends: a guard that trips half-way is no guard, and paging is live. An incremental scan that is the
 * first after a payment run, or within the half hour before one, looks at everything; before that, what an incremental
 * one finds is queued by itself.
 *
 * @throws {GuardTrippedError} naming the figures, the setting, and the run that a person may approve
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const scan = async (deps: ScanDeps, kind: ScanKind): Promise<ScanResult> => {
  const begun = await beginScan(deps);
  if ("skipped" in begun) return begun;
  const around = await lookAround(deps, begun, kind);
  // First of all: everything may be more than the guard allows, or than this function has the time for.
  const changed = around.looksAgain ? await queueWhatChanged(deps, begun, around.last) : undefined;
  const queued = changed?.size ?? 0;
  const found = await find(deps, begun, { kind, around, queued });
  const excess = beyondRunLimit(found, deps.policy);
  if (excess !== undefined) {
    if (changed !== undefined) await nameAndRemember(deps, begun, around, found);
    throw await refuse(deps, kind, excess, { ...begun, ...around, found, queued });
  }
  const result = await queueRest(deps, begun, found, changed);
  await nameAndRemember(deps, begun, around, found);
  await forgetRefusal(deps, kind);
  tellCompleted(deps.telemetry, result, found, { kind, since: around.since, reason: around.reason });
  return result;
};

/** Looks at as much as the scan is about. Where that does not end, a line says so and the mark stays where it was. */
const find = async (
  { candidates, telemetry, policy }: ScanDeps,
  { runId }: Begun,
  {
    kind,
    around: { reason, since, runsBegun },
    queued,
  }: { readonly kind: ScanKind; readonly around: Around; readonly queued: number },
): Promise<Found> => {
  const search = { since, rules: policy, keepsPostings: runsBegun.length > 0 };
  const found = await findAccounts(candidates(runId), search).catch((error: unknown) => {
    const code = error instanceof SettlementError ? error.code : "UNKNOWN";
    telemetry.warn("scan not finished", { runId, kind, reason, code, queued });
    throw error;
  });
  if (found.nameless > 0) telemetry.warn("record names no account", { runId, records: found.nameless });
  return found;
};

/**
 * Names whom payment runs met, and remembers how far this scan has looked: not where nobody understood what Zuora said
 * of its runs, so that the next scan looks at them again.
 */
const nameAndRemember = async (deps: ScanDeps, begun: Begun, around: Around, found: Found): Promise<void> => {
  const { watching, window, since, startedAt, runsBegun } = around;
  let isNamed = around.understood;
  if (since === undefined && begun.position === "on") {
    const facts = { begun: runsBegun, window, found, policy: deps.policy };
    isNamed &&= (await orSay(watching, nameNegativeWhenCharged(watching, facts))) !== undefined;
    const oldest = found.oldestPostedAt ?? startedAt;
    deps.telemetry.count(metricNames.oldestNegativeSeconds, Math.max(0, Math.round((startedAt - oldest) / 1000)));
  }
  if (isNamed) await remember(deps, begun, startedAt);
};
