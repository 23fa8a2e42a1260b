/** The part of OpenAPI 3.0 schemas that the contract uses. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly nullable?: boolean;
};

type Content = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };

export type Operation = { readonly requestBody?: Content; readonly responses: Readonly<Record<string, Content>> };

export type Contract = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};

/** @throws {RangeError} where the contract has no such operation */
export const operationOf = ({ paths }: Contract, method: string, path: string): Operation => {
  for (const [template, operations] of Object.entries(paths)) {
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    const operation = operations[method.toLowerCase()];
    if (pattern.test(path) && operation !== undefined) return operation as Operation;
  }
  throw new RangeError(`no ${method} ${path} in the contract`);
};

/** What of a value does not fit a schema, one sentence each. */
export const problemsOf = (contract: Contract, schema: Schema, value: unknown, at = ""): readonly string[] => {
  const name = at || "the body";
  const { $ref, allOf, oneOf } = schema;
  if ($ref !== undefined) return problemsOf(contract, referred(contract, $ref), value, at);
  if (allOf !== undefined) return allOf.flatMap((each) => problemsOf(contract, each, value, at));
  if (oneOf !== undefined) {
    const fits = oneOf.some((each) => problemsOf(contract, each, value, at).length === 0);
    return fits ? [] : [`${name} fits none of the alternatives`];
  }
  if (value === null && schema.nullable === true) return [];
  if (schema.type !== undefined && !hasType(schema.type, value)) return [`${name} is no ${schema.type}`];
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${name} is none of ${schema.enum.join(", ")}`];
  if (typeof value === "string" && value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
    return [`${name} is longer than ${schema.maxLength}`];
  }
  if (Array.isArray(value)) return problemsOfItems(contract, schema, value, at);
  return typeof value === "object" && value !== null ? problemsOfFields(contract, schema, value, at) : [];
};

const problemsOfItems = (contract: Contract, schema: Schema, value: readonly unknown[], at: string) => {
  const { items, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length > maxItems) return [`${at} has more than ${maxItems} items`];
  return items === undefined
    ? []
    : value.flatMap((each, index) => problemsOf(contract, items, each, `${at}[${index}]`));
};

const problemsOfFields = (
  contract: Contract,
  { required = [], properties = {} }: Schema,
  value: object,
  at: string,
) => {
  const prefix = at === "" ? "" : `${at}.`;
  const missing = required.filter((name) => !(name in value)).map((name) => `${prefix}${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, each]) => {
    const schema = properties[name];
    return schema === undefined ? [] : problemsOf(contract, schema, each, `${prefix}${name}`);
  });
  return [...missing, ...wrong];
};

const referred = ({ components }: Contract, reference: string): Schema => {
  const schema = components?.schemas?.[reference.replace("#/components/schemas/", "")];
  if (schema === undefined) throw new RangeError(`the contract refers to ${reference}, which it does not have`);
  return schema;
};

const hasType = (type: string, value: unknown): boolean => {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
};
