import { type Money, toDecimal } from "../../../domain/money.ts";

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context: { readonly source?: string | undefined },
) => unknown;

// Source text access and rawJSON are in every Node this project supports; TypeScript's library does not know them yet.
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
};

/**
 * Parses JSON with every number as its source *text*, so that 123456789012345.12 keeps all its digits, and with a field
 * of null as one that is not there: some of Zuora's answers leave such fields out and some write them, and nowhere do
 * the two mean different things.
 *
 * @throws {SyntaxError} when the text is no JSON
 */
export const parseExact = (text: string): unknown =>
  json.parse(text, function (key, value, context) {
    if (typeof value === "number") return context.source ?? String(value);
    const isField = key !== "" && !Array.isArray(this);
    return value === null && isField ? undefined : value;
  });

/** A value that `JSON.stringify` writes as a number with all the digits of the amount. */
export const exactNumber = (amount: Money): unknown => json.rawJSON(toDecimal(amount));
