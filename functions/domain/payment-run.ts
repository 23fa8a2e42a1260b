import type { AccountId, LocalDate } from "./account.ts";

/** A payment run that has not ended: what it may charge, as far as Zuora tells. An absent filter excludes nothing. */
export type PaymentRun = {
  readonly status: "Pending" | "Processing";
  /** The tenant's local day and hour that it starts in, `YYYY-MM-DDTHH`: Zuora starts runs on the hour. */
  readonly startsInHour?: string;
  readonly targetDate?: LocalDate;
  readonly batch?: string;
  readonly currency?: string;
  readonly accountId?: AccountId;
};

/** A pending run is treated as running from this long before its start. */
export const pendingLeadMs = 5 * 60_000;

type Charged = { readonly id: AccountId; readonly currency: string; readonly batch?: string };

/**
 * Whether a run may charge an open invoice of an account (Zuora: Troubleshoot payment runs; Create a payment run).
 * Filters that cannot be judged from here, such as the bill cycle day, count as selecting.
 *
 * @param hourSoon the tenant's local hour, `YYYY-MM-DDTHH`, of now plus {@link pendingLeadMs}
 */
export const maySelect = (run: PaymentRun, account: Charged, dueDate: LocalDate, hourSoon: string): boolean => {
  const isNear = run.status === "Processing" || run.startsInHour === undefined || run.startsInHour <= hourSoon;
  return (
    isNear &&
    (run.targetDate === undefined || dueDate <= run.targetDate) &&
    (run.batch === undefined || account.batch === undefined || run.batch === account.batch) &&
    (run.currency === undefined || run.currency === account.currency) &&
    (run.accountId === undefined || run.accountId === account.id)
  );
};
