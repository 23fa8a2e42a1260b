import { LostRouteError, type SettlementError, ZuoraBusyError } from "../../domain/errors.ts";

/** How patient one caller is. The processor leaves long waits to its queue; the scanner has nobody else to wait. */
export type Patience = {
  /** Sends of one read, the first included. */
  readonly attemptsMax: number;
  /** The longest backoff, and the longest `Retry-After` that is waited for, in milliseconds. */
  readonly delayMaxMs: number;
  /** The longest pause of the whole environment that is sat out, in milliseconds. */
  readonly pauseMaxMs: number;
};

/** Up to a hundred accounts share a read: one lost answer is asked for again rather than sending all of them back. */
export const processorPatience: Patience = { attemptsMax: 3, delayMaxMs: 1_000, pauseMaxMs: 0 };

/** Nobody redelivers a scan before the next one, so it outwaits short outages itself. */
export const scannerPatience: Patience = { attemptsMax: 12, delayMaxMs: 120_000, pauseMaxMs: 120_000 };

/** Somebody sits in front of it: patient with a busy tenant, but not for a coffee's length. */
export const operatorPatience: Patience = { attemptsMax: 6, delayMaxMs: 15_000, pauseMaxMs: 15_000 };

const firstDelayMs = 100;

/**
 * Decides whether and when a failed read is sent again: the delay in milliseconds, or undefined to give up.
 * Only for reads: a write is never repeated without reading first, but for the lost answer that its key protects.
 *
 * @param random in [0, 1): the jitter
 * @param remainingMs what is left after which no answer could be used any more
 */
export const retryDelayMs = (
  error: SettlementError,
  attempt: number,
  { attemptsMax, delayMaxMs }: Patience,
  random: number,
  remainingMs: number,
): number | undefined => {
  const mayPass = error instanceof ZuoraBusyError || error instanceof LostRouteError;
  if (!mayPass || attempt >= attemptsMax) return undefined;
  const backoffMs = Math.min(firstDelayMs * 2 ** (attempt - 1), delayMaxMs);
  const delayMs = error.retryAfterMs ?? Math.round(backoffMs * (0.5 + random / 2));
  return delayMs > delayMaxMs || delayMs > remainingMs ? undefined : delayMs;
};
