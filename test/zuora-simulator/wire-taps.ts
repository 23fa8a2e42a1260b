import type { TenantRequest, TenantResponse } from "./wire.ts";

/** Told of every request that a simulated tenant got, with what it answered. */
export type WireTap = (request: TenantRequest, response: TenantResponse) => void;

const taps = new Set<WireTap>();

/** Whatever is simulated in this process from now on is told to the tap. */
export const tapWire = (tap: WireTap): void => {
  taps.add(tap);
};

/** For whoever answers in a tenant's place, such as its limits. */
export const tellTaps = (request: TenantRequest, response: TenantResponse): void => {
  for (const tap of taps) tap(request, response);
};
