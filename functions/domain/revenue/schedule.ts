import type { LocalDate } from "../account.ts";
import type { Money } from "../money.ts";

/** Zuora's pseudo-period for revenue that no rule has put into a real one (Zuora: revenue schedules). */
export const openEnded = "Open-Ended";

/**
 * A named accounting period. Names are the finance team's free text, so periods are told apart by their first day.
 */
export type PeriodRef = { readonly name: string; readonly startDate: LocalDate };

export type AccountingPeriod = PeriodRef & {
  readonly endDate: LocalDate;
  /** Only an open period takes revenue; a closed one may be reopened, so a status is only true for a moment. */
  readonly status: "Open" | "PendingClose" | "Closed";
};

/** What one named period holds of a schedule. */
export type DistributedRevenue = { readonly period: PeriodRef; readonly amount: Money };

/** The revenue of one invoice item: its amount never changes, only the periods that it is spread over. */
export type RevenueSchedule = {
  /** Zuora's key, such as `RS-00000001`. */
  readonly number: string;
  /** The charge's id in the *original* version of its subscription: the same on an invoice and its mirror. */
  readonly chargeId: string;
  readonly currency: string;
  readonly amount: Money;
  /** What is in Open-Ended; negative on the schedule of a negative item. */
  readonly undistributed: Money;
  readonly distributed: readonly DistributedRevenue[];
  readonly ruleName: string;
  /** Somebody made it by hand, so it is theirs. */
  readonly isCustom: boolean;
  /** What we moved is in Open-Ended again: `ops undo --revenue` or a person put it back. */
  readonly isTakenBack: boolean;
};

/** What happened to a schedule once; Zuora keeps them all. */
export type RevenueEvent = {
  /** Zuora's number, such as `RE-00000001`; they count up. */
  readonly number: string;
  readonly notes: string;
  /** What each named period gained by it. */
  readonly gained: readonly DistributedRevenue[];
  /** What Open-Ended gained by it. */
  readonly gainedOpenEnded: Money;
};
