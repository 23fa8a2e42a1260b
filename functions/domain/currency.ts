import { decimalPlacesOf, type Money } from "./money.ts";

/** ISO 4217's code for no currency: what stands where Zuora does not tell one. */
export const unknownCurrency = "XXX";

/**
 * The decimal places that people write in a currency: JPY 0, USD 2, KWD 3.
 * A code that the runtime does not know, as tenants may define their own, is written with 2.
 */
export const decimalPlacesIn = (currency: string): number => {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};

/** Pads to the currency's own places and never rounds: a tenant without rounding keeps all the digits it has. */
export const formatMoney = (amount: Money, currency: string): string =>
  amount.toFixed(Math.max(decimalPlacesIn(currency), decimalPlacesOf(amount)));
