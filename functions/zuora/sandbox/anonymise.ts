/** Words of Zuora's own, which say nothing of anybody, by the field that holds them. */
const vocabulary = new Set([
  ...["status", "type", "source", "sourcetype", "sourcetransactiontype", "currency", "processingtype"],
  ...["transferredtoaccounting", "code", "faultcode", "token_type", "object", "distributiontype"],
]);

/** Numbers that count or name a kind of refusal, and are nobody's money. */
const counts = new Set(["code", "size", "expires_in", "batchsize", "status"]);

const date = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d{3})?(Z|[+-]\d{2}:?\d{2})?)?$/;

const ownNumber = /^(PR|BR|CBA|RS|RE)-(?=\d+$)|^(CM|INV)(?=\d+$)/;

type RawJson = {
  parse(text: string, reviver: (key: string, value: unknown, at: { source?: string }) => unknown): unknown;
};

/**
 * A JSON text without what it says of anybody: fields, dates, Zuora's own words and the shape of everything else stay,
 * so that it can still be held against a description of the interface. Undefined where the text is no JSON.
 */
export const anonymise = (text: string): unknown => {
  try {
    return (JSON as unknown as RawJson).parse(text, (key, value, { source }) => {
      const name = key.toLowerCase();
      if (typeof value === "number")
        return counts.has(name) ? value : Number((source ?? "0").replaceAll(/[1-9]/g, "1"));
      return typeof value === "string" ? anonymousText(name, value) : value;
    });
  } catch {
    return undefined;
  }
};

const anonymousText = (name: string, text: string): string => {
  if (date.test(text)) return text;
  if (vocabulary.has(name) && /^[A-Za-z][\w ().-]{0,60}$/.test(text)) return text;
  if (name === "querystring") return text.replaceAll(/'(?:\\.|[^'\\])*'/g, "'x'");
  if (name === "scope") return text.replaceAll(/(?<=\.)\S+/g, masked);
  const kept = (name === "nextpage" ? /^https:\/\// : ownNumber).exec(text)?.[0] ?? "";
  return kept + masked(text.slice(kept.length));
};

/** Letters and digits by others of their kind; hexadecimal ones stay hexadecimal, since ids are made of them. */
export const masked = (text: string): string =>
  text
    .replaceAll(/[1-9]/g, "0")
    .replaceAll(/[a-f]/g, "a")
    .replaceAll(/[g-z]/g, "x")
    .replaceAll(/\p{Lu}/gu, "X")
    .replaceAll(/[^\u0020-\u007e]/gu, "x");
