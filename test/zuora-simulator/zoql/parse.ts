import { type Field, objects } from "./fields.ts";
import { QueryFault } from "./query-fault.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** One comparison of the `where`; `value` is null for `= null`. */
export type Comparison = {
  readonly name: string;
  readonly field: Field;
  readonly operator: "=" | "!=" | ">" | ">=" | "<" | "<=" | "like";
  readonly value: Extract<Token, { text: string }> | null;
  readonly isNegated: boolean;
};

/** An `or` of `and`-groups: `and` binds tighter, and there are no parentheses. No groups: every record. */
export type Query = {
  readonly object: string;
  readonly fields: readonly string[];
  readonly groups: readonly (readonly Comparison[])[];
};

const charactersMax = 10_000;
const conditionsMax = 200;
const customField: Field = { type: "text", isFilterable: true, sinceWsdl: 0 };

/**
 * Parses ZOQL as Zuora documents it: one object, no joins, `in`, `order by`, aggregates, `*` or parentheses, at most
 * 200 conditions and 10,000 characters, only fields that exist in the WSDL version, and only filterable ones in `where`.
 *
 * @throws {QueryFault}
 */
export const parseQuery = (queryString: string, wsdlVersion: number): Query => {
  if (queryString.length > charactersMax) {
    throw new QueryFault("MALFORMED_QUERY", `The query string exceeds ${charactersMax} characters`);
  }
  const reader = new Reader(tokensOf(queryString));
  reader.keyword("select");
  const fields = [reader.name()];
  while (reader.comma()) fields.push(reader.name());
  reader.keyword("from");
  const object = reader.name();
  const known = objects[object];
  if (known === undefined) throw new QueryFault("INVALID_TYPE", `invalid type for query: ${object}`);
  const fieldOf = (name: string): Field => {
    const found = /__c$/.test(name) && object === "Account" ? customField : known[name];
    if (found !== undefined && wsdlVersion >= found.sinceWsdl) return found;
    throw new QueryFault("INVALID_FIELD", `invalid field for query: ${object}.${name}`);
  };
  for (const name of fields) fieldOf(name);
  const groups = reader.isAtEnd ? [] : parseWhere(reader, fieldOf, object);
  return { object, fields, groups };
};

const parseWhere = (reader: Reader, fieldOf: (name: string) => Field, object: string): Comparison[][] => {
  reader.keyword("where");
  const groups: Comparison[][] = [[parseComparison(reader, fieldOf, object)]];
  let count = 1;
  while (!reader.isAtEnd) {
    const isAnd = reader.isKeyword("and");
    if (!isAnd) reader.keyword("or");
    const comparison = parseComparison(reader, fieldOf, object);
    if (isAnd) groups.at(-1)?.push(comparison);
    else groups.push([comparison]);
    count += 1;
  }
  if (count > conditionsMax) {
    throw new QueryFault("MALFORMED_QUERY", `The query has ${count} conditions, more than ${conditionsMax}`);
  }
  return groups;
};

const parseComparison = (reader: Reader, fieldOf: (name: string) => Field, object: string): Comparison => {
  const isNegated = reader.isKeyword("not");
  const name = reader.name();
  const field = fieldOf(name);
  if (!field.isFilterable) throw new QueryFault("INVALID_FIELD", `invalid field for filter: ${object}.${name}`);
  const operator = reader.operator();
  const value = reader.literal();
  if (value !== null) checkLiteral(name, field, operator, value);
  else if (operator !== "=" && operator !== "!=")
    throw new QueryFault("MALFORMED_QUERY", "null only goes with = and !=");
  return { name, field, operator, value, isNegated };
};

const literalsOf = {
  text: ["string"],
  number: ["number"],
  boolean: ["word"],
  date: ["string"],
  dateTime: ["instant"],
} as const;

const checkLiteral = (
  name: string,
  { type }: Field,
  operator: string,
  { kind, text }: Extract<Token, { text: string }>,
) => {
  const isRightKind = (literalsOf[type] as readonly string[]).includes(kind);
  const isDay = type !== "date" || /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isBoolean = type !== "boolean" || /^(true|false)$/i.test(text);
  if (!isRightKind || !isDay || !isBoolean)
    throw new QueryFault("INVALID_VALUE", `invalid value for ${type} field ${name}`);
  if (operator === "like" && (type !== "text" || /^%?[^%]*%?$/.exec(text) === null || /^%.*%$/s.test(text))) {
    throw new QueryFault("INVALID_VALUE", `like takes one % at the start or the end: ${name}`);
  }
};

class Reader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  isKeyword(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word" || token.text.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  keyword(word: string): void {
    if (!this.isKeyword(word)) throw this.#malformed(word);
  }

  comma(): boolean {
    if (this.#tokens[this.#position]?.kind !== "comma") return false;
    this.#position += 1;
    return true;
  }

  name(): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word") throw this.#malformed("a field or object");
    this.#position += 1;
    return token.text;
  }

  operator(): Comparison["operator"] {
    if (this.isKeyword("like")) return "like";
    const token = this.#tokens[this.#position];
    if (token?.kind !== "operator") throw this.#malformed("an operator");
    this.#position += 1;
    return token.text as Comparison["operator"];
  }

  literal(): Comparison["value"] {
    if (this.isKeyword("null")) return null;
    const token = this.#tokens[this.#position];
    if (token === undefined || token.kind === "comma" || token.kind === "operator") throw this.#malformed("a value");
    this.#position += 1;
    return token;
  }

  #malformed(expected: string): QueryFault {
    const token = this.#tokens[this.#position];
    const found = token === undefined ? "the end" : "text" in token ? token.text : ",";
    return new QueryFault(
      "MALFORMED_QUERY",
      `You have an error in your ZOQL syntax: expected ${expected} near ${found}`,
    );
  }
}
