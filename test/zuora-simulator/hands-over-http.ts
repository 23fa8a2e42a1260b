import { addInvoice } from "./build.ts";
import { holidayStop } from "./hands.ts";
import type { Tenant } from "./tenant.ts";
import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

const prefix = "/simulator/";

export const isHandRequest = ({ path }: Pick<TenantRequest, "path">): boolean => path.startsWith(prefix);

/**
 * What a person does to a simulated tenant from a shell, to see what the system makes of it. No part of Zuora's API.
 *
 * - `POST /simulator/close-period?accounts=7` bills so many accounts a credit, and closes their accounting period
 * - `POST /simulator/open-period` opens every accounting period again
 */
export const handsOverHttp = (tenant: Tenant, { method, path }: TenantRequest, now: number): TenantResponse => {
  const url = new URL(path, "http://localhost");
  const action = actions[url.pathname.slice(prefix.length)];
  if (method !== "POST" || action === undefined) {
    return json(404, { message: `expected POST ${prefix}${Object.keys(actions).join(` or ${prefix}`)}` });
  }
  return json(200, action(tenant, Number(url.searchParams.get("accounts") ?? "1"), now));
};

const actions: Readonly<Record<string, (tenant: Tenant, accounts: number, now: number) => object>> = {
  "close-period": (tenant, count, now) => {
    const { store, closedPeriods } = tenant;
    const chosen = store.accounts.rows.filter(({ Status }) => Status === "Active").slice(0, count);
    for (const account of chosen) {
      addInvoice(store, account, holidayStop(account, tenant.timeZone, now), now);
      closedPeriods.add(account.Id);
    }
    return { accounts: chosen.map(({ Id: id, AccountNumber: number }) => ({ id, number })) };
  },
  "open-period": ({ closedPeriods }) => {
    const accounts = [...closedPeriods].map((id) => ({ id }));
    closedPeriods.clear();
    return { accounts };
  },
};
