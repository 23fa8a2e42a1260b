import {
  type HttpRequest,
  type HttpResponse,
  NoAnswerError,
  type Transport,
} from "../../../functions/zuora/http/transport.ts";

/** What happens to one request: an answer, or none. */
export type Scripted = HttpResponse | NoAnswerError | ((request: HttpRequest) => HttpResponse | NoAnswerError);

/**
 * A Zuora that answers what the test wrote down, one line per request, and hands out numbered tokens by itself.
 * A request beyond the script is the test's mistake or the program's: it fails by name.
 */
export class ScriptedZuora {
  /** Everything that was asked but tokens. */
  readonly calls: HttpRequest[] = [];
  readonly tokenCalls: HttpRequest[] = [];
  readonly #script: Scripted[];
  #tokens: (attempt: number) => HttpResponse | NoAnswerError = (attempt) =>
    json(200, { access_token: `token-${attempt}`, token_type: "bearer", expires_in: 3599 });

  constructor(...script: readonly Scripted[]) {
    this.#script = [...script];
  }

  answers(...more: readonly Scripted[]): this {
    this.#script.push(...more);
    return this;
  }

  tokens(answer: (attempt: number) => HttpResponse | NoAnswerError): this {
    this.#tokens = answer;
    return this;
  }

  get unasked(): number {
    return this.#script.length;
  }

  readonly transport: Transport = async (request) => {
    const answer = request.path === "/oauth/token" ? this.#token(request) : this.#next(request);
    if (answer instanceof NoAnswerError) throw answer;
    return answer;
  };

  #token(request: HttpRequest): HttpResponse | NoAnswerError {
    this.tokenCalls.push(request);
    return this.#tokens(this.tokenCalls.length);
  }

  #next(request: HttpRequest): HttpResponse | NoAnswerError {
    this.calls.push(request);
    const next = this.#script.shift();
    if (next === undefined) throw new Error(`nobody expected ${request.method} ${request.path}`);
    return typeof next === "function" ? next(request) : next;
  }
}

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers,
  body: JSON.stringify(body),
});

export const html = (status: number): HttpResponse => ({
  status,
  headers: { server: "AkamaiGHost", "content-type": "text/html" },
  body: "<html><body>Service Unavailable</body></html>",
});

/** The answer got lost: Zuora may have done what was asked. */
export const lost = (): NoAnswerError => new NoAnswerError("no answer: ETIMEDOUT", { sent: true });

/** No connection: Zuora never saw it. */
export const unreachable = (): NoAnswerError => new NoAnswerError("no answer: ECONNREFUSED", { sent: false });

/** One page of a query, the last unless a locator says otherwise. */
export const page = (records: readonly unknown[], queryLocator?: string): HttpResponse =>
  json(200, {
    records,
    size: records.length,
    done: queryLocator === undefined,
    ...(queryLocator ? { queryLocator } : {}),
  });
