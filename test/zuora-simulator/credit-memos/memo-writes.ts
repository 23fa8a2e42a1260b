import type { Fields } from "../adjust.ts";
import type { CreditMemoRecord } from "../records.ts";
import { refuseRest, refuseUnknownParameter } from "../rest-refusal.ts";
import type { Tenant } from "../tenant.ts";
import { json, parseSent, type TenantRequest, type TenantResponse } from "../wire.ts";
import { applyMemo, type MemoRefusal } from "./apply-memo.ts";
import { applicationIn, changeIn } from "./memo-request.ts";
import { memoByKey, memoNotFound, wholeMemo } from "./read-memos.ts";
import { unapplyMemo } from "./unapply-memo.ts";

type Change = (tenant: Tenant, memo: CreditMemoRecord, body: Fields, now: number) => MemoRefusal | undefined;

const apply: Change = (tenant, memo, body, now) => {
  const application = applicationIn(body, "apply");
  return "code" in application ? application : applyMemo(tenant.store, memo, application, tenant.memoRulesAt(now));
};

const unapply: Change = (tenant, memo, body, now) => {
  const application = applicationIn(body, "unapply");
  return "code" in application ? application : unapplyMemo(tenant.store, memo, application, tenant.memoRulesAt(now));
};

const update: Change = ({ store }, memo, body, now) => {
  const change = changeIn(body, store.memoCustomFields);
  if ("code" in change) return change;
  const { custom, ...fields } = change;
  Object.assign(memo, fields, { custom: { ...memo.custom, ...custom }, updatedDate: now });
  return undefined;
};

const changes: Readonly<Record<string, Change>> = { "": update, "/apply": apply, "/unapply": unapply };

const path = /^\/v1\/credit-?memos\/([^/?]+)(\/[^?]*)?(\?|$)/;

/** The key of the memo that a request would change; undefined where it is none of these requests. */
export const memoToChange = ({ method, path: asked }: Pick<TenantRequest, "method" | "path">): string | undefined => {
  const [, key] = path.exec(asked) ?? [];
  return method === "PUT" && key !== undefined ? decodeURIComponent(key) : undefined;
};

/** `PUT /v1/credit-memos/{key}`, `…/apply` and `…/unapply`, in both spellings; undefined where it is none of them. */
export const changeMemo = (tenant: Tenant, request: TenantRequest, now: number): TenantResponse | undefined => {
  const key = memoToChange(request);
  if (key === undefined) return undefined;
  const change = changes[path.exec(request.path)?.[2] ?? ""];
  if (change === undefined) return undefined;
  const refusal = refuseUnknownParameter(request, []);
  if (refusal !== undefined) return refusal;
  if (request.body === "" || !request.headers["content-type"]?.startsWith("application/json")) {
    return refuseRest(request, 50000045, "Content-Type is not supported");
  }
  const body = objectIn(request);
  if (body === undefined) return refuseRest(request, 50000090, "Malformed JSON");
  const memo = memoByKey(tenant.store, key);
  if (memo === undefined) return memoNotFound(request, key);
  const refused = change(tenant, memo, body, now);
  if (refused !== undefined) return refuseRest(request, refused.code, refused.message);
  const after = memoByKey(tenant.store, memo.id) ?? memo;
  return json(200, wholeMemo(tenant, after), 1);
};

const objectIn = ({ body }: TenantRequest): Fields | undefined => {
  try {
    const parsed = parseSent(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
};
