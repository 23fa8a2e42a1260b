import PQueue from "p-queue";
import type { Clock } from "../../app/ports.ts";
import {
  isLocked,
  SettlementError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
} from "../../domain/errors.ts";
import { type Answer, TokenRefusal } from "./answers/answer.ts";
import type { CallKind } from "./answers/classify.ts";
import { CallsAtOnce } from "./calls-at-once.ts";
import { type HttpResponse, NoAnswerError } from "./transport.ts";

/** Three busy answers in a row are an outage, not an accident. */
const busyInARowMax = 3;

/** Below this part of a rate limit, the rest is left to the company's other programs until the window resets. */
const rateHeadroomMin = 0.02;

/**
 * However long Zuora asks, somebody looks again after so long, in milliseconds: one call in five minutes is no load,
 * and a header with a nought too many must not stop an environment for a day.
 */
const pauseMaxMs = 5 * 60_000;

/** An answer that takes so much of the time after which it is given up comes from a tenant that is asked too much. */
const slowPart = 0.5;

const priorities: Readonly<Record<CallKind, number>> = { write: 1, read: 0 };

/**
 * Keeps one execution environment within Zuora's limits: so many calls in flight and fewer for a tenant that bears
 * fewer, none at all after three busy answers in a row, and one at a time as soon as Zuora's own counters say that the
 * tenant is near exhaustion.
 */
export type Pace = {
  /** Why nothing may be sent now, the token request included; undefined when it may. */
  refusal(): ZuoraBusyError | ZuoraAccessError | undefined;
  /**
   * Lets a call leave when its turn has come: a write before every read that waits, so that who was looked at last is
   * looked at a moment ago.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError} at once, without a call, while the environment stays away
   */
  run<T>(kind: CallKind, call: () => Promise<T>): Promise<T>;
  /**
   * Reads Zuora's limit headers, and how long it took; call for every answer.
   *
   * @returns the part that is left of the rate limit, from 0 to 1, where Zuora tells
   */
  notice(headers: HttpResponse["headers"], tookMs: number): number | undefined;
  /**
   * Takes what came of a call, or that nothing came. Three in a row that say Zuora is busy keep the environment away,
   * and so does at once a refusal of our user, a feature or the tenant, since the next answer would be the same. A lock
   * is one account's, and the next account's is another; tokens are revoked one by one, so that two refused in a row
   * may be chance.
   */
  heard(outcome: Answer | SettlementError | TokenRefusal | NoAnswerError): void;
  /** So many calls may be in flight from now on. */
  allow(calls: number): void;
  /** How long nothing may be sent, in milliseconds; 0 when it may. */
  pausedMs(): number;
};

export const createPace = (
  clock: Clock,
  { concurrency, pauseMs, timeoutMs }: { concurrency: number; pauseMs: number; timeoutMs: number },
): Pace => {
  const queue = new PQueue({ concurrency });
  const atOnce = new CallsAtOnce(concurrency);
  const adapt = () => {
    queue.concurrency = atOnce.now;
  };
  let busyInARow = 0;
  let pausedUntil = 0;
  let why: SettlementError | "rate-limit" | undefined;
  const pausedMs = () => Math.max(0, pausedUntil - clock.now());
  const pauseFor = (milliseconds: number) => {
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(milliseconds, pauseMaxMs));
  };
  const refusal = () => {
    const retryAfterMs = pausedMs();
    if (retryAfterMs === 0) return undefined;
    if (why instanceof ZuoraAccessError) return new ZuoraAccessError(why.message, { cause: why, retryAfterMs });
    if (why === "rate-limit") return new ZuoraBusyError("the tenant's rate limit is nearly used up", { retryAfterMs });
    const last = why === undefined ? "" : `, the last: ${why.message}`;
    return new ZuoraBusyError(`staying away from Zuora after repeated busy answers${last}`, { retryAfterMs });
  };
  return {
    refusal,
    run: (kind, call) =>
      queue.add(
        async () => {
          const refused = refusal();
          if (refused !== undefined) throw refused;
          return call();
        },
        { priority: priorities[kind] },
      ),
    notice: (headers, tookMs) => {
      if (tookMs < timeoutMs * slowPart) atOnce.wasQuick();
      else atOnce.wasSlow();
      const concurrencyLeft = numberIn(headers["concurrency-limit-remaining"]);
      atOnce.notice(concurrencyLeft ?? Number.POSITIVE_INFINITY);
      adapt();
      const rateLeft = numberIn(headers["ratelimit-remaining"]);
      const rateLimit = numberIn(headers["ratelimit-limit"]);
      const resetSeconds = numberIn(headers["ratelimit-reset"]);
      if (rateLeft === undefined || rateLimit === undefined || rateLimit === 0) return undefined;
      if (rateLeft < rateLimit * rateHeadroomMin && resetSeconds !== undefined) {
        why = "rate-limit";
        pauseFor(resetSeconds * 1000);
      }
      return Math.min(1, rateLeft / rateLimit);
    },
    heard: (outcome) => {
      if (outcome instanceof ZuoraAccessError) {
        why = outcome;
        pauseFor(pauseMs);
      } else if (saysBusy(outcome)) {
        // Tokens are revoked one by one, which says nothing of how much is asked at a time.
        if (!(outcome instanceof TokenRefusal)) atOnce.wasSlow();
        busyInARow += 1;
        if (busyInARow >= busyInARowMax) {
          const error = errorIn(outcome);
          why = error;
          pauseFor(error?.retryAfterMs ?? pauseMs);
        }
      } else busyInARow = 0;
      adapt();
    },
    allow: (calls) => {
      atOnce.allow(calls);
      adapt();
    },
    pausedMs,
  };
};

const saysBusy = (outcome: Parameters<Pace["heard"]>[0]): boolean =>
  outcome instanceof TokenRefusal ||
  outcome instanceof NoAnswerError ||
  outcome instanceof WriteOutcomeUnknownError ||
  (outcome instanceof ZuoraBusyError && !isLocked(outcome));

const errorIn = (outcome: Parameters<Pace["heard"]>[0]): SettlementError | undefined => {
  if (outcome instanceof TokenRefusal) return outcome.error;
  return outcome instanceof SettlementError ? outcome : undefined;
};

/** The first number of a header such as `2250000, 50000;w=60`. */
const numberIn = (header: string | undefined): number | undefined => {
  const digits = header?.match(/\d+/)?.[0];
  return digits === undefined ? undefined : Number(digits);
};
