import { toDecimal } from "../../../functions/domain/money.ts";
import type { CreditMemoPartRecord, CreditMemoRecord } from "../records.ts";
import { refuseRest } from "../rest-refusal.ts";
import type { Store } from "../store.ts";
import type { Tenant } from "../tenant.ts";
import { json, localDateTimeOf, numberOf, type TenantRequest, type TenantResponse } from "../wire.ts";
import { appliedOf } from "./build-memo.ts";

const pageSizeMax = 40;

const filters: Readonly<Record<string, (memo: CreditMemoRecord) => string>> = {
  accountId: ({ accountId }) => accountId,
  status: ({ status }) => status,
  currency: ({ currency }) => currency,
  excludeFromAutoApplyRules: ({ excludeFromAutoApplyRules }) => String(excludeFromAutoApplyRules),
  unappliedAmount: ({ unappliedAmount }) => toDecimal(unappliedAmount),
};

export const creditMemoParameters: readonly string[] = [...Object.keys(filters), "page", "pageSize"];

/** `GET /v1/credit-memos`: equality filters and pages, the latest number first. */
export const listCreditMemos = ({ store, timeZone }: Tenant, request: TenantRequest): TenantResponse => {
  const query = new URL(request.path, "http://tenant").searchParams;
  const [pageSize, page] = [Number(query.get("pageSize") ?? 20), Number(query.get("page") ?? 1)];
  if (![pageSize, page].every((each) => Number.isInteger(each) && each >= 1) || pageSize > pageSizeMax) {
    return refuseRest(request, 53830020, `pageSize is 1 to ${pageSizeMax} and page at least 1`);
  }
  const matching = store.creditMemos.rows
    .filter((memo) => Object.entries(filters).every(([name, of]) => (query.get(name) ?? of(memo)) === of(memo)))
    .toSorted((a, b) => Number(a.number < b.number) - Number(a.number > b.number));
  const creditMemos = matching.slice((page - 1) * pageSize, page * pageSize).map((memo) => writtenIn(timeZone, memo));
  query.set("page", String(page + 1));
  const next = page * pageSize < matching.length ? { nextPage: `/credit-memos?${query}` } : {};
  return json(200, { creditMemos, ...next, success: true }, creditMemos.length);
};

/** By id or number. */
export const memoByKey = ({ creditMemos }: Store, key: string): CreditMemoRecord | undefined =>
  creditMemos.one("id", key) ?? creditMemos.one("number", key);

/** `GET /v1/credit-memos/{creditMemoKey}`. */
export const retrieveCreditMemo = (tenant: Tenant, request: TenantRequest, key: string): TenantResponse => {
  const memo = memoByKey(tenant.store, key);
  return memo === undefined ? memoNotFound(request, key) : json(200, wholeMemo(tenant, memo), 1);
};

/** What an operation on one memo answers: the memo after it. */
export const wholeMemo = ({ timeZone }: Tenant, memo: CreditMemoRecord) => ({
  ...writtenIn(timeZone, memo),
  success: true,
});

export const memoNotFound = (request: TenantRequest, key: string): TenantResponse =>
  refuseRest(request, 53840040, `Cannot find entity by key: '${key}'.`);

/** `GET /v1/credit-memos/{creditMemoKey}/parts`: what of the memo is on invoices now. */
export const listParts = ({ store, timeZone }: Tenant, request: TenantRequest, key: string): TenantResponse => {
  const memo = memoByKey(store, key);
  if (memo === undefined) return memoNotFound(request, key);
  const parts = store.creditMemoParts.where("creditMemoId", memo.id).filter(isOfSomething);
  const written = parts.map(({ id, invoiceId, amount, ...part }) => ({
    id,
    invoiceId,
    debitMemoId: null,
    amount: numberOf(amount),
    ...changesOf(timeZone, part),
  }));
  return json(200, { parts: written, success: true }, written.length);
};

/** `GET /v1/invoices/{invoiceKey}/application-parts`: what memos pay of the invoice now. */
export const listApplicationParts = (
  { store, timeZone }: Tenant,
  request: TenantRequest,
  key: string,
): TenantResponse => {
  const invoice = store.invoices.one("Id", key) ?? store.invoices.one("InvoiceNumber", key);
  if (invoice === undefined) return refuseRest(request, 50000040, `Cannot find entity by key: '${key}'.`);
  const parts = store.creditMemoParts.where("invoiceId", invoice.Id).filter(isOfSomething);
  const applicationParts = parts.map(({ creditMemoId, amount, ...part }) => ({
    paymentId: null,
    creditMemoId,
    appliedAmount: numberOf(amount),
    ...changesOf(timeZone, part),
  }));
  return json(200, { applicationParts, success: true }, applicationParts.length);
};

const isOfSomething = ({ amount }: CreditMemoPartRecord): boolean => amount.gt(0);

type Changes = Pick<CreditMemoPartRecord, "createdById" | "createdDate" | "updatedById" | "updatedDate">;

const changesOf = (timeZone: string, { createdById, createdDate, updatedById, updatedDate }: Changes) => ({
  createdById,
  createdDate: localDateTimeOf(timeZone, createdDate),
  updatedById,
  updatedDate: localDateTimeOf(timeZone, updatedDate),
});

/** A memo of plain REST: no `balance`, and other names than in Object Query. */
const writtenIn = (timeZone: string, memo: CreditMemoRecord) => {
  const { amount, unappliedAmount, refundAmount, postedOn, createdDate, updatedDate, custom, ...fields } = memo;
  const { sourceId, referredInvoiceId, reasonCode, comment, ...rest } = fields;
  return {
    ...rest,
    ...custom,
    sourceId: sourceId ?? null,
    referredInvoiceId: referredInvoiceId ?? null,
    reasonCode: reasonCode ?? null,
    comment: comment ?? null,
    autoApplyUponPosting: false,
    amount: numberOf(amount),
    taxAmount: 0,
    unappliedAmount: numberOf(unappliedAmount),
    appliedAmount: numberOf(appliedOf(memo)),
    refundAmount: numberOf(refundAmount),
    postedOn: postedOn === undefined ? null : localDateTimeOf(timeZone, postedOn),
    createdDate: localDateTimeOf(timeZone, createdDate),
    updatedDate: localDateTimeOf(timeZone, updatedDate),
  };
};
