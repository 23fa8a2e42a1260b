import { SettlementError } from "../../domain/errors.ts";
import type { Result } from "./outcome.ts";

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
  if (result.reason === "out-of-time") return 1;
  if (result.reason === "payment-run-collecting") return Math.min(backoffMaxSeconds, collectingSeconds);
  if (!(result.reason instanceof SettlementError)) return backoff;
  const askedSeconds = Math.ceil((result.reason.retryAfterMs ?? 0) / 1000);
  return Math.max(backoff, Math.min(askedSeconds, retryAfterMaxSeconds));
};
