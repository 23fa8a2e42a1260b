/** Zuora's REST hosts end so, in every data centre and environment (Zuora: servers of the API reference). */
const zuoraDomain = ".zuora.com";

/**
 * Whether a REST base is Zuora's own, reached over TLS: whoever may write down another one is given our client's
 * secret.
 *
 * @param otherHost a host that somebody named on purpose, such as that of a gateway in front of Zuora
 */
export const isZuoraHost = (baseUrl: string, otherHost?: string): boolean => {
  const url = URL.parse(baseUrl);
  if (url?.protocol !== "https:") return false;
  return url.hostname.endsWith(zuoraDomain) || url.hostname === otherHost;
};
