import { QueryFault } from "./query-fault.ts";

export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "instant"; readonly text: string }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "comma"; readonly text: "," };

const patterns: readonly (readonly [RegExp, (text: string) => Token | undefined])[] = [
  [/\s+/y, () => undefined],
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})?/y, (text) => ({ kind: "instant", text })],
  [/[+-]?\d+(?:\.\d+)?(?![\w.-])/y, (text) => ({ kind: "number", text: text.replace("+", "") })],
  [/'(?:[^'\\]|\\['"\\nrtbf])*'/y, (text) => ({ kind: "string", text: unescaped(text.slice(1, -1)) })],
  [/[A-Za-z]\w*(?:\.\w+)*/y, (text) => ({ kind: "word", text })],
  [/!=|>=|<=|=|>|</y, (text) => ({ kind: "operator", text })],
  [/,/y, () => ({ kind: "comma", text: "," })],
];

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

const unescaped = (text: string): string => text.replaceAll(/\\(.)/g, (_, char: string) => escapes[char] ?? char);

/** @throws {QueryFault} where something is no ZOQL, a parenthesis or an asterisk for instance */
export const tokensOf = (query: string): readonly Token[] => {
  const tokens: Token[] = [];
  let position = 0;
  while (position < query.length) {
    const { length, token } = nextToken(query, position);
    position += length;
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
};

const nextToken = (query: string, position: number): { length: number; token: Token | undefined } => {
  for (const [pattern, toToken] of patterns) {
    pattern.lastIndex = position;
    const [text] = pattern.exec(query) ?? [];
    if (text !== undefined) return { length: text.length, token: toToken(text) };
  }
  const near = query.slice(position, position + 20);
  throw new QueryFault("MALFORMED_QUERY", `You have an error in your ZOQL syntax near '${near}'`);
};
