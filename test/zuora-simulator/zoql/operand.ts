import Big from "big.js";
import type { Field } from "./fields.ts";
import { instantIn } from "./local-instant.ts";
import { QueryFault } from "./query-fault.ts";
import type { Operator } from "./reader.ts";
import type { Token } from "./tokens.ts";

/** The right-hand side of a comparison, ready to compare. */
export type Operand =
  | { readonly type: "null" }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "pattern"; readonly pattern: RegExp }
  | { readonly type: "number"; readonly number: Big }
  | { readonly type: "boolean"; readonly truth: boolean }
  /** Epoch milliseconds. */
  | { readonly type: "dateTime"; readonly instant: number };

/**
 * Reads a literal as the field's type wants it: dates quoted, dateTimes not (Zuora: ZOQL, from WSDL 69 on).
 *
 * @param timeZone decides a dateTime without an offset
 * @throws {QueryFault}
 */
export const operandOf = (
  name: string,
  { type }: Field,
  operator: Operator,
  literal: Token | null,
  timeZone: string,
): Operand => {
  if (literal === null) {
    if (operator === "=" || operator === "!=") return { type: "null" };
    throw new QueryFault("MALFORMED_QUERY", `null goes with = and != only: ${name}`);
  }
  const wrong = new QueryFault("INVALID_VALUE", `invalid value for ${type} field ${name}: ${literal.text}`);
  if (literal.kind !== literalKindOf[type]) throw wrong;
  const { text } = literal;
  if (operator === "like") return patternOf(name, type, text);
  switch (type) {
    case "number":
      return { type: "number", number: Big(text) };
    case "boolean":
      if (operator !== "=" && operator !== "!=") throw wrong;
      return { type: "boolean", truth: text.toLowerCase() === "true" };
    case "dateTime": {
      const instant = /(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : instantIn(timeZone, text);
      if (Number.isNaN(instant)) throw wrong;
      return { type: "dateTime", instant };
    }
    case "date":
      if (!isDay(text)) throw wrong;
      return { type: "text", text };
    case "text":
      return { type: "text", text };
  }
};

const literalKindOf = {
  text: "string",
  number: "number",
  boolean: "word",
  date: "string",
  dateTime: "instant",
} as const;

const isDay = (text: string): boolean => {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // 31 February is read as 3 March: no day.
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
};

/** `%` at one end, the start or the end, matches anything; `_` one character. */
const patternOf = (name: string, type: Field["type"], text: string): Operand => {
  const isAllowed = type === "text" && /^(%[^%]*|[^%]*%?)$/s.test(text);
  if (!isAllowed)
    throw new QueryFault("INVALID_VALUE", `like takes a text with one % at the start or the end: ${name}`);
  const escaped = text
    .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return { type: "pattern", pattern: new RegExp(`^${escaped}$`, "s") };
};
