import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { TenantRequest, TenantResponse } from "./wire.ts";

/** Zuora compresses answers of more than 1,000 bytes for those who accept it. */
const compressedFromBytes = 1000;

/** Reads a whole request. Rejects where the client goes away in the middle. */
export const readRequest = async (message: IncomingMessage): Promise<TenantRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
  const body = Buffer.concat(chunks).toString("utf8");
  return { method: message.method ?? "GET", path: message.url ?? "/", headers, body };
};

/** Writes an answer with what every one of Zuora's carries: its request id, and the track id that was sent. */
export const writeResponse = (
  response: ServerResponse,
  { headers }: TenantRequest,
  answer: TenantResponse,
  limitHeaders: Readonly<Record<string, string>>,
): void => {
  const trackId = headers["zuora-track-id"];
  const accepted = headers["accept-encoding"] ?? "";
  const isCompressed = accepted.includes("gzip") && Buffer.byteLength(answer.body) > compressedFromBytes;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...limitHeaders,
    "zuora-request-id": randomUUID(),
    ...(trackId === undefined ? {} : { "zuora-track-id": trackId }),
    ...(isCompressed ? { "content-encoding": "gzip" } : {}),
  });
  response.end(isCompressed ? gzipSync(answer.body, { level: 1 }) : answer.body);
};
