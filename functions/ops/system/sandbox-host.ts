import { UsageError } from "../exit-code.ts";
import { isLoopback } from "./loopback.ts";

/** Zuora's documented sandboxes (Zuora: servers of the API reference). */
const sandboxHosts = new Set([
  "rest.apisandbox.zuora.com",
  "rest.sandbox.na.zuora.com",
  "rest.sandbox.eu.zuora.com",
  "rest.test.zuora.com",
  "rest.test.eu.zuora.com",
  "rest.test.ap.zuora.com",
]);

/**
 * Stops whoever would try things out on somebody's books.
 *
 * @throws {UsageError} for every host that is not known to be a sandbox
 */
export const mustBeSandbox = (baseUrl: string): void => {
  if (isLoopback(baseUrl) || sandboxHosts.has(new URL(baseUrl).host)) return;
  throw new UsageError(
    `--probe writes, so it is for a sandbox only: ${new URL(baseUrl).host} is none that Zuora documents`,
  );
};
