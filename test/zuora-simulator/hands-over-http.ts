import { localDateIn } from "../../functions/domain/local-time.ts";
import { personId } from "./adjust.ts";
import { addPaymentRun } from "./build.ts";
import { billTotal } from "./credit-memos/bill.ts";
import { unapplyByHand } from "./credit-memos/memo-hands.ts";
import { cancelByHand, holidayStop } from "./hands.ts";
import { finishPaymentRun, startPaymentRun } from "./payment-runs.ts";
import type { AccountRecord } from "./records.ts";
import type { Tenant } from "./tenant.ts";
import { type TroubleKind, type Troubles, troubleKinds } from "./troubles.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

const prefix = "/simulator/";

export const isHandRequest = ({ path }: Pick<TenantRequest, "path">): boolean => path.startsWith(prefix);

/** A tenant, and what it suffers from. */
export type Sufferer = { readonly tenant: Tenant; readonly troubles: Troubles };

/** What was asked for: how many accounts or which, how long. */
type Asked = {
  readonly accounts: number;
  /** By number. */
  readonly account: string | undefined;
  readonly seconds: number;
  readonly appliesMemos: boolean;
  readonly now: number;
};

/**
 * What a person does to a simulated tenant from a shell, to see what the system makes of it. No part of Zuora's API.
 *
 * - `POST /simulator/close-period?accounts=7` bills so many accounts a credit, and closes their accounting period
 * - `POST /simulator/open-period` opens every accounting period again
 * - `POST /simulator/bill?accounts=7` bills so many accounts a credit
 * - `POST /simulator/garble?accounts=3` bills so many a credit, and breaks the contract for their invoices
 * - `POST /simulator/outage?seconds=60`, `throttle`, `no-permission`: so for a while
 * - `POST /simulator/start-payment-run` charges what is due now; `finish-payment-run` ends it
 * - `POST /simulator/cancel?accounts=1` a person cancels the last adjustments of so many accounts, or of
 *   `?account=A00000001`
 * - `POST /simulator/unapply?accounts=1` a person takes back what credit memos pay, in the same way
 * - `POST /simulator/mend` ends every trouble
 */
export const handsOverHttp = (sufferer: Sufferer, { method, path }: TenantRequest, now: number): TenantResponse => {
  const url = new URL(path, "http://localhost");
  const action = actions[url.pathname.slice(prefix.length)];
  const accounts = Number(url.searchParams.get("accounts") ?? "1");
  const account = url.searchParams.get("account") ?? undefined;
  const seconds = Number(url.searchParams.get("seconds") ?? "60");
  const appliesMemos = url.searchParams.get("memos") === "true";
  if (method !== "POST" || action === undefined || !(accounts >= 1) || !(seconds >= 0)) {
    return json(404, { message: `expected POST ${prefix}${Object.keys(actions).join(` or ${prefix}`)}` });
  }
  return json(200, action(sufferer, { accounts, account, seconds, appliesMemos, now }));
};

const named = (accounts: readonly AccountRecord[]) => ({
  accounts: accounts.map(({ Id: id, AccountNumber: number }) => ({ id, number })),
});

/** Bills the first active accounts a holiday stop. */
const bill = (tenant: Tenant, { accounts, now }: Asked): readonly AccountRecord[] => {
  const { store, timeZone } = tenant;
  const chosen = store.accounts.rows.filter(({ Status }) => Status === "Active").slice(0, accounts);
  for (const account of chosen) billTotal(tenant, account, holidayStop(account, timeZone, now), now);
  return chosen;
};

const begin =
  (kind: TroubleKind) =>
  ({ troubles }: Sufferer, { seconds, now }: Asked): object => {
    troubles.begin(kind, now + seconds * 1000);
    return { trouble: kind, until: new Date(now + seconds * 1000).toISOString() };
  };

const actions: Readonly<Record<string, (sufferer: Sufferer, asked: Asked) => object>> = {
  "close-period": ({ tenant }, asked) => {
    const chosen = bill(tenant, asked);
    for (const { Id } of chosen) tenant.closedPeriods.add(Id);
    return named(chosen);
  },
  "open-period": ({ tenant: { closedPeriods } }) => {
    const accounts = [...closedPeriods].map((id) => ({ id }));
    closedPeriods.clear();
    return { accounts };
  },
  bill: ({ tenant }, asked) => named(bill(tenant, asked)),
  garble: ({ tenant, troubles }, asked) => {
    const chosen = bill(tenant, asked);
    for (const { Id } of chosen) troubles.garbled.add(Id);
    return named(chosen);
  },
  ...Object.fromEntries(troubleKinds.map((kind) => [kind, begin(kind)])),
  "start-payment-run": ({ tenant }, { now, appliesMemos }) => {
    const { store, timeZone } = tenant;
    const today = localDateIn(timeZone, now);
    const spec = { targetDate: today, runDate: `${today} 00:00:00`, autoApplyCreditMemo: appliesMemos };
    const run = addPaymentRun(store, spec, now);
    const payments = startPaymentRun(store, run, now, tenant.memoRulesAt(now, personId));
    return { paymentRun: run.number, payments: payments.length };
  },
  "finish-payment-run": ({ tenant: { store } }, { now }) => {
    const running = store.paymentRuns.rows.filter(({ status }) => status === "Processing");
    for (const run of running) {
      const payments = store.payments.rows.filter(({ Status }) => Status === "Processing");
      finishPaymentRun(store, run, payments, now);
    }
    return { finished: running.map(({ number }) => number) };
  },
  cancel: ({ tenant }, { accounts, account, now }) => {
    const isMeant = (id: string) =>
      account === undefined || tenant.store.accounts.one("Id", id)?.AccountNumber === account;
    const standing = tenant.store.adjustments.rows
      .filter(({ Status, AccountId }) => Status === "Processed" && isMeant(AccountId))
      .toReversed();
    const chosen = new Set([...new Set(standing.map(({ AccountId }) => AccountId))].slice(0, accounts));
    const own = standing.filter(({ AccountId }) => chosen.has(AccountId));
    return { canceled: own.filter((each) => cancelByHand(tenant, each, now)).map(({ Number: number }) => number) };
  },
  unapply: ({ tenant }, { accounts, account, now }) => {
    const { store } = tenant;
    const applied = store.creditMemos.rows
      .filter((memo) => store.creditMemoParts.where("creditMemoId", memo.id).some(({ amount }) => amount.gt(0)))
      .filter((memo) => [undefined, store.accounts.one("Id", memo.accountId)?.AccountNumber].includes(account))
      .toReversed();
    const chosen = new Set([...new Set(applied.map(({ accountId }) => accountId))].slice(0, accounts));
    const own = applied.filter(({ accountId }) => chosen.has(accountId));
    return { unapplied: own.filter((memo) => unapplyByHand(tenant, memo, now)).map(({ number }) => number) };
  },
  mend: ({ tenant, troubles }) => {
    troubles.end();
    tenant.closedPeriods.clear();
    return { mended: true };
  },
};
