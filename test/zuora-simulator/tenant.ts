import { localDateIn } from "../../functions/domain/local-date.ts";
import type { AdjustmentRules, Fields } from "./adjust.ts";
import { actionCreate, actionUpdate, objectCreate, objectRetrieve, objectUpdate } from "./adjustment-actions.ts";
import { Authentication, type OAuthClient } from "./authentication.ts";
import { IdempotencyStore } from "./idempotency.ts";
import { listPaymentRuns } from "./payment-runs.ts";
import { Queries } from "./queries.ts";
import { Store, type StoreSnapshot } from "./store.ts";
import { json, parseSent, type TenantRequest, type TenantResponse } from "./wire.ts";

export type TenantOptions = {
  readonly client: OAuthClient;
  readonly timeZone?: string;
  /** Rows per page, where it shall be less than Zuora's 2,000. */
  readonly pageSizeMax?: number;
  /** In [0, 1): where the order of each result begins. */
  readonly turn?: () => number;
  /** The records to begin with; without, an empty tenant. */
  readonly store?: Store;
};

/** From this version on, /v1 REST answers with honest statuses (Zuora: API upgrades). */
const honestSince = "2024-05-20";

/** A Zuora tenant without sockets, timers or a clock: a request and the time go in, an answer comes out. */
export class Tenant {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly idempotency = new IdempotencyStore();
  readonly timeZone: string;
  /** Accounts whose adjustments are refused, since their accounting period is closed. */
  readonly closedPeriods = new Set<string>();
  readonly #queries: Queries;

  constructor({ client, timeZone = "UTC", pageSizeMax, turn = () => 0, store = new Store() }: TenantOptions) {
    this.store = store;
    this.authentication = new Authentication(client);
    this.timeZone = timeZone;
    this.#queries = new Queries(this.store, turn, pageSizeMax);
  }

  handle(request: TenantRequest, now: number): TenantResponse {
    const path = request.path.split("?")[0] ?? "";
    if (path === "/oauth/token") return this.authentication.token(request, now);
    const refusal = this.authentication.refusal(request, now) ?? refusalOfHeaders(request);
    if (refusal !== undefined) return refusal;
    const replay = this.idempotency.answer(request, now);
    if (replay !== undefined) return replay;
    const response = this.#route(path, request, now);
    this.idempotency.keep(request, response, now);
    return response;
  }

  snapshot(): StoreSnapshot {
    return this.store.snapshot();
  }

  restore(snapshot: StoreSnapshot): void {
    this.store.restore(snapshot);
  }

  /** What adjustments are judged by, at an instant. */
  rulesAt(now: number): AdjustmentRules {
    return { today: localDateIn(this.timeZone, now), now, closedPeriods: this.closedPeriods };
  }

  #route(path: string, request: TenantRequest, now: number): TenantResponse {
    const { method } = request;
    const rejectsUnknown = new URL(request.path, "http://tenant").searchParams.get("rejectUnknownFields") === "true";
    const [, id] = /^\/v1\/object\/credit-balance-adjustment\/([^/]+)$/.exec(path) ?? [];
    if (method === "GET") {
      if (path === "/v1/payment-runs") return listPaymentRuns(this.store, request);
      return id === undefined ? unknownAddress(request) : objectRetrieve(this.store, id);
    }
    const body = bodyOf(request);
    if (body === undefined)
      return json(400, { reasons: [{ code: 50000090, message: "Malformed JSON" }], success: false });
    const rules = this.rulesAt(now);
    if (method === "PUT" && id !== undefined) return objectUpdate(this.store, id, body, rejectsUnknown, rules);
    if (method !== "POST") return unknownAddress(request);
    switch (path) {
      case "/v1/action/query":
        return this.#queries.query(body, request, now);
      case "/v1/action/queryMore":
        return this.#queries.queryMore(body, now);
      case "/v1/action/create":
        return actionCreate(this.store, body, rejectsUnknown, rules);
      case "/v1/action/update":
        return actionUpdate(this.store, body, rules);
      case "/v1/object/credit-balance-adjustment":
        return objectCreate(this.store, body, rejectsUnknown, rules);
      default:
        return unknownAddress(request);
    }
  }
}

const refusalOfHeaders = ({ headers }: TenantRequest): TenantResponse | undefined => {
  const trackId = headers["zuora-track-id"];
  if (trackId === undefined || /^[\x20-\x7e]{0,64}$/.test(trackId.replaceAll(/[:;"']/g, "\n"))) return undefined;
  return json(400, {
    message: "Zuora-Track-Id has at most 64 characters of US-ASCII without colon, semicolon or quotes",
  });
};

const bodyOf = ({ body }: TenantRequest): Fields | undefined => {
  try {
    const parsed = parseSent(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
};

const unknownAddress = ({ path, headers }: TenantRequest): TenantResponse => {
  const isHonest = (headers["zuora-version"] ?? "") >= honestSince;
  const action = /^\/v1\/action\/(\w+)/.exec(path)?.[1];
  if (action !== undefined) return json(400, { code: "ClientError", message: `Invalid action '${action}'` });
  const reasons = [{ code: 50000040, message: `The endpoint ${path.split("?")[0]} does not exist` }];
  return json(isHonest ? 404 : 200, { success: false, processId: "8CF944C78E50988F", reasons });
};
