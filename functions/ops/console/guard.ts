import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** What a request says of itself; absent headers are undefined. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
};

/** How the page is reached: its host with the port, and the first part of every path. */
export type Door = { readonly host: string; readonly token: string };

/**
 * Whether a request comes from whoever was given the address. A name that was bound anew to this machine has another
 * `Host`; a page of somebody else's has another origin, or says so in `Sec-Fetch-Site`; and nobody else has the token.
 */
export const isAllowed = ({ method, path, host, origin, fetchSite }: Asked, door: Door): boolean =>
  (method === "GET" || method === "HEAD") &&
  host === door.host &&
  (origin === undefined || origin === `http://${door.host}`) &&
  (fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none") &&
  isSame(path.split("/")[1] ?? "", door.token);

const isSame = (given: string, token: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Answers everybody else with nothing, the same nothing whatever was wrong. */
export const guard =
  (door: Door): MiddlewareHandler =>
  async (context, next) => {
    const { req } = context;
    const { method, path } = req;
    const [host, origin, fetchSite] = ["host", "origin", "sec-fetch-site"].map((name) => req.header(name));
    if (!isAllowed({ method, path, host, origin, fetchSite }, door)) return context.body(null, 404);
    return await next();
  };
