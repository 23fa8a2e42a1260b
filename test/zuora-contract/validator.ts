import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { type Contract, documentId, type Schema } from "./contract.ts";

/** What of a value does not fit a schema of the contract, a sentence each; never the value itself. */
export type Validate = (schema: Schema, value: unknown) => readonly string[];

const sentencesMax = 3;

export const createValidator = ({ components }: Contract): Validate => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addFormat("date", (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addSchema({ $id: documentId, components });
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    return validate(value) ? [] : sentences(validate.errors ?? []);
  };
};

/** Of alternatives, the one that a value nearly was fails deepest in it, and says most. */
const sentences = (errors: readonly ErrorObject[]): readonly string[] => {
  const told = errors
    .filter(({ keyword }) => keyword !== "anyOf" && keyword !== "oneOf")
    .toSorted((a, b) => depthOf(b) - depthOf(a))
    .map(sentence);
  return [...new Set(told)].slice(0, sentencesMax);
};

const depthOf = ({ instancePath, keyword }: ErrorObject): number =>
  2 * instancePath.split("/").length + Number(keyword === "additionalProperties");

const sentence = ({ instancePath, keyword, message, params }: ErrorObject): string => {
  const at = instancePath === "" ? "the body" : instancePath.replaceAll(/\/\d+/g, "[]").slice(1).replaceAll("/", ".");
  if (keyword === "additionalProperties") return `${at} has the unknown field ${params["additionalProperty"]}`;
  return `${at} ${message}${keyword === "enum" ? ` ${(params["allowedValues"] as unknown[]).join(", ")}` : ""}`;
};
