import { SettlementError } from "../../domain/errors.ts";
import { isOutOfTime } from "./lack-of-time.ts";
import type { Result } from "./outcome.ts";
import { attemptsOf, type Delivery, type TroubledSince } from "./ports.ts";
import { isStillLanding, landingMaxMs } from "./rounds/landing.ts";
import { refusalIn } from "./rounds/refusals.ts";

/** What becomes of one delivery of an account's message. */
export type Disposition =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "hide"; readonly seconds: number }
  | { readonly kind: "renew"; readonly seconds: number; readonly troubledSince: TroubledSince }
  | { readonly kind: "dead-letter"; readonly error: SettlementError };

export type DispositionLimits = {
  readonly maxReceiveCount: number;
  readonly backoffMaxSeconds: number;
  /**
   * Trouble is set aside when it has lasted for so long: a reading may be older than a write of somebody else's, so
   * that a refusal makes no sense for a while.
   */
  readonly setAsideAfterSeconds: number;
};

/** Trouble that Zuora does not know itself passes, but may take so many times as long to. */
const timesAsLongOfZuoras = 4;

/**
 * What waits is renewed from this receive on, so that a higher count tells of deaths, of an account's own failures or
 * of too little time: who has it is handled beside fewer others.
 */
const renewedFrom = 2;

/** A message that was renewed comes at once, is hidden until it is due, and comes again. */
const receivesOfRenewal = 2;

/**
 * Waiting is not failing: what waits is renewed, so that the receive count only ever counts what may be the account's
 * doing; too little time may be, and is renewed only before the last receive. Nor does waiting for something else add
 * to the time that an account has failed for. What failed for its own reasons is set aside at once where that is final,
 * else once it has lasted: since anything of the account was last confirmed, as one with many documents takes a while.
 *
 * @param random in [0, 1): the jitter
 * @param now epoch milliseconds
 */
export const dispositionOf = (
  result: Result,
  delivery: Pick<Delivery, "receiveCount" | "earlierAttempts" | "troubledSince" | "notBefore">,
  { maxReceiveCount, backoffMaxSeconds, setAsideAfterSeconds }: DispositionLimits,
  random: number,
  now: number,
): Disposition => {
  const { receiveCount } = delivery;
  const isLastButOne = receiveCount >= maxReceiveCount - 1;
  const seconds = hideSeconds(result, attemptsOf(delivery), backoffMaxSeconds, random);
  const { failing, refusedAlike } = troubledSince(result, delivery, now);
  const hasLasted = (since = now, error: SettlementError) =>
    now - since >= timesAsLong(error) * setAsideAfterSeconds * 1000;
  const afterIt = (since: number | undefined) => later(since, seconds * 1000);
  switch (result.kind) {
    case "waiting": {
      const { reason, refusal } = result;
      if (refusal !== undefined && hasLasted(refusedAlike, refusal)) return { kind: "dead-letter", error: refusal };
      const isCounted = Object.values(delivery.troubledSince).some((since) => since !== undefined);
      // Hidden, it keeps its message group: another message of the account would be handled by who knows of no landing.
      const isKept = isOutOfTime(reason) || isStillLanding(reason);
      const isDue = (isCounted || refusal !== undefined || receiveCount >= renewedFrom) && !isKept;
      if (!isDue && !isLastButOne) return { kind: "hide", seconds };
      const alike = refusal === undefined ? afterIt(refusedAlike) : (refusedAlike ?? now);
      return { kind: "renew", seconds, troubledSince: { failing: afterIt(failing), refusedAlike: alike } };
    }
    case "failed": {
      const { error, final } = result;
      if (final || hasLasted(failing, error)) return { kind: "dead-letter", error };
      // The first time too, since only a renewal writes down since when it fails.
      if (!isLastButOne && failing !== undefined) return { kind: "hide", seconds };
      return {
        kind: "renew",
        seconds,
        troubledSince: { failing: failing ?? now, refusedAlike: afterIt(refusedAlike) },
      };
    }
    default:
      return { kind: "acknowledge" };
  }
};

/**
 * Whatever moved since is not what the trouble was about. Of an earlier receive only Zuora can tell: what was hidden
 * until nothing of it could land any more could not write down that it had moved.
 */
const troubledSince = (result: Result, delivery: Troubled, now: number): TroubledSince => {
  if (result.hasMoved) return {};
  const { failing, refusedAlike } = withoutLateness(delivery, now);
  const { changedAt = Number.NEGATIVE_INFINITY } = result;
  const sinceChange = (since: number | undefined) =>
    since === undefined || changedAt <= since ? since : Math.min(changedAt + landingMaxMs, now);
  return { failing: sinceChange(failing), refusedAlike: sinceChange(refusedAlike) };
};

type Troubled = Pick<Delivery, "receiveCount" | "notBefore" | "troubledSince">;

/**
 * Since when there is trouble, as if the message had come when it was due: until it came nobody failed, and in a long
 * outage the seconds of many renewals would add up.
 */
const withoutLateness = ({ receiveCount, notBefore, troubledSince }: Troubled, now: number): TroubledSince => {
  if (notBefore === undefined || receiveCount > receivesOfRenewal) return troubledSince;
  const lateMs = Math.max(0, now - Date.parse(notBefore));
  return { failing: later(troubledSince.failing, lateMs), refusedAlike: later(troubledSince.refusedAlike, lateMs) };
};

const later = (since: number | undefined, ms: number): number | undefined =>
  since === undefined ? undefined : since + ms;

const timesAsLong = (error: SettlementError): number => (refusalIn(error)?.again === "later" ? timesAsLongOfZuoras : 1);

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
