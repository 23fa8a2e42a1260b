import { QueryFault } from "./query-fault.ts";
import type { Token } from "./tokens.ts";

export type Operator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "like";

/** Walks over the tokens of a query; what is not there where it must be is a fault. */
export class Reader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  /** Steps over the keyword where it is next. Zuora documents lower case; upper case works in production. */
  isKeyword(word: string): boolean {
    const token = this.#next;
    if (token?.kind !== "word" || token.text.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  keyword(word: string): void {
    if (!this.isKeyword(word)) throw this.#malformed(word);
  }

  comma(): boolean {
    if (this.#next?.kind !== "comma") return false;
    this.#position += 1;
    return true;
  }

  name(): string {
    const token = this.#next;
    if (token?.kind !== "word" || reserved.has(token.text.toLowerCase())) throw this.#malformed("a field or object");
    this.#position += 1;
    return token.text;
  }

  operator(): Operator {
    if (this.isKeyword("like")) return "like";
    const token = this.#next;
    if (token?.kind !== "operator") throw this.#malformed("an operator");
    this.#position += 1;
    return token.text as Operator;
  }

  /** Null for the literal `null`. */
  literal(): Token | null {
    if (this.isKeyword("null")) return null;
    const token = this.#next;
    const isLiteral = token?.kind === "word" ? /^(true|false)$/i.test(token.text) : literalKinds.has(token?.kind ?? "");
    if (token === undefined || !isLiteral) throw this.#malformed("a value");
    this.#position += 1;
    return token;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #malformed(expected: string): QueryFault {
    const found = this.#next?.text ?? "the end";
    const message = `You have an error in your ZOQL syntax: expected ${expected} near '${found}'`;
    return new QueryFault("MALFORMED_QUERY", message);
  }
}

const reserved = new Set(["select", "from", "where", "and", "or", "not", "like", "null", "in", "order", "group"]);

const literalKinds: ReadonlySet<string> = new Set(["string", "number", "instant"]);
