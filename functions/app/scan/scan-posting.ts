import { metricNames } from "../metric-names.ts";
import { beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { amountsText, findAccounts } from "./find-accounts.ts";
import type { Candidates, FoundPosting, Posting } from "./ports.ts";
import { queueFound } from "./queue-found.ts";
import { beyondRunLimit, GuardTrippedError, withinReason } from "./run-guard.ts";

export type PostingDeps = Omit<ScanDeps, "candidates" | "paymentRuns" | "lastScan" | "refusedScans" | "zuoraTime"> & {
  /** Undefined where Zuora knows no such bill run or invoice. */
  readonly find: (runId: string, posting: Posting) => Promise<FoundPosting | undefined>;
  /** What a scan asks, of the invoices of one posting only. */
  readonly candidates: (runId: string, posting: Posting & Pick<FoundPosting, "postedAt">) => Candidates;
};

/** A callout that comes later than this is a replay, or of no use: a scheduled scan has been there long since. */
const postedLatelyMs = 24 * 60 * 60_000;

/**
 * Finds the accounts of one posted bill run or invoice that may need settling, credit that they had before included,
 * and queues them. Zuora is asked whether it was posted lately, so that a callout that somebody replays starts nothing.
 * The last scan stays where it is: this one has seen a part only.
 *
 * @throws {GuardTrippedError | ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const scanPosting = async (deps: PostingDeps, posting: Posting): Promise<ScanResult> => {
  const begun = await beginScan(deps);
  if ("skipped" in begun) return begun;
  const { runId, startedAt } = begun;
  const found = await deps.find(runId, posting);
  const isPostedLately =
    found?.status === "Posted" && startedAt - (found.postedAt ?? Number.NEGATIVE_INFINITY) <= postedLatelyMs;
  if (found === undefined || !isPostedLately) {
    deps.telemetry.count(metricNames.postingNotScanned, 1);
    deps.telemetry.warn("posting not scanned", { runId, ...posting, status: found?.status ?? "unknown" });
    return {
      runId,
      dryRun: begun.position === "dry-run",
      negativeInvoices: 0,
      accounts: 0,
      enqueued: 0,
      skipped: "not-posted-lately",
    };
  }
  const { kind } = posting;
  const candidates = deps.candidates(runId, { kind, id: found.id, postedAt: found.postedAt });
  const accounts = await findAccounts(candidates, { since: undefined, rules: deps.policy });
  const excess = beyondRunLimit(accounts, deps.policy);
  // The next scheduled scan finds the same, and shows it to whoever may approve it.
  if (excess !== undefined) throw new GuardTrippedError(`found ${excess}: nothing queued`);
  const result = await queueFound(deps, begun, withinReason(accounts, deps.policy), accounts.negativeInvoices);
  deps.telemetry.info("scan completed", { ...result, kind, id: found.id, amounts: amountsText(accounts) });
  return result;
};
