/** Where a person finds a record in Zuora's own pages. */
export type PageLinks = { readonly account: (id: string) => string; readonly invoice: (id: string) => string };

/**
 * The pages of the tenant behind a REST base: the same host without its `rest.`, but for the oldest data centre, whose
 * pages are at `www`.
 *
 * @returns undefined for a host that is none of Zuora's, as on this machine
 */
export const pageLinksOf = (baseUrl: string): PageLinks | undefined => {
  const [, place] = /^rest\.(.*zuora\.com)$/.exec(new URL(baseUrl).hostname) ?? [];
  if (place === undefined) return undefined;
  const apps = `https://${place === "zuora.com" ? "www.zuora.com" : place}/apps`;
  return {
    account: (id) => `${apps}/CustomerAccount.do?method=view&id=${encodeURIComponent(id)}`,
    invoice: (id) => `${apps}/NewInvoice.do?method=view&id=${encodeURIComponent(id)}`,
  };
};
