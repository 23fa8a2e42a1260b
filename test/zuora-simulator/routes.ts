import type { Fields } from "./adjust.ts";
import { actionCreate, actionUpdate, objectCreate, objectRetrieve, objectUpdate } from "./adjustment-actions.ts";
import { readRest } from "./rest-reads.ts";
import { refuseRest, refuseUnknownParameter } from "./rest-refusal.ts";
import type { Tenant } from "./tenant.ts";
import { json, parseSent, type TenantRequest, type TenantResponse } from "./wire.ts";

const adjustmentsPath = "/v1/object/credit-balance-adjustment";

/** A request in the parts that decide where it goes. */
type Call = {
  readonly request: TenantRequest;
  readonly path: string;
  /** The id of the address, where it has one. */
  readonly id: string;
  readonly now: number;
  readonly body: Fields;
  readonly rejectsUnknownFields: boolean;
};

type Write = (tenant: Tenant, call: Call) => TenantResponse;

const writes: Readonly<Record<string, Write>> = {
  "POST /v1/action/query": ({ queries }, { body, request, now }) => queries.query(body, request, now),
  "POST /v1/action/queryMore": ({ queries }, { body, now }) => queries.queryMore(body, now),
  "POST /v1/action/create": (tenant, { body, rejectsUnknownFields, now }) =>
    actionCreate(tenant.store, body, rejectsUnknownFields, tenant.rulesAt(now)),
  "POST /v1/action/update": (tenant, { body, rejectsUnknownFields, now }) =>
    actionUpdate(tenant.store, body, rejectsUnknownFields, tenant.rulesAt(now)),
  [`POST ${adjustmentsPath}`]: (tenant, { body, rejectsUnknownFields, now }) =>
    objectCreate(tenant.store, body, rejectsUnknownFields, tenant.rulesAt(now)),
  [`PUT ${adjustmentsPath}/{id}`]: (tenant, { id, body, rejectsUnknownFields, now }) =>
    objectUpdate(tenant.store, id, body, rejectsUnknownFields, tenant.rulesAt(now)),
};

/** Answers an authenticated request. */
export const route = (tenant: Tenant, request: TenantRequest, now: number): TenantResponse => {
  const url = new URL(request.path, "http://tenant");
  const path = url.pathname;
  const id = path.startsWith(`${adjustmentsPath}/`) ? path.slice(adjustmentsPath.length + 1) : "";
  if (request.method === "GET") {
    if (id === "") return readRest(tenant, request) ?? unknownAddress(request, path);
    return refuseUnknownParameter(request, ["fields"]) ?? objectRetrieve(tenant, id, url.searchParams.get("fields"));
  }
  const pattern = id === "" ? path : `${adjustmentsPath}/{id}`;
  const write = writes[`${request.method} ${pattern}`];
  if (write === undefined) return unknownAddress(request, path);
  const parameters = path.startsWith("/v1/action/query") ? [] : ["rejectUnknownFields"];
  const refusal = refuseUnknownParameter(request, parameters);
  if (refusal !== undefined) return refusal;
  if (!request.headers["content-type"]?.startsWith("application/json")) {
    const message = "Content-Type is application/json";
    return json(415, { success: false, processId: "8CF944C78E50988F", reasons: [{ code: 50000045, message }] });
  }
  const body = bodyOf(request);
  if (body === undefined)
    return json(400, { success: false, reasons: [{ code: 50000090, message: "Malformed JSON" }] });
  const rejectsUnknownFields = url.searchParams.get("rejectUnknownFields") === "true";
  return write(tenant, { request, path, id, now, body, rejectsUnknownFields });
};

const bodyOf = ({ body }: TenantRequest): Fields | undefined => {
  try {
    const parsed = parseSent(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
};

const unknownAddress = (request: TenantRequest, path: string): TenantResponse => {
  const isKnown = Object.keys(writes).some((each) => each.endsWith(` ${path}`));
  if (isKnown) return json(405, { message: `Request method '${request.method}' is not supported` });
  const action = /^\/v1\/action\/(\w+)/.exec(path)?.[1];
  if (action !== undefined) return json(400, { code: "ClientError", message: `Invalid action '${action}'` });
  // What the gateway itself does not route never reaches the application that writes envelopes.
  if (/^\/v1\/credit-?memos\//.test(path)) return notRouted;
  return refuseRest(request, 50000040, `The endpoint ${path} does not exist`);
};

const notRouted: TenantResponse = {
  status: 404,
  headers: { "content-type": "text/plain" },
  body: "no Route matched with those values",
  rows: 0,
};
