import type { IncomingMessage } from "node:http";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** A refusal is short; whatever is longer than this is data. */
const refusalBytesMax = 64 * 1024;

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Looks at an answer on its way, and tells once when it is "too many requests". Returns what to feed the body to. */
export const throttleWatch = (answer: IncomingMessage, onThrottled: () => void): ((chunk: Buffer) => void) => {
  if (answer.statusCode === 429) {
    onThrottled();
    return () => undefined;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  answer.once("end", () => {
    if (length <= refusalBytesMax && saysThrottled(Buffer.concat(chunks), answer)) onThrottled();
  });
  return (chunk) => {
    length += chunk.length;
    if (length <= refusalBytesMax) chunks.push(chunk);
  };
};

/** Zuora also says it with HTTP 200 and an error code. */
const saysThrottled = (body: Buffer, answer: IncomingMessage): boolean => {
  try {
    const decode = decoders[answer.headers["content-encoding"] ?? ""];
    return /"REQUEST_EXCEEDED_[A-Z_]+"/.test((decode ? decode(body) : body).toString());
  } catch {
    return false;
  }
};
