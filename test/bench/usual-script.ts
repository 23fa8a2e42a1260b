import type { Store } from "../zuora-simulator/store.ts";
import { client } from "./tenant.ts";

/**
 * What people script: for each negative invoice a token, a transfer, a token and a check, one after another. Settles a
 * sample.
 *
 * @returns milliseconds for one invoice
 */
export const usualScript = async (url: string, store: Store, sample: number): Promise<number> => {
  const negative = store.invoices.rows.filter(({ Balance }) => Balance.lt(0)).slice(0, sample);
  const startedAt = performance.now();
  for (const { Id, Balance } of negative) {
    const transfer = { Type: "Increase", Amount: Number(Balance.times(-1)), SourceTransactionId: Id };
    await post(url, "/v1/object/credit-balance-adjustment", transfer);
    await post(url, "/v1/action/query", { queryString: `select Id, Balance from Invoice where Id = '${Id}'` });
  }
  return (performance.now() - startedAt) / negative.length;
};

const post = async (url: string, path: string, body: object): Promise<void> => {
  const form = new URLSearchParams({
    client_id: client.clientId,
    client_secret: client.clientSecret,
    grant_type: "client_credentials",
  });
  const token = (await (await fetch(`${url}/oauth/token`, { method: "POST", body: form })).json()) as {
    access_token: string;
  };
  const headers = { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the usual script was answered HTTP ${answer.status}`);
  await answer.text();
};
