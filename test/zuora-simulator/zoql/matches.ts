import Big from "big.js";
import type { Value } from "../records.ts";
import type { Comparison } from "./parse.ts";

/** Whether a value satisfies one comparison. A null satisfies only `= null` and what is not equal to it. */
export const satisfies = (value: Value, comparison: Comparison): boolean =>
  compareOne(value, comparison) !== comparison.isNegated;

const compareOne = (value: Value, { operator, value: literal, field }: Comparison): boolean => {
  if (literal === null) return (value === undefined) === (operator === "=");
  if (value === undefined) return operator === "!=";
  const { text } = literal;
  if (operator === "like") return likeness(text).test(String(value));
  switch (field.type) {
    case "number":
      return ordered(Big(value as Big).cmp(text), operator);
    case "dateTime":
      return ordered(Math.sign((value as number) - Date.parse(text)), operator);
    case "boolean":
      return ordered(String(value) === text.toLowerCase() ? 0 : 1, operator);
    default:
      return ordered(value === text ? 0 : String(value) < text ? -1 : 1, operator);
  }
};

const ordered = (order: number, operator: Exclude<Comparison["operator"], "like">): boolean => {
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
  }
};

/** `%` at one end matches anything, `_` one character. */
const likeness = (pattern: string): RegExp => {
  const escaped = pattern
    .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${escaped}$`, "s");
};
