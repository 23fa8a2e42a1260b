import { closestMatch } from "leven";

/** Further away, nobody meant it. */
const distanceMax = 3;

/** ` Did you mean X?`, where something known is near to what was typed; else nothing. */
export const didYouMean = (typed: string, known: Iterable<string>): string => {
  const nearest = closestMatch(typed, [...known], { maxDistance: distanceMax });
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
};
