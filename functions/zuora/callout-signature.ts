import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether the text is the HMAC-SHA256 of the bytes, in either encoding that Zuora's callout template offers. */
export const isHmacOf = (rawBody: Buffer, hmacKey: string, signature: string): boolean => {
  const claimed = decode(signature);
  return claimed !== undefined && timingSafeEqual(createHmac("sha256", hmacKey).update(rawBody).digest(), claimed);
};

/** Anything but 32 bytes is no SHA-256. */
const decode = (text: string): Buffer | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64") : undefined;
};
