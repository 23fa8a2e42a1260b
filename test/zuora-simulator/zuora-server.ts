import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { OAuthClient } from "./authentication.ts";
import { MemoLocks } from "./credit-memos/memo-lock.ts";
import { handsOverHttp, isHandRequest } from "./hands-over-http.ts";
import { readRequest, writeResponse } from "./http-messages.ts";
import { LimitKeeper, type Limits } from "./limits.ts";
import { mulberry32 } from "./mulberry32.ts";
import type { RevenueBooks } from "./revenue/revenue-books.ts";
import { Store } from "./store.ts";
import { Tenant, type TenantOptions } from "./tenant.ts";
import { Troubles } from "./troubles.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";
import { tellTaps } from "./wire-taps.ts";

export type ZuoraServerOptions = OAuthClient &
  Omit<TenantOptions, "client" | "turn" | "revenue"> & {
    /** Makes the books of a tenant with Zuora Finance, anew with every reset. */
    readonly revenue?: () => RevenueBooks;
    /** What every answer takes, and what each row adds, in milliseconds. */
    readonly latency?: { readonly baseMs: number; readonly perRowMs: number };
    readonly limits?: Limits;
  };

/** A request as it arrived; its body is not kept. */
export type ReceivedRequest = Omit<TenantRequest, "body">;

export type ZuoraServer = {
  readonly url: string;
  /** What the tenant holds, and the way to change it by hand. Another one after `reset`. */
  readonly tenant: Tenant;
  readonly limits: LimitKeeper;
  /** The latest requests, oldest first, refused ones included. */
  readonly received: readonly ReceivedRequest[];
  /** Forgets everything, tokens and idempotency keys included, and begins again with these records. */
  reset(store?: Store): void;
  stop(): Promise<void>;
};

/** Zuora's documented default for concurrent requests of a tenant. */
const concurrencyDefault = 40;

const receivedMax = 1000;

/** Serves a simulated tenant on a free port of loopback, at the pace and within the limits of a real one. */
export const startZuoraServer = async (options: ZuoraServerOptions): Promise<ZuoraServer> => {
  let desk = openDesk(options, options.store ?? new Store());
  const server = createServer((message, response) => {
    serve(message, response, desk).catch((error: unknown) => {
      response.destroy();
      // A client that died in the middle of its request is its own affair.
      if (message.complete) throw error;
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get tenant() {
      return desk.tenant;
    },
    get limits() {
      return desk.limits;
    },
    get received() {
      return desk.received;
    },
    reset: (store = new Store()) => {
      desk = openDesk(options, store);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

type Desk = {
  readonly tenant: Tenant;
  readonly troubles: Troubles;
  readonly locks: MemoLocks;
  readonly limits: LimitKeeper;
  readonly received: ReceivedRequest[];
  readonly latency: { readonly baseMs: number; readonly perRowMs: number };
};

const openDesk = (options: ZuoraServerOptions, store: Store): Desk => {
  const { clientId, clientSecret, latency = { baseMs: 0, perRowMs: 0 }, limits, revenue, ...tenantOptions } = options;
  return {
    tenant: new Tenant({
      ...tenantOptions,
      client: { clientId, clientSecret },
      store,
      turn: mulberry32(1),
      revenue: revenue?.(),
    }),
    troubles: new Troubles(),
    locks: new MemoLocks(),
    limits: new LimitKeeper(limits ?? { concurrency: concurrencyDefault }),
    received: [],
    latency,
  };
};

const serve = async (message: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> => {
  const request = await readRequest(message);
  const { method, path, headers } = request;
  desk.received.push({ method, path, headers });
  if (desk.received.length > receivedMax) desk.received.shift();
  const { limits } = desk;
  const admission = limits.enter(method, path);
  try {
    const refusal = limits.refusal(admission, Date.now()) ?? inProgress(request, desk);
    if (refusal !== undefined) tellTaps(request, refusal);
    const answer = refusal ?? (await desk.locks.hold(desk.tenant, request, () => handle(request, desk)));
    writeResponse(response, request, answer, limits.headers(admission, Date.now()));
  } finally {
    limits.leave(admission);
  }
};

const inProgress = ({ headers }: TenantRequest, { tenant }: Desk): TenantResponse | undefined => {
  const key = headers["idempotency-key"];
  if (key === undefined || !tenant.idempotency.isInProgress(key)) return undefined;
  return json(409, { message: "A request with the same Idempotency-Key is in progress" });
};

/**
 * Half of the time passes before anything happens, and half before the answer leaves: a dropped call may have landed.
 */
const handle = async (request: TenantRequest, { tenant, troubles, latency }: Desk): Promise<TenantResponse> => {
  if (isHandRequest(request)) return handsOverHttp({ tenant, troubles }, request, Date.now());
  const refusal = troubles.refusal(request, Date.now());
  if (refusal !== undefined) return refusal;
  const { baseMs, perRowMs } = latency;
  const key = request.headers["idempotency-key"];
  if (key !== undefined) tenant.idempotency.begin(key);
  try {
    if (baseMs > 0) await setTimeout(baseMs / 2);
    const answer = troubles.distort(tenant.handle(request, Date.now()));
    const restMs = baseMs / 2 + answer.rows * perRowMs;
    if (restMs > 0) await setTimeout(restMs);
    return answer;
  } finally {
    if (key !== undefined) tenant.idempotency.end(key);
  }
};
