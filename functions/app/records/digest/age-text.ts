import { count } from "../count.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** An age for people: in hours up to two days, then in days. */
export const ageText = (ageMs: number): string => {
  const [unit, unitMs] = ageMs < 2 * dayMs ? (["hour", hourMs] as const) : (["day", dayMs] as const);
  const units = Math.max(0, Math.floor(ageMs / unitMs));
  return count(units, unit);
};
