import { seedTenant } from "../zuora-simulator/seed-tenant.ts";
import { startZuoraServer } from "../zuora-simulator/zuora-server.ts";

/** A running Zuora tenant and the way in. */
export type RunningTenant = {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  stop(): Promise<void>;
};

/** Starts a tenant of the given size on loopback; the same seed makes the same tenant on the same day. */
export const startSimulatedTenant = async (accounts: number, seed: number): Promise<RunningTenant> => {
  const clientId = "local";
  const clientSecret = "local";
  const today = new Date().toISOString().slice(0, 10);
  const server = await startZuoraServer({ store: seedTenant({ accounts, seed, today }), clientId, clientSecret });
  return { url: new URL(server.url), clientId, clientSecret, stop: () => server.stop() };
};
