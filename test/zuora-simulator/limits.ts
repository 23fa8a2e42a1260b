import { json, type TenantResponse } from "./wire.ts";

export type Limits = {
  /** Concurrent requests of the type `Default` that the tenant allows. */
  readonly concurrency: number;
  /** Concurrent requests of the type `Object Query`; without, twice as many as `Default`, as Zuora's own 40 and 80. */
  readonly objectQueryConcurrency?: number;
  /** Requests a minute, or as many as come. */
  readonly requestsPerMinute?: number;
};

type Pool = { readonly type: "Default" | "Object Query"; readonly limit: number; inFlight: number };

/** A request under way. Token requests belong to no pool and have no limit (Zuora: Rate limits). */
export type Admission = { readonly pool: Pool | undefined };

const windowMs = 60_000;

/** How long the older page on concurrency limits has a client wait is 120 s; shorter here, for tests that wait. */
const concurrencyRetryAfterSeconds = 2;

/** Counts what a tenant's limits count, refuses what is beyond them, and says so in the headers. */
export class LimitKeeper {
  requests = 0;
  writes = 0;
  throttled = 0;
  maxInFlight = 0;
  readonly #pools: readonly [Pool, Pool];
  readonly #requestsPerMinute: number | undefined;
  #windowStartedAt = 0;
  #inWindow = 0;

  constructor({ concurrency, objectQueryConcurrency = 2 * concurrency, requestsPerMinute }: Limits) {
    this.#pools = [
      { type: "Default", limit: concurrency, inFlight: 0 },
      { type: "Object Query", limit: objectQueryConcurrency, inFlight: 0 },
    ];
    this.#requestsPerMinute = requestsPerMinute;
  }

  /** A request has arrived; it is under way until `leave`, whatever its answer. */
  enter(method: string, path: string): Admission {
    this.requests += 1;
    if (isWrite(method, path)) this.writes += 1;
    if (path.startsWith("/oauth/")) return { pool: undefined };
    const [ordinary, objectQuery] = this.#pools;
    const pool = path.startsWith("/object-query/") ? objectQuery : ordinary;
    pool.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, ordinary.inFlight + objectQuery.inFlight);
    return { pool };
  }

  /** An answer where the request goes beyond a limit. Requests that are refused count too. */
  refusal({ pool }: Admission, now: number): TenantResponse | undefined {
    if (pool === undefined) return undefined;
    if (now - this.#windowStartedAt >= windowMs) {
      this.#windowStartedAt = now;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    if (pool.inFlight > pool.limit) {
      const message =
        "The total number of concurrent requests has exceeded the limit allowed by the system. " +
        "Please resubmit your request later.";
      const body = { success: false, processId: "8CF944C78E50988F", reasons: [{ code: 50000070, message }] };
      return this.#refuse(body, concurrencyRetryAfterSeconds);
    }
    if (this.#inWindow > (this.#requestsPerMinute ?? Number.POSITIVE_INFINITY)) {
      const seconds = this.#secondsLeft(now);
      const message = `API Rate limit exceeded for the minute, retry after ${seconds} seconds`;
      return this.#refuse({ reasons: [{ code: 70, message }] }, seconds);
    }
    return undefined;
  }

  leave({ pool }: Admission): void {
    if (pool !== undefined) pool.inFlight -= 1;
  }

  headers({ pool }: Admission, now: number): Readonly<Record<string, string>> {
    const perMinute = this.#requestsPerMinute;
    return {
      ...(pool === undefined
        ? {}
        : {
            "concurrency-limit-type": pool.type,
            "concurrency-limit-limit": String(pool.limit),
            "concurrency-limit-remaining": String(Math.max(0, pool.limit - pool.inFlight)),
          }),
      ...(pool === undefined || perMinute === undefined
        ? {}
        : {
            "ratelimit-limit": `${perMinute}, ${perMinute};w=60`,
            "ratelimit-remaining": String(Math.max(0, perMinute - this.#inWindow)),
            "ratelimit-reset": String(this.#secondsLeft(now)),
          }),
    };
  }

  #secondsLeft(now: number): number {
    return Math.max(1, Math.ceil((this.#windowStartedAt + windowMs - now) / 1000));
  }

  #refuse(body: unknown, retryAfterSeconds: number): TenantResponse {
    this.throttled += 1;
    const response = json(429, body);
    return { ...response, headers: { ...response.headers, "retry-after": String(retryAfterSeconds) } };
  }
}

/** Whether a request could change something. Queries are POSTs and change nothing. */
const isWrite = (method: string, path: string): boolean =>
  method !== "GET" && !path.startsWith("/oauth/") && !path.startsWith("/v1/action/query");
