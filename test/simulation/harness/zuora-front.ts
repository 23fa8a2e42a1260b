import {
  type HttpRequest,
  type HttpResponse,
  NoAnswerError,
  type Transport,
} from "../../../functions/zuora/http/transport.ts";
import type { Authentication } from "../../zuora-simulator/authentication.ts";
import type { LimitKeeper } from "../../zuora-simulator/limits.ts";
import type { CallFault, FaultPlan, RowFault } from "./faults.ts";
import { withFieldsOfNull } from "./fields-of-null.ts";
import type { Chance } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** The simulated tenant as the front needs it. */
export type TenantCore = {
  readonly authentication: Pick<Authentication, "admit">;
  handle(request: HttpRequest & { readonly body: string }, now: number): HttpResponse;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
};

const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** A header with noughts too many. */
const weekInSeconds = "604800";

const pageNotFound: HttpResponse = {
  status: 404,
  headers: { "content-type": "text/html" },
  body: "<html>Not Found</html>",
};

/** What gateways say of an address that they do not know. */
const notZuoras: readonly HttpResponse[] = [
  pageNotFound,
  { status: 404, headers: { "content-type": "text/plain" }, body: "default backend - 404" },
  json(404, { message: "no Route matched with those values" }),
];

/** Whether a gateway answers a request, in some words of its own or always with a page of HTML. */
type Misroutes = (request: HttpRequest) => boolean | "to-html";

/** Answers that were made before the tenant did anything. */
const refusals: Partial<Record<CallFault, (chance: Chance) => HttpResponse>> = {
  "throttled-429": (chance) =>
    json(
      429,
      { reasons: [{ code: 50000070, message: "The total number of concurrent requests has exceeded the limit" }] },
      {
        "retry-after": chance.hits(0.05) ? weekInSeconds : String(1 + chance.below(3)),
      },
    ),
  "throttled-on-200": () =>
    json(200, { Success: false, Errors: [{ Code: "REQUEST_EXCEEDED_RATE", Message: "exceeded" }] }),
  "html-503": () => ({
    status: 503,
    headers: { "content-type": "text/html" },
    body: "<html>Service Unavailable</html>",
  }),
  "json-500": () => json(500, { reasons: [{ code: "SystemError", message: "internal server error" }] }),
  "refusal-on-200": () =>
    json(200, {
      success: false,
      processId: "8CF9",
      reasons: [{ code: 50000061, message: "temporary error" }],
      requestId: "r",
    }),
  "gateway-404": (chance) => chance.pick(notZuoras),
  "user-info-401": () => json(401, { message: "Failed to get user info" }),
  "call-lock": () =>
    json(200, { faultcode: "fns:LOCK_COMPETITION", faultstring: "lock competition, please retry later" }),
};

/** Refusals of rows that have a cause, and last as long as it does. */
type LastingFault = "trouble-for-all" | "period-closed";

const refusedRows: Partial<Record<RowFault | LastingFault, unknown>> = {
  "trouble-for-all": { Success: false, Errors: [{ Code: "TRANSACTION_FAILED", Message: "please contact support" }] },
  "period-closed": { Success: false, Errors: [{ Code: "ACCOUNTING_PERIOD_CLOSED", Message: "the period is closed" }] },
  "row-lock": { Success: false, Errors: [{ Code: "LOCK_COMPETITION", Message: "please retry" }] },
  "batch-fail-hiding-lock": {
    Success: false,
    Errors: [{ Code: "BATCH_FAIL_ERROR", Message: "Optimistic locking failed, version is old" }],
  },
  "row-internal-error": { Success: false, Errors: [{ Code: "UNKNOWN_ERROR", Message: "unexpected" }] },
};

export const isWrite = (request: HttpRequest): boolean =>
  /^\/v1\/action\/(create|update)/.test(request.path) || isMemoWrite(request);

/** Applies a credit memo or a payment, or takes it back. */
export const isMemoWrite = ({ method, path }: HttpRequest): boolean =>
  method === "PUT" && /^\/v1\/(credit-?memos|payments)\//.test(path);

/** What becomes of an application instead, all of it as it is refused as a whole. */
const refusedApplications: Partial<Record<RowFault | LastingFault, HttpResponse>> = {
  "trouble-for-all": json(500, { success: false, reasons: [{ code: 53840060, message: "please contact support" }] }),
  "period-closed": json(400, { success: false, reasons: [{ code: 53840030, message: "the period is closed" }] }),
  "row-lock": json(409, { success: false, reasons: [{ code: 53840050, message: "lock competition" }] }),
  "batch-fail-hiding-lock": json(400, {
    success: false,
    reasons: [{ code: 53840020, message: "Optimistic locking failed, version is old" }],
  }),
  "row-internal-error": json(500, { success: false, reasons: [{ code: 53840060, message: "unexpected" }] }),
};

type SentRow = { readonly Type?: string; readonly SourceTransactionId: string };

/** So many timeouts after it was sent, and half a one, a write may land of which Zuora takes long to know itself. */
export const landingMaxTimeouts = 8;

/** How long after a write a replica may still show what was before it, in milliseconds. */
export const lagMaxMs = 10_000;

/**
 * Stands between the production code and the tenant: latency, lost requests and answers, refusals of every shape,
 * and what Idempotency-Key does about them. A refusal that the application itself made is stored under its key, as
 * Zuora stores failures too; what an edge made is not.
 */
export class ZuoraFront {
  /** Writes that asked again for a refusal that was stored under their key: never right. */
  storedRefusalsAsked = 0;
  calls = 0;
  /** Every write that left, whatever became of it. */
  readonly writesSent: { readonly at: number; readonly path: string; readonly body: string }[] = [];
  /** When an older state was shown, in epoch milliseconds. */
  readonly staleReadsAt: number[] = [];
  /** When a page passed rows by, since others had left the result, and whose they were. */
  readonly rowsPassedBy: { readonly at: number; readonly accountIds: ReadonlySet<unknown> }[] = [];
  /** Called before anybody is given the next page of a result. */
  onNextPage: (() => void) | undefined;
  /** Until when a replica does not show an account that is new, by its id; its invoices it does. */
  readonly notShownUntil = new Map<string, number>();
  /** When a write landed that nobody waited for any more: a reading of several queries may show it in one of them. */
  readonly landedLateAt: number[] = [];
  /**
   * Increases that were refused for no reason of their own, by the id of their invoice; what is left may be applied.
   */
  readonly refusedIncreases: { readonly at: number; readonly invoiceId: string }[] = [];
  /** While it lasts, every row of every call is refused, for no reason of its own. */
  isInTrouble = false;
  /** Invoices of a period that is closed for good: their rows are refused. */
  readonly closed = new Set<string>();
  /** How long after a write reads still show what was before it, in milliseconds. */
  lagMs = 0;
  /** Every third write lands long after nobody waits for it any more, and a gateway answers whoever asks after it. */
  writesLandLate = false;
  /** How long the tenant works on each call, one after the other, in milliseconds; nought: on any number at once. */
  serveMs = 0;
  #servedUntil = 0;
  /** What the tenant allows everybody at once and in a minute; undefined: as much as comes. */
  limits: LimitKeeper | undefined;
  /** Writes null wherever Zuora's documents leave a field out. */
  writesNulls = false;
  /** Rows that the tenant itself refused, but for what nobody could know before. */
  rowsRefused = 0;
  readonly #stored = new Map<string, HttpResponse>();
  readonly #inProgress = new Set<string>();
  #before: unknown;
  #beforeUntil = 0;
  /** What was before each write that a lagging read does not show yet, the oldest first. */
  readonly #past: { readonly until: number; readonly state: unknown }[] = [];
  #isDown = false;
  #misroutes: Misroutes | undefined;

  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #tenant: TenantCore;
  readonly #faults: FaultPlan;
  readonly #latencyMaxMs: number;

  /** Takes seconds for a page of few rows: some accounts cannot be read within an invocation. */
  get isSlow(): boolean {
    return this.#latencyMaxMs >= 1_000 || this.serveMs > 0;
  }

  constructor(time: VirtualTime, chance: Chance, tenant: TenantCore, faults: FaultPlan, latencyMaxMs: number) {
    this.#time = time;
    this.#chance = chance;
    this.#tenant = tenant;
    this.#faults = faults;
    this.#latencyMaxMs = latencyMaxMs;
    this.#before = tenant.snapshot();
  }

  /** An outage: everybody gets the same page until it is over. */
  set isDown(down: boolean) {
    this.#isDown = down;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** A gateway that answers some requests itself, as if there were no such address. */
  set misroutes(misroutes: Misroutes | undefined) {
    this.#misroutes = misroutes;
  }

  transport(timeoutMs: number): Transport {
    return async (request) => {
      this.calls += 1;
      if (isWrite(request))
        this.writesSent.push({ at: this.#time.now(), path: request.path, body: request.body ?? "" });
      await this.#time.sleep(10 + this.#chance.below(this.#latencyMaxMs));
      const sent = { ...request, body: request.body ?? "" };
      if (this.#isDown) return { status: 503, headers: {}, body: "<html>Service Unavailable</html>" };
      const misrouted = this.#misrouted(request);
      if (misrouted !== undefined) return misrouted;
      return this.#withinLimits(request, () => this.#serve(request, sent, timeoutMs));
    };
  }

  /** Whoever asks for more than the tenant allows is told so, and every answer tells what is left. */
  async #withinLimits(request: HttpRequest, serve: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const { limits } = this;
    if (limits === undefined || this.#faults.isOver) return serve();
    const admission = limits.enter(request.method, request.path);
    try {
      const refusal = limits.refusal(admission, this.#time.now());
      if (refusal !== undefined) this.#faults.count("limit-reached");
      const response = refusal ?? (await serve());
      return { ...response, headers: { ...response.headers, ...limits.headers(admission, this.#time.now()) } };
    } finally {
      limits.leave(admission);
    }
  }

  async #serve(
    request: HttpRequest,
    sent: HttpRequest & { readonly body: string },
    timeoutMs: number,
  ): Promise<HttpResponse> {
    if (request.path === "/v1/action/queryMore") this.onNextPage?.();
    const kind = isWrite(request) ? "write" : "read";
    await this.#takeTurn(sent, kind, timeoutMs);
    const chosen = request.path.startsWith("/oauth/") ? this.#tokenFault() : this.#faults.call(kind);
    const fault = kind === "write" && this.#landsLate() ? "late-commit" : chosen;
    const response = await this.#answer(sent, kind, fault, timeoutMs);
    return this.writesNulls ? withFieldsOfNull(request, response) : response;
  }

  /** A tenant that is behind does whatever it was asked, also when nobody waits for the answer any more. */
  async #takeTurn(
    request: HttpRequest & { readonly body: string },
    kind: "read" | "write",
    timeoutMs: number,
  ): Promise<void> {
    if (this.serveMs === 0 || this.#faults.isOver) return;
    const now = this.#time.now();
    this.#servedUntil = Math.max(now, this.#servedUntil) + this.serveMs;
    const waitMs = this.#servedUntil - now;
    if (waitMs < timeoutMs) return this.#time.sleep(waitMs);
    this.#faults.count("not-served-in-time");
    if (kind === "write") this.#commitAfter(waitMs, request, request.headers["idempotency-key"]);
    await this.#time.sleep(timeoutMs);
    throw new NoAnswerError("timed out", { sent: true });
  }

  #misrouted(request: HttpRequest): HttpResponse | undefined {
    const misroutes = this.#misroutes?.(request) ?? false;
    if (misroutes === false) return undefined;
    return misroutes === "to-html" ? pageNotFound : this.#chance.pick(notZuoras);
  }

  #landsLate(): boolean {
    if (!this.writesLandLate || this.#faults.isOver || !this.#chance.hits(0.33)) return false;
    this.#faults.count("late-commit");
    return true;
  }

  #tokenFault(): CallFault | undefined {
    const fault = this.#faults.call("read");
    return fault === "stale-read" || fault === "user-info-401" ? undefined : fault;
  }

  async #answer(
    request: HttpRequest & { readonly body: string },
    kind: "read" | "write",
    fault: CallFault | undefined,
    timeoutMs: number,
  ): Promise<HttpResponse> {
    const key = request.headers["idempotency-key"];
    if (key !== undefined && this.#inProgress.has(key) && this.writesLandLate && this.#chance.hits(0.5))
      return { status: 504, headers: {}, body: "<html>Gateway Timeout</html>" };
    if (key !== undefined && this.#inProgress.has(key))
      return json(409, { message: "request with the same key in progress" });
    const stored = key === undefined ? undefined : this.#stored.get(key);
    if (stored !== undefined) {
      if (stored.status >= 400 || !stored.body.startsWith("[")) this.storedRefusalsAsked += 1;
      return stored;
    }
    switch (fault) {
      case "connection-refused":
        throw new NoAnswerError("refused", { sent: false });
      case "dropped-before-commit":
        throw new NoAnswerError("reset", { sent: true });
      case "never-answers":
        await this.#time.sleep(timeoutMs);
        throw new NoAnswerError("timed out", { sent: true });
      case "stale-read":
        return this.#readStale(request);
      case "late-commit":
        if (key !== undefined || isMemoWrite(request)) this.#commitLater(request, key, timeoutMs);
        await this.#time.sleep(timeoutMs);
        throw new NoAnswerError("timed out", { sent: true });
      case "dropped-after-commit":
        this.#commit(request, kind, key);
        throw new NoAnswerError("reset", { sent: true });
      case "gateway-504-after-commit":
        this.#commit(request, kind, key);
        return { status: 504, headers: {}, body: "<html>Gateway Timeout</html>" };
      default:
        break;
    }
    const refusal = fault === undefined ? undefined : refusals[fault]?.(this.#chance);
    if (refusal === undefined) return this.#commit(request, kind, key);
    const isApplications = fault === "json-500" || fault === "refusal-on-200" || fault === "call-lock";
    if (isApplications && key !== undefined) this.#stored.set(key, refusal);
    return refusal;
  }

  #commit(
    request: HttpRequest & { readonly body: string },
    kind: "read" | "write",
    key: string | undefined,
  ): HttpResponse {
    if (kind === "read") return this.#readLagging(request);
    this.#before = this.#tenant.snapshot();
    if (this.lagMs > 0) this.#past.push({ until: this.#time.now(), state: this.#before });
    this.#beforeUntil = this.#time.now() + lagMaxMs;
    const response = isMemoWrite(request) ? this.#applyMemo(request) : this.#create(request);
    // A memo that does not fit the items that it credits is asked for in vain, and then by the default rule.
    if (!request.body.includes("ApplyCreditToSourceItemRule"))
      this.rowsRefused += response.body.split(/"[Ss]uccess":false/).length - 1;
    // Who is not let in has not used the key.
    if (key !== undefined && response.status !== 401) this.#stored.set(key, response);
    return response;
  }

  #commitLater(sent: HttpRequest & { readonly body: string }, key: string | undefined, timeoutMs: number): void {
    const delayMs = timeoutMs / 2 + this.#chance.below(timeoutMs * (this.writesLandLate ? landingMaxTimeouts : 2));
    this.#commitAfter(delayMs, sent, key);
  }

  #commitAfter(delayMs: number, sent: HttpRequest & { readonly body: string }, key: string | undefined): void {
    const request = this.#tenant.authentication.admit(sent, this.#time.now());
    if (request === undefined) return;
    if (key !== undefined) this.#inProgress.add(key);
    this.#time.at(this.#time.now() + delayMs, () => {
      if (key !== undefined) this.#inProgress.delete(key);
      this.landedLateAt.push(this.#time.now());
      this.#commit(request, "write", key);
    });
  }

  /** An answer from a replica that has not seen the last write yet. */
  #readStale(request: HttpRequest & { readonly body: string }): HttpResponse {
    if (this.#time.now() > this.#beforeUntil) return this.#tenant.handle(request, this.#time.now());
    this.#faults.count("stale-read-seen");
    return this.#readFrom(this.#before, request);
  }

  /** An answer as it would have been some time ago. */
  #readLagging(request: HttpRequest & { readonly body: string }): HttpResponse {
    const shownAt = this.#time.now() - this.lagMs;
    while (this.#past[0] !== undefined && this.#past[0].until <= shownAt) this.#past.shift();
    const [oldest] = this.#past;
    if (oldest === undefined) return this.#tenant.handle(request, this.#time.now());
    this.#faults.count("lagging-read");
    return this.#readFrom(oldest.state, request);
  }

  #readFrom(state: unknown, request: HttpRequest & { readonly body: string }): HttpResponse {
    this.staleReadsAt.push(this.#time.now());
    const now = this.#tenant.snapshot();
    this.#tenant.restore(state);
    const response = this.#tenant.handle(request, this.#time.now());
    this.#tenant.restore(now);
    return response;
  }

  #lastingFault(invoiceId: string): LastingFault | undefined {
    const fault = this.isInTrouble ? "trouble-for-all" : this.closed.has(invoiceId) ? "period-closed" : undefined;
    if (fault !== undefined) this.#faults.count(fault);
    return fault;
  }

  /** An application is done as a whole or not at all; a success that was not applied is the tenant's answer undone. */
  #applyMemo(request: HttpRequest & { readonly body: string }): HttpResponse {
    const { invoices = [] } = JSON.parse(request.body) as { invoices?: readonly { invoiceId: string }[] };
    const lasting = invoices.map(({ invoiceId }) => this.#lastingFault(invoiceId)).find((each) => each !== undefined);
    const fault = lasting ?? this.#faults.row();
    if (fault === undefined) return this.#tenant.handle(request, this.#time.now());
    const refusal = refusedApplications[fault];
    if (refusal !== undefined) return refusal;
    const before = this.#tenant.snapshot();
    const response = this.#tenant.handle(request, this.#time.now());
    this.#tenant.restore(before);
    return response;
  }

  /** Row faults happen before the tenant sees the row; the rest of the call goes on. */
  #create(request: HttpRequest & { readonly body: string }): HttpResponse {
    const { type, objects } = JSON.parse(request.body, keepNumbers) as { type: string; objects: unknown[] };
    const faults = (objects as SentRow[]).map(
      ({ SourceTransactionId }) => this.#lastingFault(SourceTransactionId) ?? this.#faults.row(),
    );
    for (const [index, { Type, SourceTransactionId }] of (objects as SentRow[]).entries()) {
      const isRefused = Type === "Increase" && faults[index] !== undefined;
      if (isRefused) this.refusedIncreases.push({ at: this.#time.now(), invoiceId: SourceTransactionId });
    }
    if (faults.every((fault) => fault === undefined)) return this.#tenant.handle(request, this.#time.now());
    const passed = objects.filter((_, index) => faults[index] === undefined);
    const { "idempotency-key": _key, ...headers } = request.headers;
    const body = JSON.stringify({ type, objects: passed });
    const response =
      passed.length === 0 ? json(200, []) : this.#tenant.handle({ ...request, headers, body }, this.#time.now());
    if (response.status !== 200 || !response.body.startsWith("[")) return response;
    const results = JSON.parse(response.body) as unknown[];
    const rows = faults.map((fault) => {
      if (fault === undefined) return results.shift();
      return refusedRows[fault] ?? { Success: true, Id: "never-applied" };
    });
    return { ...response, body: JSON.stringify(rows) };
  }
}

type RawJson = { rawJSON(text: string): unknown };

const keepNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === "number" ? (JSON as unknown as RawJson).rawJSON(context?.source ?? String(value)) : value;
