import type { Fields } from "./adjust.ts";
import type { MemoRefusal } from "./credit-memos/judge-application.ts";
import { refuseRest, refuseUnknownParameter } from "./rest-refusal.ts";
import type { Store } from "./store.ts";
import type { Tenant } from "./tenant.ts";
import { json, parseSent, type TenantRequest, type TenantResponse } from "./wire.ts";

export type Change<R> = (tenant: Tenant, record: R, body: Fields, now: number) => MemoRefusal | undefined;

/** A kind of record that is changed by `PUT`: where it is, and what may be done to it. */
export type Changeable<R> = {
  /** The key, and what follows it. */
  readonly path: RegExp;
  /** By what follows the key. */
  readonly changes: Readonly<Record<string, Change<R>>>;
  readonly byKey: (store: Store, key: string) => R | undefined;
  readonly notFound: (request: TenantRequest, key: string) => TenantResponse;
  /** What an operation on one record answers: the record after it. */
  readonly whole: (tenant: Tenant, record: R) => object;
};

/** The key of the record that a request would change; undefined where it is none of these requests. */
export const keyToChange = (
  { path }: Pick<Changeable<never>, "path">,
  { method, path: asked }: Pick<TenantRequest, "method" | "path">,
): string | undefined => {
  const [, key] = path.exec(asked) ?? [];
  return method === "PUT" && key !== undefined ? decodeURIComponent(key) : undefined;
};

/** Answers a change of one record; undefined where it is none of those that there are. */
export const changeRecord = <R>(
  tenant: Tenant,
  request: TenantRequest,
  now: number,
  { path, changes, byKey, notFound, whole }: Changeable<R>,
): TenantResponse | undefined => {
  const key = keyToChange({ path }, request);
  const change = changes[path.exec(request.path)?.[2] ?? ""];
  if (key === undefined || change === undefined) return undefined;
  const refusal = refuseUnknownParameter(request, []);
  if (refusal !== undefined) return refusal;
  if (request.body === "" || !request.headers["content-type"]?.startsWith("application/json")) {
    return refuseRest(request, 50000045, "Content-Type is not supported");
  }
  const body = objectIn(request);
  if (body === undefined) return refuseRest(request, 50000090, "Malformed JSON");
  const record = byKey(tenant.store, key);
  if (record === undefined) return notFound(request, key);
  const refused = change(tenant, record, body, now);
  if (refused !== undefined) return refuseRest(request, refused.code, refused.message);
  return json(200, whole(tenant, byKey(tenant.store, key) ?? record), 1);
};

const objectIn = ({ body }: TenantRequest): Fields | undefined => {
  try {
    const parsed = parseSent(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
};
