/** The first of instants in epoch milliseconds; where none is known, `undefined`. */
export const earliest = (instants: readonly (number | undefined)[]): number | undefined =>
  instants
    .filter((instant) => instant !== undefined)
    .reduce<number | undefined>((first, each) => (first === undefined ? each : Math.min(first, each)), undefined);
