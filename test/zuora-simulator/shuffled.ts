import { mulberry32 } from "./mulberry32.ts";

/** The items in an order that nobody should rely on, the same one for the same turn in [0, 1). */
export const shuffled = <T>(items: readonly T[], turn: number): T[] => {
  const next = mulberry32(Math.floor(turn * 2 ** 32));
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    const item = result[last] as T;
    result[last] = result[other] as T;
    result[other] = item;
  }
  return result;
};
