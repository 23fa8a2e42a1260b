import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that only this machine can reach. */
export type LoopbackServer = { readonly url: string; readonly port: number; stop(): Promise<void> };

/** Listens on a port of the operating system's choice. A listener that fails breaks its connection. */
export const startLoopbackServer = async (
  listener: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Promise<LoopbackServer> => {
  const server = createServer((request, response) => {
    Promise.resolve(listener(request, response)).catch(() => request.socket.destroy());
  });
  // An execution environment is frozen between invocations and cannot see that an idle connection was closed.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    // A server that is closed already would never tell a second caller.
    stop: () => {
      stopped ??= close();
      return stopped;
    },
  };
};

/** The whole body as text. */
export const readBody = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
