import * as z from "zod";

export const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'expected an IANA time zone such as "Europe/London"');

export const baseUrl = z.url({ protocol: /^https?$/, error: "expected an http or https URL" }).refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined || (url.username === "" && url.password === "");
}, "expected a URL without credentials in it");

/** The last part of the address under which credit memos are applied. */
export const creditMemosPath = z.enum(["credit-memos", "creditmemos"], "expected credit-memos, creditmemos");
