import { systemClock } from "../../functions/aws/clock.ts";
import { type ConnectOptions, connect } from "../../functions/zuora/http/connect.ts";
import type { Connection } from "../../functions/zuora/http/connection.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import type { OAuthClient } from "../zuora-simulator/authentication.ts";

const timeoutMs = 10_000;

/** The production connection to a simulated tenant at an address. */
export const connectOverHttp = (
  url: string,
  client: OAuthClient,
  options: Pick<ConnectOptions, "telemetry" | "patience" | "concurrency">,
): Connection =>
  connect({
    transport: createGotTransport(url, timeoutMs),
    credentials: { read: async () => client },
    clock: systemClock,
    random: () => 0,
    timeoutMs,
    busyPauseMs: 1_000,
    ...options,
  });
