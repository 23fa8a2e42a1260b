import type { InvoiceRef } from "../account.ts";
import type { Money } from "../money.ts";

/** Why the revenue of a pair is left alone. Stable: reports, metrics and the runbook key on these words. */
export const revenueHoldReasons = [
  "revenue-ambiguous",
  "revenue-original-paid",
  "revenue-schedule-awaited",
  "revenue-schedule-missing",
  "revenue-rule-not-enabled",
  "revenue-not-mirrored",
  "accounting-period-not-open",
  "revenue-taken-back",
] as const;

export type RevenueHoldReason = (typeof revenueHoldReasons)[number];

/** What the two sides of a pair hold together of one charge in one period; zero where they net. */
export type ChargeSum = {
  readonly chargeId: string;
  /** The period's name, `Open-Ended` included. */
  readonly period: string;
  readonly sum: Money;
};

/** A pair whose revenue is left alone, with what its sides do not net to, where that is the reason. */
export type RevenueHold = {
  readonly reason: RevenueHoldReason;
  readonly original: InvoiceRef;
  readonly mirror: InvoiceRef;
  /** The run whose credit paid the original. */
  readonly runId: string;
  readonly currency: string;
  /** When the mirror was posted, in epoch milliseconds; undefined where Zuora does not tell. */
  readonly postedAt: number | undefined;
  readonly sums: readonly ChargeSum[];
};

/** Nobody has to do anything about it yet: Zuora makes schedules minutes after posting. */
export const isAwaited = ({ reason }: RevenueHold): boolean => reason === "revenue-schedule-awaited";
