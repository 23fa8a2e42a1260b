import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { OpenSystem } from "../system/open-system.ts";
import { consoleApp } from "./console-app.ts";

/** A page that is up: its address holds the token, and is for whoever started it. */
export type RunningConsole = { readonly url: string; stop(): Promise<void> };

/** The only address that it listens on, so that no other machine reaches it. */
const loopback = "127.0.0.1";

/**
 * Serves the pages of a system to this machine, on a port of its choice.
 *
 * @param isStopped asked while long readings go on
 */
export const serveConsole = async (system: OpenSystem, isStopped: () => boolean): Promise<RunningConsole> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, loopback, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const door = { host: `${loopback}:${port}`, token: randomBytes(24).toString("base64url") };
  const { fetch } = consoleApp(system, door, isStopped);
  server.on("request", getRequestListener(fetch, { overrideGlobalObjects: false, hostname: loopback }));
  return {
    url: `http://${door.host}/${door.token}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
