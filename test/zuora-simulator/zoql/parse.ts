import { type Field, objects } from "./fields.ts";
import { type Operand, operandOf } from "./operand.ts";
import { QueryFault } from "./query-fault.ts";
import { type Operator, Reader } from "./reader.ts";
import { tokensOf } from "./tokens.ts";

/** One comparison of the `where`. */
export type Comparison = {
  readonly name: string;
  readonly operator: Operator;
  readonly operand: Operand;
  readonly isNegated: boolean;
};

/** An `or` of `and`-groups: `and` binds tighter, and there are no parentheses. No groups: every record. */
export type Query = {
  readonly object: string;
  readonly fields: readonly string[];
  readonly groups: readonly (readonly Comparison[])[];
};

/** What a query is understood by. */
export type Dialect = {
  /** From `X-Zuora-WSDL-Version`: decides which fields exist. */
  readonly wsdlVersion: number;
  /** Decides a dateTime without an offset. */
  readonly timeZone: string;
  /** API names of the tenant's custom fields of accounts. */
  readonly customFields: ReadonlySet<string>;
  /** Fields that a feature of the tenant adds, such as `InvoiceItem.Field`. */
  readonly featureFields: ReadonlySet<string>;
};

const charactersMax = 10_000;
const conditionsMax = 200;
const customField: Field = { type: "text", isFilterable: true, sinceWsdl: 0 };

/**
 * Parses ZOQL as Zuora documents it: one object, no joins, `in`, `order by`, aggregates, `*` or parentheses, at most
 * 200 conditions and 10,000 characters, only fields that exist in the WSDL version, and only filterable ones in
 * `where`.
 *
 * @throws {QueryFault}
 */
export const parseQuery = (queryString: string, dialect: Dialect): Query => {
  if (queryString.length > charactersMax) {
    throw new QueryFault("MALFORMED_QUERY", `The query string exceeds ${charactersMax} characters`);
  }
  const reader = new Reader(tokensOf(queryString));
  reader.keyword("select");
  const fields = [reader.name()];
  while (reader.comma()) fields.push(reader.name());
  reader.keyword("from");
  const object = reader.name();
  const fieldOf = fieldsOf(object, dialect);
  for (const name of fields) fieldOf(name);
  const groups = reader.isAtEnd ? [] : parseWhere(reader, object, fieldOf, dialect);
  return { object, fields, groups };
};

type FieldOf = (name: string) => Field;

const fieldsOf = (object: string, { wsdlVersion, customFields, featureFields }: Dialect): FieldOf => {
  const known = Object.hasOwn(objects, object) ? objects[object] : undefined;
  if (known === undefined) throw new QueryFault("INVALID_TYPE", `invalid type for query: ${object}`);
  return (name) => {
    const isCustom = (object === "Account" && customFields.has(name)) || featureFields.has(`${object}.${name}`);
    const found = isCustom ? customField : Object.hasOwn(known, name) ? known[name] : undefined;
    if (found !== undefined && wsdlVersion >= found.sinceWsdl) return found;
    throw new QueryFault("INVALID_FIELD", `invalid field for query: ${object}.${name}`);
  };
};

const parseWhere = (reader: Reader, object: string, fieldOf: FieldOf, dialect: Dialect): Comparison[][] => {
  const next = () => parseComparison(reader, object, fieldOf, dialect);
  reader.keyword("where");
  const groups: Comparison[][] = [[next()]];
  let count = 1;
  while (!reader.isAtEnd) {
    const isAnd = reader.isKeyword("and");
    if (!isAnd) reader.keyword("or");
    if (isAnd) groups.at(-1)?.push(next());
    else groups.push([next()]);
    count += 1;
  }
  if (count > conditionsMax) {
    throw new QueryFault("MALFORMED_QUERY", `The query has ${count} conditions, more than ${conditionsMax}`);
  }
  return groups;
};

const parseComparison = (reader: Reader, object: string, fieldOf: FieldOf, { timeZone }: Dialect): Comparison => {
  const isNegated = reader.isKeyword("not");
  const name = reader.name();
  const field = fieldOf(name);
  if (!field.isFilterable) throw new QueryFault("INVALID_FIELD", `invalid field for filter: ${object}.${name}`);
  const operator = reader.operator();
  return { name, operator, operand: operandOf(name, field, operator, reader.literal(), timeZone), isNegated };
};
