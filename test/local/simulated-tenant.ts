import type { Mode } from "../../functions/domain/credit/mode.ts";
import { sendCallout } from "../zuora-simulator/callout.ts";
import { type PostedBillRun, postBillRunByHand } from "../zuora-simulator/hands.ts";
import { seedRevenueCases } from "../zuora-simulator/revenue/seed-revenue-cases.ts";
import { seedTenant } from "../zuora-simulator/seed-tenant.ts";
import { kindFor } from "../zuora-simulator/tenant-kind.ts";
import { startZuoraServer } from "../zuora-simulator/zuora-server.ts";

/** A running Zuora tenant and the way in. */
export type RunningTenant = {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Posts a bill run of so many negative invoices, and calls out as Zuora's event does. */
  postBillRun(invoices: number, callout: { readonly url: string; readonly hmacKey: string }): Promise<PostedBillRun>;
  /** Milliseconds from posting to the last adjustment of the run's accounts; undefined while one is still negative. */
  settledAfterMs(billRun: PostedBillRun): number | undefined;
  /** The number of the account that was adjusted last; undefined where none was. */
  lastAdjusted(): string | undefined;
  stop(): Promise<void>;
};

/** As a tenant is far away, in milliseconds. */
const far = { baseMs: 150, perRowMs: 4 } as const;

/** Starts a tenant of the given size on loopback; the same seed makes the same tenant on the same day. */
export const startSimulatedTenant = async (options: {
  readonly accounts: number;
  readonly seed: number;
  readonly mode: Mode;
  readonly isFar: boolean;
  readonly hasFinance: boolean;
}): Promise<RunningTenant> => {
  const clientId = "local";
  const clientSecret = "local";
  const today = new Date().toISOString().slice(0, 10);
  const { accounts, seed, mode, isFar, hasFinance } = options;
  const kind = kindFor(mode);
  const latency = isFar ? { latency: far } : {};
  const store = seedTenant({ accounts, seed, today, kind });
  const revenue = hasFinance ? { revenue: seedRevenueCases(store, today, Date.now()) } : {};
  const server = await startZuoraServer({ store, kind, clientId, clientSecret, ...latency, ...revenue });
  return {
    url: new URL(server.url),
    clientId,
    clientSecret,
    postBillRun: async (invoices, { url, hmacKey }) => {
      const billRun = postBillRunByHand(server.tenant, invoices, Date.now());
      const status = await sendCallout(url, hmacKey, JSON.stringify({ billRunId: billRun.id }));
      if (status !== 200) throw new Error(`the callout was answered with ${status}`);
      return billRun;
    },
    settledAfterMs: ({ invoices }) => {
      if (invoices.some(({ Balance }) => Balance.lt(0))) return undefined;
      const postedAt = Math.min(...invoices.map(({ CreatedDate }) => CreatedDate));
      const own = invoices.flatMap(({ AccountId }) => store.adjustments.where("AccountId", AccountId));
      return Math.max(...own.map(({ CreatedDate }) => CreatedDate)) - postedAt;
    },
    lastAdjusted: () => {
      const last = store.adjustments.rows.findLast(({ Status }) => Status === "Processed");
      return last === undefined ? undefined : store.accounts.one("Id", last.AccountId)?.AccountNumber;
    },
    stop: () => server.stop(),
  };
};
