import { pendingLeadMs } from "../functions/domain/payment-run.ts";

/** Zuora ends a request of its own accord after this long (Zuora: Requests and responses). */
export const zuoraTimeoutSeconds = 120;

/** Lambda's longest function timeout. */
export const functionTimeoutSecondsMax = 900;

/**
 * The longest HTTP timeout in seconds: a Decrease, and its repetition where no answer came, must have landed before a
 * payment run begins that was not near when its account was read, with half a minute for what comes before it.
 */
export const httpTimeoutSecondsMax = pendingLeadMs / 2000 - 15;

export type Timeouts = {
  /** A call to Zuora without an answer is given up after this. */
  readonly httpTimeoutSeconds: number;
  readonly functionTimeoutSeconds: number;
  /** How long a message that is being worked on is hidden from everybody else. */
  readonly visibilityTimeoutSeconds: number;
};

/**
 * The timeouts that hang together. A call is given up only after Zuora has given it up itself, so a lost answer is
 * rare. A function has time for five calls that all take their longest. And a message comes back only when a killed
 * function's last request must have landed, so that whoever reads again sees what it did.
 *
 * AWS recommends six times the function's timeout, for batches that are throttled and tried again. The processors'
 * concurrency is reserved and their mapping starts no more, so none is; and with an hour of it an account whose
 * processor died would wait for an hour, longer than from a bill run to the payment run after it.
 *
 * @throws {RangeError} where a Decrease could land too late, or Zuora could still be working on a call given up
 */
export const timeoutsFor = (httpTimeoutSeconds: number): Timeouts => {
  const functionTimeoutSeconds = 5 * httpTimeoutSeconds;
  if (httpTimeoutSeconds <= zuoraTimeoutSeconds || httpTimeoutSeconds > httpTimeoutSecondsMax) {
    throw new RangeError(
      `expected an HTTP timeout above ${zuoraTimeoutSeconds} s and at most ${httpTimeoutSecondsMax} s, got ${httpTimeoutSeconds}`,
    );
  }
  return {
    httpTimeoutSeconds,
    functionTimeoutSeconds,
    visibilityTimeoutSeconds: functionTimeoutSeconds + httpTimeoutSeconds,
  };
};
