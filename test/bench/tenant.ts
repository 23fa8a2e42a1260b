import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";

/** As a tenant is far away: what every answer takes, and what each row adds, in milliseconds. */
export const latency = { baseMs: 150, perRowMs: 4 } as const;

/** Zuora's documented default of concurrent requests. */
export const limits = { concurrency: 40 } as const;

export const client = { clientId: "bench", clientSecret: "bench" } as const;

/**
 * After a bill run: every account with one negative and two open invoices of which its credit pays one and a part of
 * the other, so that the order of application matters for everybody.
 */
export const benchTenant = (accounts: number): Store => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1) {
    const own = `A-S${index}`;
    addAccount(store, {
      invoices: [
        { amount: "-12.00", subscriptionNumber: own },
        { amount: "10.00", subscriptionNumber: own },
        { amount: "10.00", subscriptionNumber: `${own}-2` },
      ],
    });
  }
  return store;
};

/** How many accounts of a tenant are not settled: a bench that is fast and wrong is worth nothing. */
export const unsettledIn = ({ accounts, invoices }: Store): number =>
  new Set([
    ...accounts.rows.filter(({ CreditBalance }) => !CreditBalance.eq(0)).map(({ Id }) => Id),
    ...invoices.rows.filter(({ Balance }) => Balance.lt(0)).map(({ AccountId }) => AccountId),
  ]).size;
