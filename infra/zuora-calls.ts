/** Lambda's least for a queue's mapping. Each scan of what is called out asks one thing after the other. */
export const calloutScansMax = 2;

/** Environments of the revenue pass at a time, each of which asks one thing after the other; Lambda's least as well. */
export const revenueFunctionsMax = 2;

/** Scanners at a time: one for the schedules, and those for what is called out. */
export const scannersMax = ({ calloutSecretName }: { readonly calloutSecretName?: unknown }): number =>
  1 + (calloutSecretName === undefined ? 0 : calloutScansMax);

/** What settings say of who asks Zuora, whether they were checked or not. */
type Asking = { readonly scannerCallsMax?: unknown; readonly calloutSecretName?: unknown; readonly policy?: unknown };

/** What every other function than the scheduled scan and the processors may have in flight at a time. */
const callsBesides = (settings: Asking): number => {
  const calledOut = scannersMax(settings) - 1;
  const revenue = asksForRevenue(settings.policy) ? revenueFunctionsMax : 0;
  return calledOut + revenue;
};

/** What every other function than the processors may have in flight at a time, while these settle accounts. */
export const callsOfOthers = (settings: Asking): number => Number(settings.scannerCallsMax) + callsBesides(settings);

/** What a scheduled scan may have in flight while nothing is being settled: then the processors' calls are idle. */
export const callsOfScanAlone = (settings: Asking & { readonly zuoraCallsMax: number }): number =>
  settings.zuoraCallsMax - callsBesides(settings);

/** What is left for the processors is shared among them, so that all functions together stay within the budget. */
export const processorCalls = (
  settings: Asking & { readonly zuoraCallsMax: number; readonly processorsMax: number },
): number => Math.floor((settings.zuoraCallsMax - callsOfOthers(settings)) / settings.processorsMax);

/** Whether rules, checked or not, look at revenue. */
export const asksForRevenue = (policy: unknown): boolean => {
  const { revenue = "off" } = (policy ?? {}) as { readonly revenue?: unknown };
  return revenue !== "off";
};
