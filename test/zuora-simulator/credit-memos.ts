import type { CreditMemoRecord } from "./records.ts";
import { refuseRest } from "./rest-refusal.ts";
import type { Tenant } from "./tenant.ts";
import { json, localDateTimeOf, numberOf, type TenantRequest, type TenantResponse } from "./wire.ts";

const pageSizeMax = 40;

const filterNames = ["accountId", "status"] as const;

export const creditMemoParameters: readonly string[] = [...filterNames, "page", "pageSize"];

/** `GET /v1/credit-memos`: equality filters and pages, the latest number first. */
export const listCreditMemos = ({ store, timeZone }: Tenant, request: TenantRequest): TenantResponse => {
  const query = new URL(request.path, "http://tenant").searchParams;
  const [pageSize, page] = [Number(query.get("pageSize") ?? 20), Number(query.get("page") ?? 1)];
  if (![pageSize, page].every((each) => Number.isInteger(each) && each >= 1) || pageSize > pageSizeMax) {
    return refuseRest(request, 53830020, `pageSize is 1 to ${pageSizeMax} and page at least 1`);
  }
  const matching = store.creditMemos.rows
    .filter((memo) => filterNames.every((name) => (query.get(name) ?? memo[name]) === memo[name]))
    .toSorted((a, b) => Number(a.number < b.number) - Number(a.number > b.number));
  const creditMemos = matching.slice((page - 1) * pageSize, page * pageSize).map(writtenIn(timeZone));
  query.set("page", String(page + 1));
  const next = page * pageSize < matching.length ? { nextPage: `/credit-memos?${query}` } : {};
  return json(200, { creditMemos, ...next, success: true }, creditMemos.length);
};

/** A memo of plain REST: no `balance`, and other names than in Object Query. */
const writtenIn =
  (timeZone: string) =>
  ({ amount, unappliedAmount, createdDate, updatedDate, ...memo }: CreditMemoRecord) => ({
    ...memo,
    amount: numberOf(amount),
    unappliedAmount: numberOf(unappliedAmount),
    appliedAmount: numberOf(amount.minus(unappliedAmount) as typeof amount),
    refundAmount: 0,
    createdDate: localDateTimeOf(timeZone, createdDate),
    updatedDate: localDateTimeOf(timeZone, updatedDate),
  });
