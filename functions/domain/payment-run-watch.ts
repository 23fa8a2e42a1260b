import type { AccountId } from "./account.ts";

/** A payment run as its beginning and its end are watched. Instants are epoch milliseconds. */
export type WatchedRun = {
  /** Zuora's number, such as `PR-00000001`; absent where Zuora does not tell. */
  readonly number: string | undefined;
  /** When it is to start; Zuora starts runs on the hour. */
  readonly startsAt?: number | undefined;
  /** When it began to charge. */
  readonly beganAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly batch?: string | undefined;
  readonly currency?: string | undefined;
  readonly accountId?: AccountId | undefined;
};

/** What a run's filters look at. */
export type ChargedAccount = { readonly id: AccountId; readonly currency: string; readonly batch?: string | undefined };

/** So long before a run begins, everything is looked at once more: enough to settle a bill run's worth. */
const fullScanLeadMs = 30 * 60_000;

/** From an instant (exclusive) to another (inclusive), in epoch milliseconds. */
export type Window = { readonly after: number; readonly until: number };

/**
 * Why a scan that is the first one after a window's beginning must look at everything. A run that ended has changed
 * balances and freed accounts that waited for it; when one begins, whoever is negative must be named; before one begins there is still time to find what was missed.
 */
export const reasonForFullScan = (
  runs: readonly WatchedRun[],
  { after, until }: Window,
): "payment-run-began" | "payment-run-ended" | "payment-run-soon" | undefined => {
  const isWithin = (instant: number | undefined) => instant !== undefined && instant > after && instant <= until;
  if (runs.some(({ endedAt }) => isWithin(endedAt))) return "payment-run-ended";
  if (runs.some(({ beganAt }) => isWithin(beganAt))) return "payment-run-began";
  const isSoon = ({ startsAt, beganAt }: WatchedRun) =>
    beganAt === undefined && startsAt !== undefined && isWithin(startsAt - fullScanLeadMs);
  return runs.some(isSoon) ? "payment-run-soon" : undefined;
};

/** Runs that began to charge within a window. */
export const begunWithin = (runs: readonly WatchedRun[], { after, until }: Window): readonly WatchedRun[] =>
  runs.filter(({ beganAt }) => beganAt !== undefined && beganAt > after && beganAt <= until);

/** Whether a run's filters allow an account; one that cannot be judged counts as allowed. */
export const couldCharge = (run: WatchedRun, account: ChargedAccount): boolean =>
  (run.batch === undefined || account.batch === undefined || run.batch === account.batch) &&
  (run.currency === undefined || run.currency === account.currency) &&
  (run.accountId === undefined || run.accountId === account.id);
