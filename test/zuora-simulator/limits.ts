import { json, type TenantResponse } from "./wire.ts";

export type Limits = {
  /** Concurrent requests of the type `Default` that the tenant allows. */
  readonly concurrency: number;
  /** Requests a minute, or as many as come. */
  readonly requestsPerMinute?: number;
};

/** Counts what a tenant's limits count, refuses what is beyond them, and says so in the headers. */
export class LimitKeeper {
  requests = 0;
  writes = 0;
  throttled = 0;
  maxInFlight = 0;
  inFlight = 0;
  #windowStartedAt = 0;
  #inWindow = 0;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counts a request that arrived; an answer where it goes beyond a limit. Token requests have none. */
  arrive(path: string, now: number): TenantResponse | undefined {
    this.requests += 1;
    if (/^\/v1\/(action\/(create|update|delete)|object\/)/.test(path)) this.writes += 1;
    if (path.startsWith("/oauth/")) return undefined;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    if (now - this.#windowStartedAt >= 60_000) {
      this.#windowStartedAt = now;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    const { concurrency, requestsPerMinute = Number.POSITIVE_INFINITY } = this.#limits;
    if (this.inFlight > concurrency) {
      const message =
        "The total number of concurrent requests has exceeded the limit allowed by the system. Please resubmit your request later.";
      return this.#refuse({ success: false, processId: "8CF9", reasons: [{ code: 50000070, message }] }, "2");
    }
    if (this.#inWindow > requestsPerMinute) {
      const seconds = this.#secondsLeft(now);
      const message = `API Rate limit exceeded for the minute, retry after ${seconds} seconds`;
      return this.#refuse({ reasons: [{ code: 70, message }] }, String(seconds));
    }
    return undefined;
  }

  headers(now: number): Readonly<Record<string, string>> {
    const { concurrency, requestsPerMinute } = this.#limits;
    return {
      "concurrency-limit-type": "Default",
      "concurrency-limit-limit": String(concurrency),
      "concurrency-limit-remaining": String(Math.max(0, concurrency - this.inFlight)),
      ...(requestsPerMinute === undefined
        ? {}
        : {
            "ratelimit-limit": `${requestsPerMinute}, ${requestsPerMinute};w=60`,
            "ratelimit-remaining": String(Math.max(0, requestsPerMinute - this.#inWindow)),
            "ratelimit-reset": String(this.#secondsLeft(now)),
          }),
    };
  }

  #secondsLeft(now: number): number {
    return Math.max(1, Math.ceil((this.#windowStartedAt + 60_000 - now) / 1000));
  }

  #refuse(body: unknown, retryAfter: string): TenantResponse {
    this.throttled += 1;
    const response = json(429, body);
    return { ...response, headers: { ...response.headers, "retry-after": retryAfter } };
  }
}
