import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { OAuthClient } from "./authentication.ts";
import { LimitKeeper, type Limits } from "./limits.ts";
import { Store } from "./store.ts";
import { Tenant } from "./tenant.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

export type ZuoraServerOptions = OAuthClient & {
  /** The records to begin with; without, an empty tenant. */
  readonly store?: Store;
  readonly timeZone?: string;
  /** What every answer takes, and what each row adds, in milliseconds. */
  readonly latency?: { readonly baseMs: number; readonly perRowMs: number };
  readonly limits?: Limits;
  readonly pageSizeMax?: number;
};

export type ZuoraServer = {
  readonly url: string;
  readonly tenant: Tenant;
  readonly limits: LimitKeeper;
  stop(): Promise<void>;
};

/** Zuora compresses answers of more than 1,000 bytes for those who accept it. */
const compressedFromBytes = 1000;

/** Zuora's documented default for concurrent requests of a tenant. */
const concurrencyDefault = 40;

/** Serves a simulated tenant on a free port of loopback, at the pace and within the limits of a real one. */
export const startZuoraServer = async (options: ZuoraServerOptions): Promise<ZuoraServer> => {
  const { store = new Store(), timeZone = "UTC", latency = { baseMs: 0, perRowMs: 0 }, pageSizeMax } = options;
  const client = { clientId: options.clientId, clientSecret: options.clientSecret };
  const turn = turning();
  const tenant = new Tenant({ client, store, timeZone, turn, ...(pageSizeMax === undefined ? {} : { pageSizeMax }) });
  const limits = new LimitKeeper(options.limits ?? { concurrency: concurrencyDefault });
  const server = createServer((message, response) => {
    void serve(message, response, tenant, limits, latency);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tenant,
    limits,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Another beginning for every result, the same ones in every run. */
const turning = () => {
  let count = 0;
  return () => {
    count += 1;
    return (count * 0.618_033_988_75) % 1;
  };
};

const serve = async (
  message: IncomingMessage,
  response: ServerResponse,
  tenant: Tenant,
  limits: LimitKeeper,
  latency: { readonly baseMs: number; readonly perRowMs: number },
): Promise<void> => {
  const request = await requestOf(message);
  // Zuora does not count token requests.
  const counted = request.path.startsWith("/oauth/") ? 0 : 1;
  limits.inFlight += counted;
  try {
    const answer = limits.arrive(request.path, Date.now()) ?? (await handle(request, tenant, latency));
    send(response, request, answer, limits.headers(Date.now()));
  } finally {
    limits.inFlight -= counted;
  }
};

/** Half of the time passes before anything happens, and half before the answer leaves: a dropped call may have landed. */
const handle = async (
  request: TenantRequest,
  tenant: Tenant,
  { baseMs, perRowMs }: { readonly baseMs: number; readonly perRowMs: number },
): Promise<TenantResponse> => {
  const key = request.headers["idempotency-key"];
  if (key !== undefined && tenant.idempotency.isInProgress(key)) {
    return json(409, { message: "A request with the same Idempotency-Key is in progress" });
  }
  if (key !== undefined) tenant.idempotency.begin(key);
  try {
    if (baseMs > 0) await setTimeout(baseMs / 2);
    const answer = tenant.handle(request, Date.now());
    const restMs = baseMs / 2 + answer.rows * perRowMs;
    if (restMs > 0) await setTimeout(restMs);
    return answer;
  } finally {
    if (key !== undefined) tenant.idempotency.end(key);
  }
};

const requestOf = async (message: IncomingMessage): Promise<TenantRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
  const body = Buffer.concat(chunks).toString("utf8");
  return { method: message.method ?? "GET", path: message.url ?? "/", headers, body };
};

const send = (
  response: ServerResponse,
  { headers }: TenantRequest,
  answer: TenantResponse,
  limitHeaders: Readonly<Record<string, string>>,
): void => {
  const trackId = headers["zuora-track-id"];
  const isCompressed = answer.body.length > compressedFromBytes && (headers["accept-encoding"] ?? "").includes("gzip");
  response.writeHead(answer.status, {
    ...answer.headers,
    ...limitHeaders,
    "zuora-request-id": randomUUID(),
    ...(trackId === undefined ? {} : { "zuora-track-id": trackId }),
    ...(isCompressed ? { "content-encoding": "gzip" } : {}),
  });
  response.end(isCompressed ? gzipSync(answer.body, { level: 1 }) : answer.body);
};
