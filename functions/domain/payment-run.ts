import type { AccountId, AccountState, LocalDate } from "./account.ts";

/**
 * A payment run: when it charges and whom it may charge, as far as Zuora tells. An absent filter excludes nobody.
 * Instants are epoch milliseconds.
 */
export type PaymentRun = {
  readonly status: "Pending" | "Processing" | "Completed" | "Error";
  /** Zuora's number, such as `PR-00000001`; absent where Zuora does not tell. */
  readonly number?: string | undefined;
  /** When it is to start; Zuora starts runs on the hour. */
  readonly startsAt?: number | undefined;
  /** When it began to charge. */
  readonly beganAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** When it was planned or last changed. */
  readonly changedAt?: number | undefined;
  readonly targetDate?: LocalDate | undefined;
  readonly batch?: string | undefined;
  readonly currency?: string | undefined;
  readonly accountId?: AccountId | undefined;
};

/** What a run's filters look at. */
export type ChargedAccount = { readonly id: AccountId; readonly currency: string; readonly batch?: string | undefined };

/** Whether a run's filters allow an account; one that cannot be judged counts as allowed. */
export const couldCharge = (run: PaymentRun, account: ChargedAccount): boolean =>
  (run.batch === undefined || account.batch === undefined || run.batch === account.batch) &&
  (run.currency === undefined || run.currency === account.currency) &&
  (run.accountId === undefined || run.accountId === account.id);

/** A pending run is treated as running from this long before its start. */
export const pendingLeadMs = 5 * 60_000;

/**
 * Whether a run may charge an open invoice of an account (Zuora: Troubleshoot payment runs; Create a payment run).
 * Filters that cannot be judged from here, such as the bill cycle day, count as selecting.
 *
 * @param soon now plus {@link pendingLeadMs}
 */
export const maySelect = (run: PaymentRun, account: ChargedAccount, dueDate: LocalDate, soon: number): boolean => {
  const isNear = run.status === "Processing" || run.startsAt === undefined || run.startsAt <= soon;
  return isNear && (run.targetDate === undefined || dueDate <= run.targetDate) && couldCharge(run, account);
};

/** Who is charging, and whom, at one moment. */
export type Charging = {
  /** Runs in `Processing`. */
  readonly runs: readonly PaymentRun[];
  /** Accounts with a payment in `Processing`. */
  readonly accountsBeingPaid: ReadonlySet<AccountId>;
};

/**
 * An account with what a later look found. What was seen at first stays seen; the same account where nothing is new.
 */
export const seenAgain = (state: AccountState, { runs, accountsBeingPaid }: Charging): AccountState => {
  const isCharged = (dueDate: LocalDate) =>
    runs.some((run) => run.status === "Processing" && maySelect(run, state, dueDate, 0));
  const invoices = state.invoices.map((invoice) =>
    !invoice.beingCollected && isCharged(invoice.dueDate) ? { ...invoice, beingCollected: true } : invoice,
  );
  const isBeingPaid = accountsBeingPaid.has(state.id) && !state.paymentProcessing;
  if (!isBeingPaid && invoices.every((invoice, index) => invoice === state.invoices[index])) return state;
  return { ...state, invoices, ...(isBeingPaid ? { paymentProcessing: true } : {}) };
};

/** So long before a run begins, everything is looked at once more: enough to settle a bill run's worth. */
const fullScanLeadMs = 30 * 60_000;

/** From an instant (exclusive) to another (inclusive), in epoch milliseconds. */
export type Window = { readonly after: number; readonly until: number };

/**
 * Why a scan that is the first one after a window's beginning must look at everything. A run that ended has changed
 * balances and freed accounts that waited for it; when one begins, whoever is negative must be named; before one begins
 * there is still time to find what was missed, be it planned for within the half hour.
 */
export const reasonForFullScan = (
  runs: readonly PaymentRun[],
  { after, until }: Window,
): "payment-run-began" | "payment-run-ended" | "payment-run-soon" | undefined => {
  const isWithin = (instant: number | undefined) => instant !== undefined && instant > after && instant <= until;
  if (runs.some(({ endedAt }) => isWithin(endedAt))) return "payment-run-ended";
  if (runs.some(({ beganAt }) => isWithin(beganAt))) return "payment-run-began";
  const isSoon = ({ startsAt, beganAt, changedAt }: PaymentRun) => {
    if (beganAt !== undefined || startsAt === undefined) return false;
    const soonFrom = startsAt - fullScanLeadMs;
    // What was planned when it was soon already was in no earlier window.
    return isWithin(soonFrom) || (soonFrom <= until && isWithin(changedAt));
  };
  return runs.some(isSoon) ? "payment-run-soon" : undefined;
};

/** Runs that began to charge within a window. */
export const begunWithin = (runs: readonly PaymentRun[], { after, until }: Window): readonly PaymentRun[] =>
  runs.filter(({ beganAt }) => beganAt !== undefined && beganAt > after && beganAt <= until);
