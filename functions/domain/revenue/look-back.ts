/** Pairs are looked after for so long: a month's close and its questions are over by then. In milliseconds. */
export const lookBackMs = 45 * 24 * 60 * 60_000;
