import type { HttpResponse } from "./transport.ts";

/** Zuora's clock as its answers tell it, beside our own. */
export type ZuoraClock = {
  /** Reads an answer's `Date`, of whole seconds; call for every answer. */
  notice(headers: HttpResponse["headers"]): void;
  /** An instant of our clock on Zuora's, in epoch milliseconds; the same where no answer has told. */
  at(ours: number): number;
};

/** @param now our own clock */
export const createZuoraClock = (now: () => number): ZuoraClock => {
  let aheadMs = 0;
  return {
    notice: ({ date }) => {
      const theirs = Date.parse(date ?? "");
      if (!Number.isNaN(theirs)) aheadMs = theirs - now();
    },
    at: (ours) => ours + aheadMs,
  };
};
