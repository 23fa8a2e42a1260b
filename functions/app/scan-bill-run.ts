import { amountsText, findAccounts } from "./find-accounts.ts";
import type { Candidates } from "./ports.ts";
import { beyondRunLimit, GuardTrippedError } from "./run-guard.ts";
import { beginScan, queueFound, type ScanDeps, type ScanResult } from "./scan.ts";
import type { BillRun } from "./scanner-ports.ts";

export type BillRunDeps = Omit<ScanDeps, "candidates" | "paymentRuns" | "lastScan" | "refusedScans"> & {
  /** Undefined where Zuora knows no such run. Named by its id or its number. */
  readonly billRun: (runId: string, idOrNumber: string) => Promise<BillRun | undefined>;
  /** What a scan asks, of the invoices of one bill run only. */
  readonly candidates: (runId: string, billRunId: string) => Candidates;
};

/** A callout that comes later than this is a replay, or of no use: a scheduled scan has been there long since. */
const postedLatelyMs = 24 * 60 * 60_000;

/**
 * Finds the accounts of one bill run that may need settling, credit that they had before included, and queues them.
 * Zuora is asked whether the run was posted lately, so that a callout that somebody replays starts nothing. The last
 * scan stays where it is: this one has seen a part only.
 *
 * @throws {GuardTrippedError | ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const scanBillRun = async (deps: BillRunDeps, idOrNumber: string): Promise<ScanResult> => {
  const begun = await beginScan(deps);
  if ("skipped" in begun) return begun;
  const { runId, startedAt } = begun;
  const billRun = await deps.billRun(runId, idOrNumber);
  const isPostedLately =
    billRun?.status === "Posted" && startedAt - (billRun.postedAt ?? Number.NEGATIVE_INFINITY) <= postedLatelyMs;
  if (billRun === undefined || !isPostedLately) {
    deps.telemetry.warn("bill run not scanned", { runId, billRun: idOrNumber, status: billRun?.status ?? "unknown" });
    return {
      runId,
      dryRun: begun.position === "dry-run",
      negativeInvoices: 0,
      accounts: 0,
      enqueued: 0,
      skipped: "not-posted-lately",
    };
  }
  const { postedSince } = deps.policy;
  const found = await findAccounts(deps.candidates(runId, billRun.id), { since: undefined, postedSince });
  const excess = beyondRunLimit(found, deps.policy);
  // The next scheduled scan finds the same, and shows it to whoever may approve it.
  if (excess !== undefined) throw new GuardTrippedError(`found ${excess}: nothing queued`);
  const result = await queueFound(deps, begun, found);
  deps.telemetry.info("scan completed", {
    ...result,
    kind: "bill-run",
    billRun: billRun.id,
    amounts: amountsText(found),
  });
  return result;
};
