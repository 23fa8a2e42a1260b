import type { TenantRequest } from "../../zuora-simulator/wire.ts";

/** What a call is for, in a few words: whoever wonders what an account costs adds these up. */
export const kindOfCall = ({ path, body }: Pick<TenantRequest, "path" | "body">): string => {
  if (path.startsWith("/oauth/")) return "token";
  const [, status] = /^\/v1\/payment-runs\?status=(\w+)/.exec(path) ?? [];
  if (status !== undefined) return `payment runs, ${status}`;
  const [, object] = / from (\w+) /.exec(body) ?? [];
  if (object !== undefined) return `${object}${body.includes("AccountId =") ? " of accounts" : ""}`;
  if (path.startsWith("/v1/action/create")) return body.includes('"Increase"') ? "Increase" : "Decrease";
  return path.split("?")[0] ?? path;
};
