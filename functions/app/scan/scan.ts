import { begunWithin, reasonForFullScan } from "../../domain/payment-run-watch.ts";
import type { Policy } from "../../domain/policy.ts";
import { metricNames } from "../environment-names.ts";
import { runIdAt } from "../message.ts";
import type { Candidates, Clock, LastScan, Switch, SwitchReader } from "../ports.ts";
import type { WorkQueue } from "../queue-ports.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import { amountsText, type Found, findAccounts } from "./find-accounts.ts";
import { nameNegativeWhenCharged, orSay } from "./negative-when-charged.ts";
import type { PaymentRunWatch, RefusedScan, RefusedScans } from "./ports.ts";
import { beyondRunLimit, checkWaiting, GuardTrippedError } from "./run-guard.ts";

/** What the schedule asks for. */
export type ScanKind = "incremental" | "full";

export type ScanDeps = {
  readonly candidates: (runId: string) => Candidates;
  readonly paymentRuns: (runId: string) => PaymentRunWatch;
  readonly workQueue: WorkQueue;
  readonly lastScan: LastScan;
  readonly refusedScans: RefusedScans;
  readonly switchReader: SwitchReader;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: Policy;
};

/** What a scan found and queued. Zuora is the only store: whatever it missed, the next one finds. */
export type ScanResult = {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly negativeInvoices: number;
  readonly accounts: number;
  readonly enqueued: number;
  /** Nothing was looked for, and the next scan reaches back as far as this one would have. */
  readonly skipped?: "switched-off" | "not-posted-lately";
};

/** An incremental scan reaches back this far beyond the start of the last completed one, against clocks that differ. */
export const scanOverlapMs = 5 * 60_000;

/** Where no scan has completed yet, payment runs are looked at so far back. */
export const firstWindowMs = 60 * 60_000;

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

/** A scan that may look. */
export type Begun = { readonly runId: string; readonly startedAt: number; readonly position: Exclude<Switch, "off"> };

/** Reads the switch and looks at the queue: what every scan begins with. */
export const beginScan = async (
  deps: Pick<ScanDeps, "clock" | "random" | "switchReader" | "telemetry" | "workQueue">,
): Promise<Begun | (ScanResult & { readonly skipped: "switched-off" })> => {
  const startedAt = deps.clock.now();
  const runId = runIdAt(startedAt, deps.random());
  const position = await deps.switchReader.read();
  deps.telemetry.count(metricNames.switchNotOn, position === "on" ? 0 : 1);
  if (position === "off") {
    deps.telemetry.warn("switch is not on", { runId, position });
    return { runId, dryRun: false, negativeInvoices: 0, accounts: 0, enqueued: 0, skipped: "switched-off" };
  }
  checkWaiting(await deps.workQueue.depth());
  return { runId, startedAt, position };
};

/** Why everything is looked at, if it is. */
const reasonFor = (kind: ScanKind, last: number | undefined, around: string | undefined): string | undefined => {
  if (kind === "full") return "asked";
  return last === undefined ? "no-scan-completed-yet" : around;
};

/**
 * Remembers how far back the next scan need not look again. A dry run settles nothing, so what it found is still to be
 * found by the first scan that may.
 */
export const remember = async ({ lastScan }: ScanDeps, { position }: Begun, lookedUntil: number): Promise<void> => {
  if (position === "on") await lastScan.write(lookedUntil);
};

/** Queues one message for each account that was found. */
export const queueFound = async (
  { workQueue }: Pick<ScanDeps, "workQueue">,
  { runId, startedAt, position }: Begun,
  found: Found,
): Promise<ScanResult> => {
  const dryRun = position === "dry-run";
  const enqueued = await workQueue.send(found.accounts, runId, new Date(startedAt).toISOString(), dryRun);
  return {
    runId,
    dryRun,
    negativeInvoices: found.negativeInvoices,
    accounts: found.accounts.size,
    enqueued,
  };
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
    amounts: amountsText(found),
    since: facts.since ?? "the beginning",
  });
  telemetry.count(metricNames.scanCompleted, 1);
  telemetry.count(metricNames.foundAccounts, result.accounts);
  telemetry.count(metricNames.foundNegativeInvoices, result.negativeInvoices);
};
