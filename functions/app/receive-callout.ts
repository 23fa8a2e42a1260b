import * as z from "zod";
import { parseJson } from "./config/parse-json.ts";
import type { Clock } from "./ports.ts";
import type { Posting } from "./scan/ports.ts";

/** A callout as it came in: the bytes that were signed, and what Zuora's `{{Request.HMAC.Signed}}` said of them. */
export type Callout = { readonly rawBody: Buffer; readonly signature: string | undefined };

/** The shared HMAC key. `fresh` goes past any cache, since the key may have been rotated. */
export type CalloutKey = { read(options: { readonly fresh: boolean }): Promise<string> };

/** Starts the scanner and does not wait for it. */
export type StartScan = (posting: Posting) => Promise<void>;

/** Why nothing was started. `recently-started` is no refusal: Zuora repeats a callout and is told that all is well. */
export type CalloutRefusal = "too-large" | "bad-signature" | "bad-body";

/** What became of a callout, and the status that Zuora is answered with. */
export type CalloutResult =
  | { readonly status: 200; readonly posting: Posting; readonly started: boolean }
  | { readonly status: 400 | 401 | 413; readonly refusal: CalloutRefusal };

/** Whether the signature is that of the bytes under this key. */
export type IsHmacOf = (rawBody: Buffer, hmacKey: string, signature: string) => boolean;

export type CalloutDeps = {
  readonly isHmacOf: IsHmacOf;
  readonly key: CalloutKey;
  readonly startScan: StartScan;
  readonly clock: Clock;
};

/** A callout carries an id and little else: whatever is longer is not one. */
export const calloutBytesMax = 64 * 1024;

const quietMs = 5 * 60_000;

/** It goes into a query: 32 hexadecimal digits or a number such as `BR-00000123`, nothing that could end a text. */
const idOrNumber = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const body = z.union([
  z.object({ billRunId: idOrNumber }).transform(({ billRunId }): Posting => ({ kind: "bill-run", id: billRunId })),
  z.object({ invoiceId: idOrNumber }).transform(({ invoiceId }): Posting => ({ kind: "invoice", id: invoiceId })),
]);

/**
 * Takes callouts for one execution environment, and remembers there what it started a scan for lately.
 * A replay that outlives that memory is harmless: the scanner asks Zuora what is still negative.
 */
export const createCalloutReceiver = ({ isHmacOf, key, startScan, clock }: CalloutDeps) => {
  const startedAt = new Map<string, number>();

  const isSigned = async (callout: Callout): Promise<boolean> => {
    const { rawBody, signature } = callout;
    if (signature === undefined) return false;
    if (isHmacOf(rawBody, await key.read({ fresh: false }), signature)) return true;
    return isHmacOf(rawBody, await key.read({ fresh: true }), signature);
  };

  const startOnce = async (posting: Posting): Promise<boolean> => {
    const now = clock.now();
    const key = `${posting.kind} ${posting.id}`;
    for (const [each, at] of startedAt) if (now - at >= quietMs) startedAt.delete(each);
    if (startedAt.has(key)) return false;
    startedAt.set(key, now);
    try {
      await startScan(posting);
    } catch (error) {
      // Zuora repeats a callout that failed, and that one must start the scan.
      startedAt.delete(key);
      throw error;
    }
    return true;
  };

  return async (callout: Callout): Promise<CalloutResult> => {
    if (callout.rawBody.length > calloutBytesMax) return { status: 413, refusal: "too-large" };
    if (!(await isSigned(callout))) return { status: 401, refusal: "bad-signature" };
    const parsed = parseJson(body, callout.rawBody.toString("utf8"));
    if (!parsed.success) return { status: 400, refusal: "bad-body" };
    return { status: 200, posting: parsed.data, started: await startOnce(parsed.data) };
  };
};
