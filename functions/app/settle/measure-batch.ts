import { SettlementError } from "../../domain/errors.ts";
import { type Money, sum, toDecimal } from "../../domain/money.ts";
import { metricNames } from "../metric-names.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { AccountOutcome, Result } from "./outcome.ts";

/** How one invocation left one account, and since when the account waited for it. */
type Measured = {
  readonly outcome: AccountOutcome;
  readonly dryRun: boolean;
  /** Epoch milliseconds. */
  readonly queuedAt: number;
};

/** The metrics that the dashboard shows and alarms watch, of all accounts of one invocation together. */
export const measureBatch = (telemetry: Telemetry, batch: readonly Measured[], now: number): void => {
  const measure = (metric: string, value: number, dimensions?: Readonly<Record<string, string>>) => {
    if (value > 0) telemetry.count(metric, value, dimensions);
  };
  // A sender's nonsense for a time is no time.
  const secondsSince = (instants: readonly (number | undefined)[]) =>
    Math.max(0, ...instants.map((instant) => Math.round((now - (instant || now)) / 1000)));
  const moved = batch.filter(({ dryRun }) => !dryRun);
  const unfinished = batch.filter(({ outcome: { result } }) => result.kind === "waiting" || result.kind === "failed");

  telemetry.count(metricNames.batchSize, batch.length);
  telemetry.count(metricNames.handled, batch.filter(({ outcome }) => isHandled(outcome.result)).length);
  measure(metricNames.settled, moved.filter(({ outcome }) => outcome.result.kind === "settled").length);
  for (const [reason, holds] of Map.groupBy(
    batch.flatMap(({ outcome }) => outcome.holds),
    (hold) => hold.reason,
  )) {
    measure(metricNames.held, holds.length, { reason });
  }
  for (const [code, waiting] of Map.groupBy(batch, ({ outcome }) => codeOfWait(outcome.result))) {
    if (code !== undefined) measure(metricNames.waiting, waiting.length, { code });
  }
  for (const [currency, outcomes] of Map.groupBy(
    moved.map(({ outcome }) => outcome),
    (outcome) => outcome.currency,
  )) {
    if (currency === undefined) continue;
    measure(metricNames.transferred, roughly(outcomes.map(({ transferred }) => transferred)), { currency });
    measure(metricNames.applied, roughly(outcomes.map(({ applied }) => applied)), { currency });
  }
  measure(metricNames.settledAfterSeconds, secondsSince(moved.map(({ outcome }) => outcome.transferredPostedAt)));
  measure(
    metricNames.oldestUnsettledSeconds,
    secondsSince(unfinished.map(({ outcome }) => outcome.untransferredPostedAt)),
  );
  const waiting = unfinished.filter(({ outcome: { result } }) => !isSwitchedOff(result));
  measure(metricNames.oldestWaitingSeconds, secondsSince(waiting.map(({ queuedAt }) => queuedAt)));
};

/** For a metric alone, which is a double whatever it counts. */
const roughly = (amounts: readonly Money[]): number => Number(toDecimal(sum(amounts)));

const isSwitchedOff = (result: Result): boolean => result.kind === "waiting" && result.reason === "switched-off";

/** To wait for a payment run, for a payment, or for people to switch on again, is as it should be. */
const isHandled = (result: Result): boolean =>
  result.kind === "waiting"
    ? result.reason === "payment-run-collecting" ||
      result.reason === "payment-processing" ||
      result.reason === "switched-off"
    : result.kind !== "failed";

const codeOfWait = (result: Result) =>
  result.kind === "waiting" && result.reason instanceof SettlementError ? result.reason.code : undefined;
