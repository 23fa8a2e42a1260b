import { closestMatch } from "leven";

/** Further away, nobody meant it. */
const distanceMax = 3;

/** `; did you mean X?`, where something known is near to what was typed, or begins like it; else nothing. */
export const didYouMean = (typed: string, known: Iterable<string>): string => {
  const all = [...known];
  const nearest =
    closestMatch(typed, all, { maxDistance: distanceMax }) ??
    (typed.length < beginningMin ? undefined : all.find((each) => each.startsWith(typed)));
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
};

/** Less is the beginning of everything. */
const beginningMin = 4;
