import type { CreditMemoRecord } from "../records.ts";
import { type Change, type Changeable, changeRecord } from "../rest-change.ts";
import type { Tenant } from "../tenant.ts";
import type { TenantRequest, TenantResponse } from "../wire.ts";
import { applyMemo } from "./apply-memo.ts";
import { applicationIn, changeIn } from "./memo-request.ts";
import { memoByKey, memoNotFound, wholeMemo } from "./read-memos.ts";
import { unapplyMemo } from "./unapply-memo.ts";

const apply: Change<CreditMemoRecord> = (tenant, memo, body, now) => {
  const application = applicationIn(body, "apply");
  return "code" in application ? application : applyMemo(tenant.store, memo, application, tenant.memoRulesAt(now));
};

const unapply: Change<CreditMemoRecord> = (tenant, memo, body, now) => {
  const application = applicationIn(body, "unapply");
  return "code" in application ? application : unapplyMemo(tenant.store, memo, application, tenant.memoRulesAt(now));
};

const update: Change<CreditMemoRecord> = ({ store }, memo, body, now) => {
  const change = changeIn(body, store.memoCustomFields);
  if ("code" in change) return change;
  const { custom, ...fields } = change;
  Object.assign(memo, fields, { custom: { ...memo.custom, ...custom }, updatedDate: now });
  return undefined;
};

/** `PUT /v1/credit-memos/{key}`, `…/apply` and `…/unapply`, in both spellings. */
export const changeableMemo: Changeable<CreditMemoRecord> = {
  path: /^\/v1\/credit-?memos\/([^/?]+)(\/[^?]*)?(\?|$)/,
  changes: { "": update, "/apply": apply, "/unapply": unapply },
  byKey: memoByKey,
  notFound: memoNotFound,
  whole: wholeMemo,
};

/** Undefined where it is none of these requests. */
export const changeMemo = (tenant: Tenant, request: TenantRequest, now: number): TenantResponse | undefined =>
  changeRecord(tenant, request, now, changeableMemo);
