import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { type Money, sum, toDecimal } from "../../domain/money.ts";
import type { RevenueStep } from "../../domain/revenue/plan-revenue.ts";
import { isAwaited, type RevenueHold, type RevenueHoldReason } from "../../domain/revenue/revenue-hold.ts";
import { metricNames } from "../metric-names.ts";
import type { Result } from "../settle/outcome.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { RevenueOutcome } from "./outcome.ts";
import type { ItemisedPair } from "./ports.ts";

/** A pair that was left alone, as a log line and the reports tell it. Sums are decimal text. */
export type RevenueHeldLine = {
  readonly reason: RevenueHoldReason;
  readonly original: string;
  readonly mirror: string;
  readonly sums: readonly { readonly chargeId: string; readonly period: string; readonly sum: string }[];
};

/** The line that tells how the revenue of one account left one invocation. */
export type RevenueOutcomeLine = {
  readonly runId: string;
  readonly accountId: AccountId;
  readonly outcome: Result["kind"];
  readonly dryRun: boolean;
  readonly pairs: number;
  readonly moved: readonly {
    readonly currency: string;
    readonly pairs: number;
    readonly moved: string;
    readonly net: string;
  }[];
  readonly holds: readonly RevenueHeldLine[];
  readonly heldAccount?: HoldReason;
  readonly code?: string;
  readonly errorMessage?: string;
  readonly waitReason?: string;
};

/** The line that tells of one schedule's move, or of a move that would be made. Amounts are decimal text. */
export type RevenueMoveLine = {
  readonly runId: string;
  readonly accountId: AccountId;
  readonly dryRun: boolean;
  /** The run that settled the pair in receivables, as Zuora's notes carry it. */
  readonly settledBy: string;
  readonly original: string;
  readonly mirror: string;
  readonly schedule: string;
  readonly chargeId: string;
  readonly period: string;
  readonly distributeOn: string;
  readonly currency: string;
  readonly amount: string;
};

/** One line per move: which schedule, where to, and for which pair. */
export const tellMoved = (
  telemetry: Telemetry,
  facts: { readonly runId: string; readonly accountId: AccountId; readonly dryRun: boolean },
  { original, mirror, runId: settledBy }: ItemisedPair,
  { schedule, period, distributeOn, amount }: RevenueStep,
): void => {
  const line: RevenueMoveLine = {
    ...facts,
    settledBy,
    original: original.number,
    mirror: mirror.number,
    schedule: schedule.number,
    chargeId: schedule.chargeId,
    period: period.name,
    distributeOn,
    currency: original.currency,
    amount: toDecimal(amount),
  };
  telemetry.info("revenue moved", line);
};

/** One line per account and invocation. */
export const tellRevenue = (
  telemetry: Telemetry,
  facts: { readonly runId: string; readonly accountId: AccountId; readonly dryRun: boolean },
  { result, pairs, moved, holds, heldAccount }: RevenueOutcome,
): void => {
  const line: RevenueOutcomeLine = {
    ...facts,
    outcome: result.kind,
    pairs,
    moved: [...moved].map(([currency, each]) => ({
      currency,
      pairs: each.pairs,
      moved: toDecimal(each.moved),
      net: toDecimal(each.net),
    })),
    holds: holds.map(toLine),
    ...(heldAccount === undefined ? {} : { heldAccount }),
    ...reasonOf(result),
  };
  telemetry.info("revenue outcome", line);
};

export const toLine = ({ reason, original, mirror, sums }: RevenueHold): RevenueHeldLine => ({
  reason,
  original: original.number,
  mirror: mirror.number,
  sums: sums.map(({ chargeId, period, sum: held }) => ({ chargeId, period, sum: toDecimal(held) })),
});

const reasonOf = (result: Result): Pick<RevenueOutcomeLine, "code" | "errorMessage" | "waitReason"> => {
  const reason = result.kind === "failed" ? result.error : result.kind === "waiting" ? result.reason : undefined;
  if (reason === undefined) return {};
  return reason instanceof SettlementError
    ? { code: reason.code, errorMessage: reason.message }
    : { waitReason: reason };
};

type Measured = { readonly outcome: RevenueOutcome; readonly dryRun: boolean };

/** The metrics of one invocation. CloudWatch knows no exact decimals; the log lines have them. */
export const measureRevenue = (telemetry: Telemetry, batch: readonly Measured[]): void => {
  const count = (metric: string, value: number, dimensions?: Readonly<Record<string, string>>) => {
    if (value > 0) telemetry.count(metric, value, dimensions);
  };
  const moved = batch.filter(({ dryRun }) => !dryRun).flatMap(({ outcome }) => [...outcome.moved]);
  for (const [currency, own] of Map.groupBy(moved, ([each]) => each)) {
    count(metricNames.revenueMoved, roughly(own.map(([, each]) => each.moved)), { currency });
  }
  count(
    metricNames.revenuePairsMoved,
    moved.reduce((pairs, [, each]) => pairs + each.pairs, 0),
  );
  const holds = batch.flatMap(({ outcome }) => outcome.holds);
  count(metricNames.revenueAwaited, holds.filter(isAwaited).length);
  for (const [reason, own] of Map.groupBy(
    holds.filter((hold) => !isAwaited(hold)),
    (hold) => hold.reason,
  )) {
    count(metricNames.revenueHeld, own.length, { reason });
  }
};

const roughly = (amounts: readonly Money[]): number => Number(toDecimal(sum(amounts)));
