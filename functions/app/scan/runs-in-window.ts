import { SettlementError, ZuoraAccessError, ZuoraBusyError } from "../../domain/errors.ts";
import { begunWithin, type PaymentRun, reasonForFullScan, type Window } from "../../domain/payment-run.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { Begun, ScanDeps } from "./begin-scan.ts";
import type { PaymentRunWatch, ScanKind } from "./ports.ts";

/** Where no scan has completed yet, payment runs are looked at so far back. */
export const firstWindowMs = 60 * 60_000;

/**
 * An incremental scan reaches back this far beyond the start of the last completed one: a posting in one long
 * transaction is stamped when it begins and seen when it ends. What takes longer is found by the scans of everything.
 */
export const scanOverlapMs = 30 * 60_000;

/** Why everything is looked at, if it is. */
const reasonFor = (kind: ScanKind, last: number | undefined, around: string | undefined): string | undefined => {
  if (kind === "full") return "asked";
  return last === undefined ? "no-scan-completed-yet" : around;
};

export type Watching = { readonly watch: PaymentRunWatch; readonly telemetry: Telemetry; readonly runId: string };

/**
 * Asks something about payment runs that a scan can do without: where Zuora answers in a way that nobody understands,
 * it is said and the scan goes on; what was missed is for the next one.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError} which the scan itself would meet as well
 */
export const orSay = async <T>({ telemetry, runId }: Watching, asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    if (error instanceof ZuoraBusyError || error instanceof ZuoraAccessError) throw error;
    telemetry.warn("payment runs not watched", { runId, code: error.code, errorMessage: error.message });
    return undefined;
  }
};

/** What a scan is about, by the last one and by the payment runs around it. Instants are epoch milliseconds. */
export type Around = {
  readonly watching: Watching;
  /** Now, on Zuora's clock. */
  readonly startedAt: number;
  readonly window: Window;
  /** Somebody understood what Zuora said of its payment runs. */
  readonly understood: boolean;
  /** Those that began within the window. */
  readonly runsBegun: readonly PaymentRun[];
  /** Why everything is looked at; absent where it is not. */
  readonly reason: string | undefined;
  /** Invoices updated since then are looked at; absent: all. */
  readonly since: number | undefined;
} & (
  | { readonly looksAgain: false; readonly last: number | undefined }
  /** Everything is looked at, although an earlier scan completed. */
  | { readonly looksAgain: true; readonly last: number }
);

/** Marks of the last scan and its runs are compared on Zuora's clock, which tells the time with its first answer. */
export const lookAround = async (deps: ScanDeps, begun: Begun, kind: ScanKind): Promise<Around> => {
  const { runId, startedAt: ours } = begun;
  const watching = { watch: deps.paymentRuns(runId), telemetry: deps.telemetry, runId };
  const marked = await deps.lastScan.read();
  const watchedSince = Math.min(marked ?? ours, ours - firstWindowMs);
  const watched = await orSay(watching, watching.watch.runs(watchedSince));
  const startedAt = deps.zuoraTime(ours);
  const isBelieved = marked === undefined || marked <= startedAt + clockErrorMaxMs;
  if (!isBelieved) deps.telemetry.warn("last scan in the future", { runId, lastScan: new Date(marked).toISOString() });
  const last = isBelieved && marked !== undefined ? Math.min(marked, startedAt) : undefined;
  const window = { after: last ?? startedAt - firstWindowMs, until: startedAt };
  const runs = watched ?? [];
  const reason = reasonFor(kind, last, reasonForFullScan(runs, window));
  return {
    watching,
    startedAt,
    window,
    understood: watched !== undefined,
    runsBegun: begunWithin(runs, window),
    reason,
    since: reason === undefined && last !== undefined ? last - scanOverlapMs : undefined,
    ...(reason !== undefined && last !== undefined ? { looksAgain: true, last } : { looksAgain: false, last }),
  };
};

/** Marks are made by the same clock, told in whole seconds. What is further ahead was written by another one. */
const clockErrorMaxMs = 60_000;
