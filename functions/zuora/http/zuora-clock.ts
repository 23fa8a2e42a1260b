/** Zuora's clock as its answers tell it, beside our own. */
export type ZuoraClock = {
  /** Told of every answer: Zuora's own clock when it answered, in epoch milliseconds, where it tells. */
  notice(answeredAt: number | undefined): void;
  /** An instant of our clock on Zuora's, in epoch milliseconds; the same where no answer has told. */
  at(ours: number): number;
};

export const skewMaxMs = 60_000;

/** Whether two clocks are so far apart that one of them is to be set, whichever is ahead. */
export const isLargeSkew = (milliseconds: number): boolean => Math.abs(milliseconds) > skewMaxMs;

/** @param now our own clock */
export const createZuoraClock = (now: () => number): ZuoraClock => {
  let aheadMs = 0;
  return {
    notice: (answeredAt) => {
      if (answeredAt !== undefined) aheadMs = answeredAt - now();
    },
    at: (ours) => ours + aheadMs,
  };
};
