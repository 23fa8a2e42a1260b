import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { RequestError } from "got";
import { NoAnswerError, type Transport } from "./transport.ts";

/** Failures before anything could have reached Zuora: names, connections, certificates and proxies. */
const neverSent =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ERR_TLS_.*|CERT_.*|.*_CERT.*|UNABLE_TO_.*|ERR_PROXY_.*)$/;

/**
 * Sends requests with got: kept-alive connections, one time limit, and no opinion of its own about retries or statuses.
 *
 * @param proxyUrl where the network lets nothing out directly: https goes through a tunnel of it
 */
export const createGotTransport = (baseUrl: string, timeoutMs: number, proxyUrl?: string): Transport => {
  const base = baseUrl.replace(/\/+$/, "");
  const proxied = proxyUrl === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } };
  const client = got.extend({
    agent: {
      http: new HttpAgent({ keepAlive: true, ...proxied }),
      https: new HttpsAgent({ keepAlive: true, ...proxied }),
    },
    retry: { limit: 0 },
    timeout: { request: timeoutMs },
    throwHttpErrors: false,
    followRedirect: false,
    responseType: "text",
  });
  return async ({ method, path, headers, body }) => {
    try {
      const response = await client(`${base}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
      return { status: response.statusCode, headers: singleValues(response.headers), body: response.body };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new NoAnswerError(error.code, { sent: !neverSent.test(error.code), cause: error.code });
    }
  };
};

const singleValues = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(", ") : value,
    ]),
  );
