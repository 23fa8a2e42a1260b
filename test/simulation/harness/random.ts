import { mulberry32 } from "../../zuora-simulator/mulberry32.ts";

/** Seeded chance: the same seed gives the same history. */
export type Chance = {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** True so often, of 1. */
  hits(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A stream of its own, so that one more draw here changes nothing there. */
  fork(): Chance;
};

/** Small, fast, and good enough to choose faults with. */
export const chanceOf = (seed: number): Chance => {
  const next = mulberry32(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    hits: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    fork: () => chanceOf(below(2 ** 32)),
  };
};
