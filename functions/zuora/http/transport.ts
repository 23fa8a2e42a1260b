/** One HTTP request to Zuora, relative to the tenant's REST base. */
export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT";
  /** Path and query, starting with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

/** Header names are lower case. The body is the text as it came: amounts are read from it, digit by digit. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** Sends one request, once, and returns whatever answer came. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer came. `sent: false` means that Zuora certainly never saw the request. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly sent: boolean;

  constructor(message: string, { sent, cause }: { readonly sent: boolean; readonly cause?: unknown | undefined }) {
    super(message, cause === undefined ? undefined : { cause });
    this.sent = sent;
  }
}
