import {
  type Contract,
  documentId,
  type Operation,
  operationOf,
  type Parameter,
  readContract,
  type Schema,
} from "./contract.ts";
import { createValidator, type Validate } from "./validator.ts";

/** A request and what was answered, header names in lower case. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
};

export type Problem = { readonly side: "request" | "answer"; readonly operation: string; readonly says: string };

/** Looks at both directions of one exchange. */
export type Check = (exchange: Exchange) => readonly Problem[];

export const createCheck = (contract: Contract = readContract()): Check => {
  const validate = createValidator(contract);
  return (exchange) => {
    const [path = "", query = ""] = exchange.path.split("?");
    const operation = operationOf(contract, exchange.method, path);
    if (operation === undefined) {
      return [{ side: "request", operation: `${exchange.method} ${path}`, says: "is no operation of the contract" }];
    }
    const name = `${exchange.method} ${path.replaceAll(/\/[0-9a-f]{32}\b/g, "/{id}")}`;
    const asked = [
      ...problemsOfQuery(validate, operation, new URLSearchParams(query)),
      ...problemsOfHeaders(validate, operation, exchange),
      ...problemsOfBody(validate, operation, exchange),
    ];
    const answered = problemsOfAnswer(validate, operation, exchange);
    return [
      ...asked.map((says) => ({ side: "request" as const, operation: name, says })),
      ...answered.map((says) => ({ side: "answer" as const, operation: name, says })),
    ];
  };
};

const declared = ({ parameters = [] }: Operation, place: Parameter["in"], name: string): Parameter | undefined =>
  parameters.find((each) => each.in === place && each.name.toLowerCase() === name.toLowerCase());

const problemsOfQuery = (validate: Validate, operation: Operation, query: URLSearchParams): readonly string[] =>
  [...new Set(query.keys())].flatMap((name) => {
    const parameter = declared(operation, "query", name);
    if (parameter === undefined) return [`the query has the unknown parameter ${name}`];
    const values = query.getAll(name);
    const value = parameter.schema.type === "array" ? values : meant(parameter.schema, values.at(0) ?? "");
    return validate(parameter.schema, value).map((each) => `${name}: ${each}`);
  });

const isZuoras = /^(zuora-|x-zuora-|idempotency-key$)/;

const problemsOfHeaders = (
  validate: Validate,
  operation: Operation,
  { path, headers }: Exchange,
): readonly string[] => {
  const missing = path === "/oauth/token" || headers["authorization"] !== undefined ? [] : ["authorization is missing"];
  const wrong = Object.entries(headers).flatMap(([name, text]) => {
    if (!isZuoras.test(name) || text === undefined) return [];
    const parameter = declared(operation, "header", name);
    if (parameter === undefined) return [`the header ${name} is not known here`];
    return validate(parameter.schema, meant(parameter.schema, text)).map((each) => `${name}: ${each}`);
  });
  return [...missing, ...wrong];
};

/** A text of an address or a header as the value that its schema speaks of. */
const meant = ({ type }: Schema, text: string): unknown => {
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
};

const problemsOfBody = (validate: Validate, operation: Operation, exchange: Exchange): readonly string[] => {
  const { requestBody } = operation;
  if (requestBody === undefined) return exchange.body === "" ? [] : ["has a body, and none is known"];
  const type = exchange.headers["content-type"]?.split(";")[0] ?? "";
  const schema = requestBody.content?.[type]?.schema;
  if (schema === undefined) return [`a body of ${type || "no content type"} is not known`];
  const form = type === "application/x-www-form-urlencoded";
  const value = form ? Object.fromEntries(new URLSearchParams(exchange.body)) : parsed(exchange.body);
  if (value === undefined) return ["the body is no JSON"];
  return [...validate(schema, value), ...problemsOfQueryString(operation, value)];
};

const fromOf = (value: unknown) => {
  const { queryString = "" } = value as { readonly queryString?: string };
  const [, fields = "", object = ""] = /^select (.+?) from (\w+)/is.exec(queryString) ?? [];
  return { fields: fields.split(",").map((each) => each.trim()), object };
};

const problemsOfQueryString = (operation: Operation, value: unknown): readonly string[] => {
  const objects = operation["x-queried-objects"];
  if (objects === undefined || typeof value !== "object" || value === null || !("queryString" in value)) return [];
  const { object } = fromOf(value);
  return object in objects ? [] : [`ZOQL object ${object} is not known`];
};

const problemsOfAnswer = (validate: Validate, operation: Operation, exchange: Exchange): readonly string[] => {
  const { status, answer } = exchange;
  const said = operation.responses[String(status)] ?? operation.responses[`${Math.trunc(status / 100)}XX`];
  if (said === undefined) return [`HTTP ${status} is not known`];
  const schema = said.content?.["application/json"]?.schema;
  if (schema === undefined) return [];
  const value = parsed(answer);
  if (value === undefined) return [`HTTP ${status} is no JSON`];
  const problems = validate(schema, value).map((each) => `HTTP ${status}: ${each}`);
  return [...problems, ...problemsOfRecords(validate, operation, exchange, value)];
};

/** The records of a query, each by the schema of the object that was asked for; of a later page, of some object. */
const problemsOfRecords = (validate: Validate, operation: Operation, { body }: Exchange, value: unknown) => {
  const objects = operation["x-queried-objects"];
  const { records } = value as { readonly records?: unknown };
  if (objects === undefined || !Array.isArray(records)) return [];
  const { object } = fromOf(parsed(body) ?? {});
  const schemas = Object.values(objects).map(schemaAt);
  const own = objects[object];
  const candidates = own === undefined ? schemas : [schemaAt(own)];
  return records.flatMap((record) => {
    const problems = candidates.map((schema) => validate(schema, record));
    return problems.some((each) => each.length === 0) ? [] : (problems.at(0) ?? []);
  });
};

const references = new Map<string, Schema>();

/** The same object each time, since the validator remembers schemas by it. */
const schemaAt = ($ref: string): Schema => {
  const known = references.get($ref) ?? { $ref: `${documentId}${$ref}` };
  references.set($ref, known);
  return known;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
