import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer, type ZuoraServer, type ZuoraServerOptions } from "../../zuora-simulator/zuora-server.ts";

export const client = { clientId: "client-of-the-test", clientSecret: "secret-of-the-test" };

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
};

export type Sent = {
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  /** Undefined leaves out what is sent otherwise. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
};

/** A client that does what it is told, wrong requests included. */
export type SimulatedZuora = {
  readonly server: () => ZuoraServer;
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  query(queryString: string, headers?: Sent["headers"]): Promise<Answer>;
  create(objects: unknown, sent?: Sent): Promise<Answer>;
  form(fields: Readonly<Record<string, string>>): Promise<Answer>;
};

/** Runs a simulated tenant for the tests of a file; before each of them it holds what `records` makes. */
export const useSimulatedZuora = (
  records: () => Store,
  options: Partial<Omit<ZuoraServerOptions, "store">> = {},
): SimulatedZuora => {
  let server: ZuoraServer | undefined;
  let token: string | undefined;
  const running = (): ZuoraServer => {
    if (server === undefined) throw new Error("the server runs only while tests do");
    return server;
  };
  beforeAll(async () => {
    server = await startZuoraServer({ ...client, ...options });
  });
  beforeEach(() => {
    running().reset(records());
    token = undefined;
  });
  afterAll(() => server?.stop());

  const request = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${running().url}${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  };
  const form: SimulatedZuora["form"] = (fields) =>
    request("POST", "/oauth/token", { body: new URLSearchParams(fields) });
  const send: SimulatedZuora["send"] = async (method, path, { body, headers } = {}) => {
    token ??= (await form(credentials)).body.access_token;
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const all = { authorization: `Bearer ${token}`, ...modern, ...type, ...headers };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return request(method, path, { headers: given, ...(body === undefined ? {} : { body: text }) });
  };
  return {
    server: running,
    send,
    form,
    query: (queryString, headers = {}) => send("POST", "/v1/action/query", { body: { queryString }, headers }),
    create: (objects, sent = {}) =>
      send("POST", "/v1/action/create", { ...sent, body: { type: "CreditBalanceAdjustment", objects } }),
  };
};

const credentials = {
  client_id: client.clientId,
  client_secret: client.clientSecret,
  grant_type: "client_credentials",
};

/** The versions that the production code sends. */
const modern = { "zuora-version": "2025-08-12", "x-zuora-wsdl-version": "147" };
