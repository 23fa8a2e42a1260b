import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import { begunWithin, reasonForFullScan } from "../../domain/payment-run.ts";
import { metricNames } from "../metric-names.ts";
import { type Begun, beginScan, type ScanDeps, type ScanResult } from "./begin-scan.ts";
import { amountsText, type Found, findAccounts } from "./find-accounts.ts";
import { nameNegativeWhenCharged } from "./negative-when-charged.ts";
import type { RefusedScan, ScanKind } from "./ports.ts";
import { queueFound, remember, tellCompleted } from "./queue-found.ts";
import { beyondRunLimit, GuardTrippedError, withinReason } from "./run-guard.ts";
import { firstWindowMs, orSay, reasonFor, type Watching } from "./runs-in-window.ts";

/**
 * An incremental scan reaches back this far beyond the start of the last completed one: a posting in one long
 * transaction is stamped when it begins and seen when it ends. What takes longer is found by the scans of everything.
 */
export const scanOverlapMs = 30 * 60_000;

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
  const beginning = await beginScan(deps);
  if ("skipped" in beginning) return beginning;
  const { runId, position } = beginning;
  const watching = { watch: deps.paymentRuns(runId), telemetry: deps.telemetry, runId };
  const { last, startedAt, watched, window } = await lookAround(deps, watching, beginning);
  const runs = watched ?? [];
  const reason = reasonFor(kind, last, reasonForFullScan(runs, window));
  const since = reason === undefined && last !== undefined ? last - scanOverlapMs : undefined;
  const begun = begunWithin(runs, window);
  // First of all: everything may be more than the guard allows, or than this function has the time for.
  const changed =
    reason !== undefined && last !== undefined ? await queueWhatChanged(deps, beginning, last) : undefined;
  const search = { since, rules: deps.policy, keepsPostings: begun.length > 0 };
  const found = await findAccounts(deps.candidates(runId), search).catch((error: unknown) => {
    const code = error instanceof SettlementError ? error.code : "UNKNOWN";
    deps.telemetry.warn("scan not finished", { runId, kind, reason, code, queued: changed?.size ?? 0 });
    throw error;
  });
  if (found.nameless > 0) deps.telemetry.warn("record names no account", { runId, records: found.nameless });

  // Not remembered where nobody understood what Zuora said of its runs: the next scan looks at them again.
  const finish = async () => {
    let isNamed = watched !== undefined;
    if (since === undefined && position === "on") {
      isNamed &&=
        (await orSay(watching, nameNegativeWhenCharged(watching, { begun, window, found, policy: deps.policy }))) !==
        undefined;
      const oldest = found.oldestPostedAt ?? startedAt;
      deps.telemetry.count(metricNames.oldestNegativeSeconds, Math.max(0, Math.round((startedAt - oldest) / 1000)));
    }
    if (isNamed) await remember(deps, beginning, startedAt);
  };
  const excess = beyondRunLimit(found, deps.policy);
  if (excess !== undefined) {
    if (changed !== undefined) await finish();
    throw await refuse(deps, kind, excess, { runId, startedAt, since, found, queued: changed?.size ?? 0 });
  }
  const accounts = withinReason(found, deps.policy);
  const rest = await queueFound(deps, beginning, accounts.difference(changed ?? new Set()), found.negativeInvoices);
  const result = { ...rest, accounts: accounts.size, enqueued: rest.enqueued + (changed?.size ?? 0) };
  await finish();
  const refused = await deps.refusedScans.read();
  if (refused[kind] !== undefined) await deps.refusedScans.write({ ...refused, [kind]: undefined });
  tellCompleted(deps.telemetry, result, found, { kind, since, reason });
  return result;
};

/** Marks of the last scan and its runs are compared on Zuora's clock, which tells the time with its first answer. */
const lookAround = async (deps: ScanDeps, watching: Watching, { runId, startedAt: ours }: Begun) => {
  const marked = await deps.lastScan.read();
  const watchedSince = Math.min(marked ?? ours, ours - firstWindowMs);
  const watched = await orSay(watching, watching.watch.runs(watchedSince));
  const startedAt = deps.zuoraTime(ours);
  const isBelieved = marked === undefined || marked <= startedAt + clockErrorMaxMs;
  if (!isBelieved) deps.telemetry.warn("last scan in the future", { runId, lastScan: new Date(marked).toISOString() });
  const last = isBelieved && marked !== undefined ? Math.min(marked, startedAt) : undefined;
  return { last, startedAt, watched, window: { after: last ?? startedAt - firstWindowMs, until: startedAt } };
};

/** Marks are made by the same clock, told in whole seconds. What is further ahead was written by another one. */
const clockErrorMaxMs = 60_000;

/** Queues what an incremental scan finds, where that is within the guard on its own. */
const queueWhatChanged = async (
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

type Refused = {
  readonly runId: string;
  readonly startedAt: number;
  readonly since: number | undefined;
  readonly found: Found;
  readonly queued: number;
};

/** Writes down what was shown; the first refusal of its kind stays the one to approve, however often it is repeated. */
const refuse = async (
  { refusedScans, telemetry }: ScanDeps,
  kind: ScanKind,
  excess: string,
  { runId, startedAt, since, found, queued }: Refused,
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
  telemetry.warn("scan refused", { ...shown, kind, queued, reason: excess, approve: waiting.runId });
  telemetry.count(metricNames.guardTripped, 1);
  const money = Object.entries(waiting.amounts).map(([currency, amount]) => `${amount} ${currency}`);
  const shownText = [`${waiting.accounts} accounts`, ...money].join(", ");
  const done = queued === 0 ? "nothing queued" : `only the ${queued} accounts queued that changed lately`;
  return new GuardTrippedError(
    `found ${excess}: ${done}. To release exactly ${shownText}: scan --approve ${waiting.runId}`,
  );
};
