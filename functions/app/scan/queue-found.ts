import type { AccountId } from "../../domain/account.ts";
import { metricNames } from "../metric-names.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { Begun, ScanDeps, ScanResult } from "./begin-scan.ts";
import { amountsText, type Found, findAccounts } from "./find-accounts.ts";
import type { ScanKind } from "./ports.ts";
import { beyondRunLimit, withinReason } from "./run-guard.ts";
import { scanOverlapMs } from "./runs-in-window.ts";

/**
 * Remembers how far back the next scan need not look again. A dry run settles nothing, so what it found is still to be
 * found by the first scan that may.
 */
export const remember = async ({ lastScan }: ScanDeps, { position }: Begun, lookedUntil: number): Promise<void> => {
  if (position === "on") await lastScan.write(lookedUntil);
};

/** Queues one message for each account. */
export const queueFound = async (
  { workQueue }: Pick<ScanDeps, "workQueue">,
  { runId, startedAt, position }: Begun,
  accounts: ReadonlySet<AccountId>,
  negativeInvoices = 0,
): Promise<ScanResult> => {
  const dryRun = position === "dry-run";
  const enqueued = await workQueue.send(accounts, runId, new Date(startedAt).toISOString(), dryRun);
  return {
    runId,
    dryRun,
    negativeInvoices,
    accounts: accounts.size,
    enqueued,
  };
};

/** Queues what an incremental scan finds, where that is within the guard on its own. */
export const queueWhatChanged = async (
  deps: ScanDeps,
  begun: Begun,
  last: number,
): Promise<ReadonlySet<AccountId> | undefined> => {
  const search = { since: last - scanOverlapMs, rules: deps.policy };
  const found = await findAccounts(deps.candidates(begun.runId), search);
  if (beyondRunLimit(found, deps.policy) !== undefined) return undefined;
  await queueFound(deps, begun, found.accounts);
  return found.accounts;
};

/** Queues what was found and is not queued yet. */
export const queueRest = async (
  deps: ScanDeps,
  begun: Begun,
  found: Found,
  queued: ReadonlySet<AccountId> = new Set(),
): Promise<ScanResult> => {
  const accounts = withinReason(found, deps.policy);
  const rest = await queueFound(deps, begun, accounts.difference(queued), found.negativeInvoices);
  return { ...rest, accounts: accounts.size, enqueued: rest.enqueued + queued.size };
};

/** One line, and the figures that alarms and the dashboard watch. */
export const tellCompleted = (
  telemetry: Telemetry,
  result: ScanResult,
  found: Found,
  facts: { readonly kind: ScanKind; readonly since: number | undefined } & Readonly<Record<string, unknown>>,
): void => {
  telemetry.info("scan completed", {
    ...result,
    ...facts,
    ...(found.creditMemos > 0 ? { creditMemos: found.creditMemos } : {}),
    amounts: amountsText(found),
    since: facts.since ?? "the beginning",
  });
  telemetry.count(metricNames.scanCompleted, 1);
  telemetry.count(metricNames.guardTripped, 0);
  telemetry.count(metricNames.foundAccounts, result.accounts);
  telemetry.count(metricNames.foundNegativeInvoices, result.negativeInvoices);
};
