import { SettlementError } from "../../domain/errors.ts";
import { isOutOfTime } from "./lack-of-time.ts";
import type { Result } from "./outcome.ts";
import type { Delivery } from "./ports.ts";

/** What becomes of one delivery of an account's message. */
export type Disposition =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "hide"; readonly seconds: number }
  /** `failingSince`: epoch milliseconds, where it failed for its own reasons. */
  | { readonly kind: "renew"; readonly seconds: number; readonly failingSince: number | undefined }
  | { readonly kind: "dead-letter"; readonly error: SettlementError };

export type DispositionLimits = { readonly maxReceiveCount: number; readonly backoffMaxSeconds: number };

/**
 * An account's own trouble is set aside when it has lasted for so many of the stage's longest waits. A reading may be
 * older than a write of somebody else's, so that a refusal makes no sense for a while; and what Zuora does not know
 * itself may pass.
 */
const lastingWaits = 6;

/**
 * What waits is renewed from this receive on, so that a higher count tells of deaths, of an account's own failures or of
 * too little time: who has it is handled beside fewer others.
 */
const renewedFrom = 2;

/**
 * Waiting is not failing: what waits is renewed, so that the receive count only ever counts what may be the account's
 * doing; too little time may be, and is renewed only before the last receive. What failed for its own reasons is set
 * aside at once where that is final, else once it has lasted.
 *
 * @param random in [0, 1): the jitter
 * @param now epoch milliseconds
 */
export const dispositionOf = (
  result: Result,
  { receiveCount, earlierAttempts, failingSince }: Pick<Delivery, "receiveCount" | "earlierAttempts" | "failingSince">,
  { maxReceiveCount, backoffMaxSeconds }: DispositionLimits,
  random: number,
  now: number,
): Disposition => {
  const isLastButOne = receiveCount >= maxReceiveCount - 1;
  const seconds = hideSeconds(result, receiveCount + earlierAttempts, backoffMaxSeconds, random);
  switch (result.kind) {
    case "waiting": {
      const isDue = receiveCount >= renewedFrom && !isOutOfTime(result.reason);
      return isDue || isLastButOne ? { kind: "renew", seconds, failingSince } : { kind: "hide", seconds };
    }
    case "failed": {
      const { error, final } = result;
      const since = failingSince ?? now;
      if (final || (isLastButOne && now - since >= lastingWaits * backoffMaxSeconds * 1000))
        return { kind: "dead-letter", error };
      return isLastButOne ? { kind: "renew", seconds, failingSince: since } : { kind: "hide", seconds };
    }
    default:
      return { kind: "acknowledge" };
  }
};

/** What Zuora asks for is honoured up to here, whatever the stage's own longest wait, in seconds. */
const retryAfterMaxSeconds = 300;

/** A run that collects takes minutes; looking more often only costs calls. */
const collectingSeconds = 60;

/**
 * How long a delivery is hidden before it is tried again, in seconds: doubling with every attempt, and at least
 * what Zuora asked for.
 *
 * @param attempts receives so far, those before a renewal included
 * @param random in [0, 1): the jitter
 */
export const hideSeconds = (result: Result, attempts: number, backoffMaxSeconds: number, random: number): number => {
  const doubled = Math.min(backoffMaxSeconds, 2 ** Math.min(attempts - 1, 20));
  const backoff = Math.max(1, Math.ceil(doubled * (0.5 + random / 2)));
  if (result.kind !== "waiting") return backoff;
  if (isOutOfTime(result.reason)) return 1;
  if (result.reason === "payment-run-collecting") return Math.min(backoffMaxSeconds, collectingSeconds);
  if (result.reason === "payment-processing") return Math.max(backoff, Math.min(backoffMaxSeconds, collectingSeconds));
  if (!(result.reason instanceof SettlementError)) return backoff;
  const askedSeconds = Math.ceil((result.reason.retryAfterMs ?? 0) / 1000);
  return Math.max(backoff, Math.min(askedSeconds, retryAfterMaxSeconds));
};
