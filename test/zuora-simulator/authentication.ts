import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

/** The user that the OAuth client belongs to: it stands in the token, and in what is written with it. */
export const apiUserId = "8aa0000000000000000000000000a001";

const entityId = "c2d3a4b5-0000-4000-8000-000000000001";

export type OAuthClient = { readonly clientId: string; readonly clientSecret: string };

/** Issues and judges tokens. */
export class Authentication {
  client: OAuthClient;
  tokenLifetimeSeconds = 3599;
  readonly #expiries = new Map<string, number>();
  /** Of requests that are being worked on: no revocation reaches them. */
  readonly #admitted = new Set<string>();
  #count = 0;

  constructor(client: OAuthClient) {
    this.client = client;
  }

  get tokensIssued(): number {
    return this.#count;
  }

  revokeAll(): void {
    this.#expiries.clear();
  }

  /** `POST /oauth/token`: form fields, no other way in. */
  token(request: TenantRequest, now: number): TenantResponse {
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
    const form = new URLSearchParams(request.body);
    if (request.method !== "POST" || !isForm || form.get("grant_type") !== "client_credentials") {
      return json(400, { path: "/oauth/token", status: 400, message: "invalid request" });
    }
    if (form.get("client_id") !== this.client.clientId) {
      return json(400, { path: "/oauth/token", status: 400, message: "Invalid client id" });
    }
    if (form.get("client_secret") !== this.client.clientSecret) {
      return json(401, { error: "Unauthorized", status: 401, message: "Bad client credentials" });
    }
    this.#count += 1;
    const token = `simulated-token-${this.#count}`;
    this.#expiries.set(token, now + this.tokenLifetimeSeconds * 1000);
    return json(200, {
      access_token: token,
      token_type: "bearer",
      expires_in: this.tokenLifetimeSeconds,
      scope: `user.${apiUserId} entity.${entityId} service.echo.read tenant.19`,
      jti: token,
    });
  }

  /**
   * A request as it is worked on for a while: it was let in when it arrived, and a token that is revoked meanwhile
   * stops nothing.
   *
   * @returns undefined where it is not let in
   */
  admit<R extends TenantRequest>(request: R, now: number): R | undefined {
    if (this.refusal(request, now) !== undefined) return undefined;
    const token = `admitted-${this.#admitted.size + 1}`;
    this.#admitted.add(token);
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
  }

  /** Undefined where the request may pass. */
  refusal({ headers }: TenantRequest, now: number): TenantResponse | undefined {
    const token = headers["authorization"]?.match(/^Bearer (\S+)$/)?.[1];
    if (token === undefined) return json(400, { message: "No bearer token" });
    if (this.#admitted.has(token) || (this.#expiries.get(token) ?? 0) > now) return undefined;
    const response = json(401, { message: "Authentication error" });
    const challenge = "Basic realm=Zuora API, ZSession realm=Zuora API, Bearer realm=Zuora API";
    return { ...response, headers: { ...response.headers, "www-authenticate": challenge } };
  }
}
