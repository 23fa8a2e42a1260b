import { begunWithin, reasonForFullScan } from "../../domain/payment-run.ts";
import { metricNames } from "../metric-names.ts";
import { type Begun, beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { amountsText, type Found, findAccounts } from "./find-accounts.ts";
import { nameNegativeWhenCharged } from "./negative-when-charged.ts";
import type { RefusedScan, ScanKind } from "./ports.ts";
import { queueFound, remember, tellCompleted } from "./queue-found.ts";
import { beyondRunLimit, GuardTrippedError } from "./run-guard.ts";
import { firstWindowMs, orSay, reasonFor } from "./runs-in-window.ts";

/** An incremental scan reaches back this far beyond the start of the last completed one, against clocks that differ. */
export const scanOverlapMs = 5 * 60_000;
/**
 * Finds accounts that may need settling and queues one message for each. Counts and sums first, checks the guard,
 * and only then sends: a guard that trips half-way is no guard, and paging is live. An incremental scan that is the
 * first after a payment run, or the one half an hour before, looks at everything.
 *
 * @throws {GuardTrippedError} naming the figures, the setting, and the run that a person may approve
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const scan = async (deps: ScanDeps, kind: ScanKind): Promise<ScanResult> => {
  const beginning = await beginScan(deps);
  if ("skipped" in beginning) return beginning;
  const { runId, startedAt, position } = beginning;
  const last = await deps.lastScan.read();
  const window = { after: last ?? startedAt - firstWindowMs, until: startedAt };
  const watching = { watch: deps.paymentRuns(runId), telemetry: deps.telemetry, runId };
  const watched = await orSay(watching, watching.watch.runs(window.after));
  const runs = watched ?? [];
  const reason = reasonFor(kind, last, reasonForFullScan(runs, window));
  const since = reason === undefined && last !== undefined ? last - scanOverlapMs : undefined;
  const begun = begunWithin(runs, window);
  const { postedSince } = deps.policy;
  const search = { since, postedSince, keepsPostings: begun.length > 0 };
  const found = await findAccounts(deps.candidates(runId), search);

  const excess = beyondRunLimit(found, deps.policy);
  if (excess !== undefined) throw await refuse(deps, kind, excess, { ...beginning, since, found });
  const result = await queueFound(deps, beginning, found);
  let isNamed = watched !== undefined;
  if (since === undefined && position === "on") {
    isNamed &&= (await orSay(watching, nameNegativeWhenCharged(watching, begun, window, found))) !== undefined;
    const oldest = found.oldestPostedAt ?? startedAt;
    deps.telemetry.count(metricNames.oldestNegativeSeconds, Math.max(0, Math.round((startedAt - oldest) / 1000)));
  }
  // Last, and not at all where nobody understood what Zuora said of its runs: the next scan looks at them again.
  if (isNamed) await remember(deps, beginning, startedAt);
  const refused = await deps.refusedScans.read();
  if (refused[kind] !== undefined) await deps.refusedScans.write({ ...refused, [kind]: undefined });
  tellCompleted(deps.telemetry, result, found, { kind, since, ...(reason === undefined ? {} : { reason }) });
  return result;
};
/** Writes down what was shown; the first refusal of its kind stays the one to approve, however often it is repeated. */
const refuse = async (
  { refusedScans, telemetry }: ScanDeps,
  kind: ScanKind,
  excess: string,
  { runId, startedAt, since, found }: Begun & { readonly since: number | undefined; readonly found: Found },
): Promise<GuardTrippedError> => {
  const shown = {
    runId,
    since,
    startedAt,
    negativeInvoices: found.negativeInvoices,
    accounts: found.accounts.size,
    amounts: amountsText(found),
  };
  const earlier = await refusedScans.read();
  const waiting: RefusedScan = earlier[kind] ?? shown;
  if (waiting === shown) await refusedScans.write({ ...earlier, [kind]: shown });
  telemetry.warn("scan refused", { ...shown, kind, reason: excess, approve: waiting.runId });
  telemetry.count(metricNames.guardTripped, 1);
  const money = Object.entries(waiting.amounts).map(([currency, amount]) => `${amount} ${currency}`.trim());
  const shownText = [`${waiting.accounts} accounts`, ...money].join(", ");
  return new GuardTrippedError(
    `found ${excess}: nothing queued. To release exactly ${shownText}: scan --approve ${waiting.runId}`,
  );
};
