import { unknownCurrency } from "./currency.ts";
import { add, type Money, zero } from "./money.ts";

/** Sums of money, one per currency: amounts of different currencies are never added up. */
export type MoneyByCurrency = ReadonlyMap<string, Money>;

/** Adds to the sum of a currency; what has none is summed under `unknownCurrency`. */
export const addTo = (sums: Map<string, Money>, currency: string | undefined, amount: Money): void => {
  const key = currency ?? unknownCurrency;
  sums.set(key, add(sums.get(key) ?? zero, amount));
};

/** Things that have a currency, grouped by it and in its order. */
export const byCurrency = <T extends { readonly currency: string }>(
  items: Iterable<T>,
): readonly (readonly [currency: string, own: readonly T[]])[] =>
  [...Map.groupBy(items, ({ currency }) => currency)].toSorted(([a], [b]) => (a < b ? -1 : 1));
