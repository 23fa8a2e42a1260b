import { localDateIn } from "../../functions/domain/local-time.ts";
import type { AdjustmentRules } from "./adjust.ts";
import { Authentication, apiUserId, type OAuthClient } from "./authentication.ts";
import { changeMemo } from "./credit-memos/memo-writes.ts";
import type { ApplicationRule } from "./credit-memos/split.ts";
import type { UnapplyRules, UnapplyShownAs } from "./credit-memos/unapply-memo.ts";
import { IdempotencyStore } from "./idempotency.ts";
import { Queries, type QueryOptions } from "./queries.ts";
import type { RevenueBooks } from "./revenue/revenue-books.ts";
import { routeRevenue } from "./revenue/revenue-routes.ts";
import { route } from "./routes.ts";
import { Store, type StoreSnapshot } from "./store.ts";
import { refusalOfKind, type TenantKind } from "./tenant-kind.ts";
import { changePayment } from "./unapplied-payments/payment-requests.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";
import { tellTaps } from "./wire-taps.ts";

export type TenantOptions = Partial<QueryOptions> & {
  readonly client: OAuthClient;
  /** The records to begin with; without, an empty tenant. */
  readonly store?: Store | undefined;
  /** Keeps 9 decimal places; otherwise an amount has as many as its currency. */
  readonly isWithoutRounding?: boolean | undefined;
  readonly kind?: TenantKind | undefined;
  /** How Zuora spreads what is applied over items; Proration unless somebody set it otherwise. */
  readonly applicationRule?: ApplicationRule | undefined;
  readonly unapplyShownAs?: UnapplyShownAs | undefined;
  /** Zuora Finance with revenue; absent: the tenant does not have it. */
  readonly revenue?: RevenueBooks | undefined;
};

/** A Zuora tenant without sockets, timers or a clock: a request and the time go in, an answer comes out. */
export class Tenant {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly idempotency = new IdempotencyStore();
  readonly queries: Queries;
  readonly timeZone: string;
  readonly revenue: RevenueBooks | undefined;
  /** Zuora's support may change it under a running system. */
  kind: TenantKind;
  /** Accounts whose adjustments are refused, since their accounting period is closed. */
  readonly closedPeriods = new Set<string>();
  readonly #isWithoutRounding: boolean;
  /** Nobody knows which of them Zuora's is. */
  unapplyShownAs: UnapplyShownAs;
  readonly #memoSettings: Pick<UnapplyRules, "applicationRule" | "turn">;

  constructor({
    client,
    store = new Store(),
    isWithoutRounding = false,
    kind = "legacy",
    revenue,
    applicationRule = "Proration",
    unapplyShownAs = "negative-amount",
    ...queryOptions
  }: TenantOptions) {
    this.store = store;
    this.authentication = new Authentication(client);
    this.timeZone = queryOptions.timeZone ?? "UTC";
    this.queries = new Queries(store, { turn: () => 0, ...queryOptions, timeZone: this.timeZone });
    this.#isWithoutRounding = isWithoutRounding;
    this.revenue = revenue;
    this.unapplyShownAs = unapplyShownAs;
    this.#memoSettings = { applicationRule, turn: queryOptions.turn ?? (() => 0) };
    this.kind = kind;
  }

  handle(request: TenantRequest, now: number): TenantResponse {
    const answer = this.#answer(request, now);
    const response = {
      ...answer,
      headers: { date: new Date(now).toUTCString(), "zuora-request-id": "simulated", ...answer.headers },
    };
    tellTaps(request, response);
    return response;
  }

  #answer(request: TenantRequest, now: number): TenantResponse {
    if (request.path.split("?")[0] === "/oauth/token") return this.authentication.token(request, now);
    const refusal = this.authentication.refusal(request, now) ?? refusalOfHeaders(request);
    if (refusal !== undefined) return refusal;
    const replay = this.idempotency.answer(request, now);
    if (replay !== undefined) return replay;
    const response =
      refusalOfKind(this, request) ??
      routeRevenue(this, request, now) ??
      changeMemo(this, request, now) ??
      changePayment(this, request, now) ??
      route(this, request, now);
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
    return {
      today: localDateIn(this.timeZone, now),
      now,
      closedPeriods: this.closedPeriods,
      isWithoutRounding: this.#isWithoutRounding,
    };
  }

  /** What changes of credit memos are judged by, at an instant. */
  memoRulesAt(now: number, userId = apiUserId): UnapplyRules {
    const { today, closedPeriods, isWithoutRounding = false } = this.rulesAt(now);
    const { unapplyShownAs } = this;
    return { today, now, closedPeriods, isWithoutRounding, userId, unapplyShownAs, ...this.#memoSettings };
  }
}

/** Zuora: Request headers. At most 64 characters of US-ASCII, and none of colon, semicolon and quotes. */
const refusalOfHeaders = ({ headers }: TenantRequest): TenantResponse | undefined => {
  const trackId = headers["zuora-track-id"];
  if (trackId === undefined || /^[ !#-&(-9<-~]{0,64}$/.test(trackId)) return undefined;
  return json(400, {
    message: "Zuora-Track-Id has at most 64 characters of US-ASCII without colon, semicolon or quotes",
  });
};
