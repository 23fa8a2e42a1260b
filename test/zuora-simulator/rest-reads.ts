import { type Money, sum } from "../../functions/domain/money.ts";
import {
  creditMemoParameters,
  listApplicationParts,
  listCreditMemos,
  listParts,
  retrieveCreditMemo,
} from "./credit-memos/read-memos.ts";
import { objectQuery, objectQueryParameters } from "./object-query/object-query.ts";
import { listPaymentRuns, paymentRunParameters, retrievePaymentRun } from "./payment-runs.ts";
import { refuseRest, refuseUnknownParameter } from "./rest-refusal.ts";
import type { Tenant } from "./tenant.ts";
import { describeTenant } from "./tenant-kind.ts";
import { listPaymentParts } from "./unapplied-payments/payment-requests.ts";
import { json, localDateTimeOf, numberOf, type TenantRequest, type TenantResponse } from "./wire.ts";
import { fieldValue } from "./zoql/derived.ts";

type Read = (tenant: Tenant, request: TenantRequest, key: string) => TenantResponse | undefined;

/** `GET /v1/accounts/{account-key}`: by id or number, with its metrics. */
const retrieveAccount: Read = ({ store, kind }, request, key) => {
  const account = store.accounts.one("Id", key) ?? store.accounts.one("AccountNumber", key);
  if (account === undefined) return notFound(request, key);
  const amount = (name: string) => numberOf(fieldValue(store, "Account", account, name) as Money);
  return json(
    200,
    {
      basicInfo: {
        id: account.Id,
        name: account.Name,
        accountNumber: account.AccountNumber,
        status: account.Status,
        batch: account.Batch,
        ...account.custom,
      },
      billingAndPayment: { currency: account.Currency, autoPay: account.AutoPay },
      metrics: {
        balance: amount("Balance"),
        totalInvoiceBalance: amount("TotalInvoiceBalance"),
        ...(kind === "settlement" ? unapplied(store, account.Id) : { creditBalance: amount("CreditBalance") }),
        contractedMrr: 0,
        currency: account.Currency,
      },
      success: true,
    },
    1,
  );
};

/** Metrics that belong to Invoice Settlement; of Harmonization nobody says. */
const unapplied = ({ creditMemos, customerPayments }: Tenant["store"], accountId: string) => ({
  unappliedCreditMemoAmount: numberOf(
    sum(creditMemos.where("accountId", accountId).map(({ unappliedAmount }) => unappliedAmount)),
  ),
  unappliedPaymentAmount: numberOf(
    sum(customerPayments.where("accountId", accountId).map(({ unappliedAmount }) => unappliedAmount)),
  ),
  totalDebitMemoBalance: 0,
});

/** `GET /v1/bill-runs/{billRunId}`; the plain form has no list. */
const retrieveBillRun: Read = ({ store: { billRuns }, timeZone }, request, key) => {
  const run = billRuns.one("Id", key);
  if (run === undefined) return notFound(request, key);
  const { Id: id, BillRunNumber: billRunNumber, Status: status, CreatedDate, UpdatedDate } = run;
  const dates = {
    createdDate: localDateTimeOf(timeZone, CreatedDate),
    updatedDate: localDateTimeOf(timeZone, UpdatedDate),
  };
  return json(200, { id, billRunNumber, status, ...dates }, 1);
};

/** Whether adjustments may be dated in the future (Zuora: Settings API, payment rules). */
const paymentRules: Read = () => json(200, { enableTransactionFutureDateFeature: false });

/** Each with the query parameters that it understands. */
const reads: readonly (readonly [RegExp, Read, readonly string[]])[] = [
  [/^\/v1\/payment-runs$/, listPaymentRuns, paymentRunParameters],
  [/^\/v1\/payment-runs\/([^/]+)$/, retrievePaymentRun, []],
  [/^\/v1\/accounts\/([^/]+)$/, retrieveAccount, []],
  [/^\/v1\/bill-runs\/([^/]+)$/, retrieveBillRun, []],
  [/^\/v1\/credit-?memos$/, listCreditMemos, creditMemoParameters],
  [/^\/v1\/credit-?memos\/([^/]+)$/, retrieveCreditMemo, []],
  [/^\/v1\/credit-?memos\/([^/]+)\/parts$/, listParts, []],
  [/^\/v1\/invoices\/([^/]+)\/application-parts$/, listApplicationParts, []],
  [/^\/v1\/payments\/([^/]+)\/parts$/, listPaymentParts, []],
  [/^\/v1\/describe$/, describeTenant, []],
  [/^\/settings\/payment-rules$/, paymentRules, []],
  [/^\/object-query\/[\w-]+$/, objectQuery, objectQueryParameters],
];

/** Answers a GET of the REST API, the settings or Object Query; undefined where there is no such address. */
export const readRest = (tenant: Tenant, request: TenantRequest): TenantResponse | undefined => {
  const path = pathOf(request);
  for (const [pattern, read, parameters] of reads) {
    const match = pattern.exec(path);
    if (match === null) continue;
    return refuseUnknownParameter(request, parameters) ?? read(tenant, request, decodeURIComponent(match[1] ?? ""));
  }
  return undefined;
};

const pathOf = ({ path }: TenantRequest): string => path.split("?")[0] ?? "";

/** Zuora's words for a key that names nothing. */
export const notFound = (request: TenantRequest, key: string): TenantResponse =>
  refuseRest(request, 50000040, `Cannot find entity by key: '${key}'.`);
