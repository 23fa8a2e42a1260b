import Big from "big.js";
import type { Money } from "../../../functions/domain/money.ts";
import type { Value } from "../records.ts";
import type { Attribute, FieldKind, Resource } from "./resources.ts";

/** A parameter that Object Query refuses: category 27 of Zuora's error codes. */
export class ParameterFault extends Error {
  override readonly name = "ParameterFault";
}

/** One `filter[]`; several are AND-ed. */
export type Filter = {
  readonly name: string;
  readonly matches: (row: object) => boolean;
  readonly among?: readonly string[];
};

/**
 * Reads `balance.LT:0`. Names are in any case, and only documented ones can be filtered.
 *
 * @throws {ParameterFault}
 */
export const filterOf = (resource: Resource, text: string): Filter => {
  const [, asked = "", operator = "", literal = ""] = /^([^.]+)\.([A-Z]{2}):(.*)$/s.exec(text) ?? [];
  const attribute = filterable(resource, asked);
  const name = asked.toLowerCase();
  const isNull = literal === "null" && (operator === "EQ" || operator === "NE");
  if (isNull) return { name, matches: (row) => (attribute.of(row) === undefined) === (operator === "EQ") };
  const test = testOf(operator, attribute.kind, literal);
  if (test === undefined) throw new ParameterFault(`Invalid filter: ${text}`);
  return {
    name,
    matches: (row) => {
      const value = attribute.of(row);
      return value === undefined ? operator === "NE" : test(value);
    },
    ...(operator === "EQ" ? { among: [literal] } : {}),
    ...(operator === "IN" ? { among: listIn(literal) } : {}),
  };
};

/** @throws {ParameterFault} where there is no such field, or it cannot be filtered and sorted by */
export const filterable = ({ attributes }: Resource, asked: string): Attribute => {
  const found = Object.entries(attributes).find(([name]) => name.toLowerCase() === asked.toLowerCase())?.[1];
  if (found?.isFilterable) return found;
  throw new ParameterFault(`The field '${asked}' does not support filtering and sorting`);
};

/** Orders two values of one field; nothing comes first. */
export const compareValues = (kind: FieldKind, a: Value, b: Value): number => {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (kind === "number") return (a as Money).cmp(b as Money);
  if (kind === "dateTime") return (a as number) - (b as number);
  return a === b ? 0 : String(a) < String(b) ? -1 : 1;
};

const testOf = (operator: string, kind: FieldKind, literal: string): ((value: Value) => boolean) | undefined => {
  if (operator === "SW") return kind === "text" ? (value) => String(value).startsWith(literal) : undefined;
  if (operator === "IN") {
    const wanted = listIn(literal).map((each) => valueIn(kind, each));
    if (wanted.length === 0 || wanted.includes(undefined)) return undefined;
    return (value) => wanted.some((each) => compareValues(kind, value, each) === 0);
  }
  const wanted = valueIn(kind, literal);
  const accepts = orders[operator];
  if (wanted === undefined || accepts === undefined) return undefined;
  return (value) => accepts(compareValues(kind, value, wanted));
};

/** `[a,b]`; nothing where it is no list. */
const listIn = (literal: string): readonly string[] =>
  /^\[(.+)\]$/s
    .exec(literal)?.[1]
    ?.split(",")
    .map((each) => each.trim()) ?? [];

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  EQ: (order) => order === 0,
  NE: (order) => order !== 0,
  LT: (order) => order < 0,
  GT: (order) => order > 0,
  LE: (order) => order <= 0,
  GE: (order) => order >= 0,
};

const valueIn = (kind: FieldKind, literal: string): Value => {
  switch (kind) {
    case "number":
      return /^-?\d+(\.\d+)?$/.test(literal) ? (Big(literal) as Money) : undefined;
    case "boolean":
      return literal === "true" ? true : literal === "false" ? false : undefined;
    case "dateTime": {
      const instant = Date.parse(literal);
      return Number.isNaN(instant) ? undefined : instant;
    }
    case "text":
      return literal;
  }
};
