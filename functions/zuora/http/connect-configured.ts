import { type ConnectOptions, connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { createGotTransport } from "./got-transport.ts";

/** What a stage says of its tenant, by the names of the environment. */
export type ConnectionSettings = {
  readonly ZUORA_BASE_URL: string;
  readonly ZUORA_HTTP_TIMEOUT_MS: number;
  readonly ZUORA_PROXY_URL?: string | undefined;
  readonly ZUORA_CONCURRENCY: number;
  readonly BUSY_PAUSE_SECONDS: number;
  readonly ZUORA_ENTITY_IDS?: string | undefined;
  readonly ZUORA_ORG_IDS?: string | undefined;
};

/** The connection of a program to the tenant of its stage. Nothing is sent yet. */
export const connectConfigured = (
  settings: ConnectionSettings,
  own: Pick<ConnectOptions, "credentials" | "clock" | "random" | "telemetry" | "patience">,
): Connection => {
  const timeoutMs = settings.ZUORA_HTTP_TIMEOUT_MS;
  return connect({
    ...own,
    transport: createGotTransport(settings.ZUORA_BASE_URL, timeoutMs, settings.ZUORA_PROXY_URL),
    timeoutMs,
    concurrency: settings.ZUORA_CONCURRENCY,
    busyPauseMs: settings.BUSY_PAUSE_SECONDS * 1000,
    entityIds: settings.ZUORA_ENTITY_IDS,
    orgIds: settings.ZUORA_ORG_IDS,
  });
};
