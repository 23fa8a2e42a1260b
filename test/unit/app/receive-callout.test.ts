import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { calloutBytesMax, createCalloutReceiver } from "../../../functions/app/receive-callout.ts";
import type { Posting } from "../../../functions/app/scan/ports.ts";
import { isHmacOf } from "../../../functions/zuora/callout-signature.ts";

const oldKey = "k".repeat(32);
const newKey = "n".repeat(32);
const posted = Buffer.from('{"billRunId":"BR-00000123"}');
const billRun: Posting = { kind: "bill-run", id: "BR-00000123" };

const sign = (body: Buffer, encoding: "base64" | "hex" = "base64", key = oldKey) =>
  createHmac("sha256", key).update(body).digest(encoding);

const receiver = (startScan?: (posting: Posting) => Promise<void>) => {
  const started: Posting[] = [];
  const secret = { held: oldKey, seen: oldKey, now: 0 };
  const receive = createCalloutReceiver({
    isHmacOf,
    key: {
      read: async ({ fresh }) => {
        if (fresh) secret.seen = secret.held;
        return secret.seen;
      },
    },
    startScan:
      startScan ??
      (async (posting) => {
        started.push(posting);
      }),
    clock: { now: () => secret.now, sleep: async () => {} },
  });
  return { receive, started, secret };
};

describe("a callout", () => {
  it.each(["base64", "hex"] as const)("that is signed in %s starts a scan of its bill run", async (encoding) => {
    const { receive, started } = receiver();
    const result = await receive({ rawBody: posted, signature: sign(posted, encoding) });
    expect(result).toEqual({ status: 200, posting: billRun, started: true });
    expect(started).toEqual([billRun]);
  });

  it("of one invoice starts a scan of that invoice, whatever bill run has the same number", async () => {
    const { receive, started } = receiver();
    const rawBody = Buffer.from('{"invoiceId":"BR-00000123"}');
    await receive({ rawBody: posted, signature: sign(posted) });
    expect(await receive({ rawBody, signature: sign(rawBody) })).toMatchObject({ started: true });
    expect(started).toEqual([billRun, { kind: "invoice", id: "BR-00000123" }]);
  });

  it.each([
    ["forged", posted, sign(posted, "base64", newKey)],
    ["truncated", posted.subarray(0, 20), sign(posted)],
    ["unsigned", posted, undefined],
    ["signed with something that is no SHA-256", posted, "AAAA"],
  ])("that is %s is refused with 401 and starts nothing", async (_, rawBody, signature) => {
    const { receive, started } = receiver();
    expect(await receive({ rawBody, signature })).toEqual({ status: 401, refusal: "bad-signature" });
    expect(started).toEqual([]);
  });

  it("of 1 MB is refused with 413, however well it is signed", async () => {
    const { receive, started } = receiver();
    const rawBody = Buffer.alloc(1024 * 1024, "a");
    expect(await receive({ rawBody, signature: sign(rawBody) })).toEqual({ status: 413, refusal: "too-large" });
    expect(started).toEqual([]);
  });

  it("may be as long as the limit, to the byte", async () => {
    const { receive } = receiver();
    const rawBody = Buffer.concat([posted, Buffer.alloc(calloutBytesMax - posted.length, " ")]);
    expect(await receive({ rawBody, signature: sign(rawBody) })).toMatchObject({ status: 200, started: true });
  });

  it.each(["{", "[]", "{}", '{"billRunId":""}', '{"billRunId":"x\' or Id != \'"}'])(
    "that is signed but names no bill run, %s, is refused with 400",
    async (text) => {
      const { receive, started } = receiver();
      const rawBody = Buffer.from(text);
      expect(await receive({ rawBody, signature: sign(rawBody) })).toEqual({ status: 400, refusal: "bad-body" });
      expect(started).toEqual([]);
    },
  );

  it("that is repeated within five minutes is answered well and starts nothing more", async () => {
    const { receive, started, secret } = receiver();
    const callout = { rawBody: posted, signature: sign(posted) };
    await receive(callout);
    secret.now = 5 * 60_000 - 1;
    expect(await receive(callout)).toMatchObject({ status: 200, started: false });
    secret.now = 5 * 60_000;
    expect(await receive(callout)).toMatchObject({ status: 200, started: true });
    expect(started).toHaveLength(2);
  });

  it("whose scan could not be started fails, and Zuora's repetition starts it", async () => {
    let calls = 0;
    const { receive } = receiver(async () => {
      calls += 1;
      if (calls === 1) throw new Error("throttled");
    });
    const callout = { rawBody: posted, signature: sign(posted) };
    await expect(receive(callout)).rejects.toThrow("throttled");
    expect(await receive(callout)).toMatchObject({ started: true });
  });

  it("signed with a rotated key is taken without a restart, and the old key is not", async () => {
    const { receive, secret } = receiver();
    secret.held = newKey;
    expect(await receive({ rawBody: posted, signature: sign(posted, "base64", newKey) })).toMatchObject({
      status: 200,
    });
    expect(await receive({ rawBody: posted, signature: sign(posted) })).toMatchObject({ status: 401 });
  });
});
