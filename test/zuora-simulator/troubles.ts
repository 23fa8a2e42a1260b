import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

/** What a tenant may suffer from for a while, as a person asked for it. */
export const troubleKinds = ["outage", "throttle", "no-permission"] as const;

export type TroubleKind = (typeof troubleKinds)[number];

/** Retry-After of a throttled answer, short enough for who watches. */
const retryAfterSeconds = 5;

/** The troubles of one tenant: those that end by themselves, and accounts whose records are not as documented. */
export class Troubles {
  readonly #until = new Map<TroubleKind, number>();
  /** Accounts whose invoices come with a balance that is no number. */
  readonly garbled = new Set<string>();

  begin(kind: TroubleKind, until: number): void {
    this.#until.set(kind, until);
  }

  end(): void {
    this.#until.clear();
    this.garbled.clear();
  }

  /** What is answered instead; undefined where the request may pass. */
  refusal({ method, path }: Pick<TenantRequest, "method" | "path">, now: number): TenantResponse | undefined {
    const has = (kind: TroubleKind) => (this.#until.get(kind) ?? 0) > now;
    if (has("outage")) return { status: 503, headers: { "content-type": "text/html" }, body: "<html></html>", rows: 0 };
    if (has("throttle")) {
      const response = json(429, { reasons: [{ code: 70, message: "API Rate limit exceeded for the minute" }] });
      return { ...response, headers: { ...response.headers, "retry-after": String(retryAfterSeconds) } };
    }
    const isWrite = method !== "GET" && /^\/v1\/(action\/(create|update)|object\/|credit-?memos\/)/.test(path);
    if (!isWrite || !has("no-permission")) return undefined;
    return json(403, { success: false, reasons: [{ code: 90000040, message: "You do not have permission" }] });
  }

  /** The same answer, with the balances of some accounts' invoices as no document has them. */
  distort(answer: TenantResponse): TenantResponse {
    if (this.garbled.size === 0) return answer;
    const distorted = (record: string) =>
      [...this.garbled].some((id) => record.includes(`"AccountId":"${id}"`))
        ? record.replace(/"Balance":-?[\d.]+/, '"Balance":"much"')
        : record;
    return { ...answer, body: answer.body.replaceAll(/\{[^{}]*\}/g, distorted) };
  }
}
