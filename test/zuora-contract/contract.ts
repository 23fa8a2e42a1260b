import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

/** A JSON schema, as far as this code looks into it. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
};

export type Parameter = { readonly in: "query" | "header"; readonly name: string; readonly schema: Schema };

type Content = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };

export type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  /** By status or class of status, `200` or `4XX`. */
  readonly responses: Readonly<Record<string, Content>>;
  /** ZOQL objects and the schema of each: `from` decides which one the records of an answer have. */
  readonly "x-queried-objects"?: Readonly<Record<string, string>>;
};

type PathItem = { readonly parameters?: readonly Parameter[] } & Readonly<Record<string, Operation>>;

/** The operations of Zuora that are used, in one document. */
export type Contract = {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const folder = new URL("operations/", import.meta.url);

/**
 * Reads all files of `operations/` as one document. An object has the properties that are written down and no other.
 */
export const readContract = (): Contract => {
  const paths: Record<string, PathItem> = {};
  const components: Record<string, Record<string, unknown>> = {};
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".yaml"))) {
    const file = parse(readFileSync(new URL(name, folder), "utf8"), { merge: true }) as Partial<Contract>;
    addAll(name, paths, file.paths ?? {});
    for (const [kind, parts] of Object.entries(file.components ?? {})) {
      components[kind] ??= {};
      addAll(name, components[kind], parts);
    }
  }
  const contract = { paths, components };
  closeObjects(contract);
  return resolved(contract, contract) as Contract;
};

const addAll = <T>(file: string, all: Record<string, T>, more: Readonly<Record<string, T>>): void => {
  for (const [name, part] of Object.entries(more)) {
    if (name in all) throw new Error(`operations/${file} describes ${name}, which another file does already`);
    all[name] = part;
  }
};

/** The name under which the validator knows the whole document. */
export const documentId = "contract.json";

/** References to schemas are made absolute, so that each can be compiled by itself. */
const closeObjects = (node: unknown): void => {
  if (typeof node !== "object" || node === null) return;
  const schema = node as Record<string, unknown>;
  if (typeof schema["$ref"] === "string" && schema["$ref"].startsWith("#/components/schemas/")) {
    schema["$ref"] = `${documentId}${schema["$ref"]}`;
  }
  if (schema["type"] === "object" && schema["properties"] !== undefined) schema["additionalProperties"] ??= false;
  for (const child of Object.values(schema)) closeObjects(child);
};

/** Puts shared parameters and responses in place of what refers to them; schemas are left to the validator. */
const resolved = (contract: Contract, node: unknown): unknown => {
  if (Array.isArray(node)) return node.map((each) => resolved(contract, each));
  if (typeof node !== "object" || node === null) return node;
  const { $ref } = node as { $ref?: unknown };
  const [, kind = "", name = ""] = /^#\/components\/(parameters|responses)\/(\w+)$/.exec(String($ref)) ?? [];
  if (kind === "")
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, resolved(contract, each)]));
  const part = contract.components[kind]?.[name];
  if (part === undefined) throw new Error(`the contract refers to ${String($ref)}, which it does not have`);
  return resolved(contract, part);
};

/** An operation, with the parameters of its path among its own. */
export const operationOf = (contract: Contract, method: string, path: string): Operation | undefined => {
  for (const [template, item] of Object.entries(contract.paths)) {
    const operation = item[method.toLowerCase()];
    if (operation === undefined || !patternOf(template).test(path)) continue;
    return { ...operation, parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])] };
  }
  return undefined;
};

const patterns = new Map<string, RegExp>();

const patternOf = (template: string): RegExp => {
  const known = patterns.get(template) ?? new RegExp(`^${template.replaceAll(/\{[\w-]+\}/g, "[^/]+")}$`);
  patterns.set(template, known);
  return known;
};
