import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

type Stored = {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly response: TenantResponse;
};

const keptMs = 24 * 60 * 60_000;
const lengthMax = 255;

/**
 * Idempotency-Key as Zuora describes it: the first result is kept for 24 hours, whether it succeeded or failed, and
 * replayed; 409 while the first is in progress; 422 for another method or address; never on anything but POST and
 * PATCH.
 */
export class IdempotencyStore {
  readonly #stored = new Map<string, Stored>();
  readonly #inProgress = new Set<string>();
  /** Answers that were replayed although they were refusals: a client should not ask for these. */
  refusalsReplayed = 0;

  begin(key: string): void {
    this.#inProgress.add(key);
  }

  end(key: string): void {
    this.#inProgress.delete(key);
  }

  isInProgress(key: string): boolean {
    return this.#inProgress.has(key);
  }

  /** What is answered without doing anything, if anything is. */
  answer({ method, path, headers }: TenantRequest, now: number): TenantResponse | undefined {
    const key = headers["idempotency-key"];
    if (key === undefined) return undefined;
    if (method !== "POST" && method !== "PATCH") {
      return json(400, { message: `Idempotency-Key is not supported on ${method} requests` });
    }
    if (key === "" || key.length > lengthMax)
      return json(400, { message: "The Idempotency-Key has 1 to 255 characters" });
    const stored = this.#stored.get(key);
    if (stored === undefined || now - stored.at > keptMs) return undefined;
    if (stored.method !== method || stored.path !== path) {
      return json(422, { message: "The Idempotency-Key was used for another request" });
    }
    if (!/"Success":true/.test(stored.response.body)) this.refusalsReplayed += 1;
    return stored.response;
  }

  keep({ method, path, headers }: TenantRequest, response: TenantResponse, now: number): void {
    const key = headers["idempotency-key"];
    if (key !== undefined) this.#stored.set(key, { method, path, at: now, response });
  }
}
