import { createHmac } from "node:crypto";

/** Sends a callout as Zuora does for a template with HMAC over `{{Request.Body}}`; answers with the status it got. */
export const sendCallout = async (url: string, hmacKey: string, body: string): Promise<number> => {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-callout-signature": createHmac("sha256", hmacKey).update(body).digest("base64"),
    },
    body,
  });
  await response.text();
  return response.status;
};
