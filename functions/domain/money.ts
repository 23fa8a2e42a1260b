import Big from "big.js";

declare const moneyBrand: unique symbol;

/** An exact amount of one account's currency, up to 9 decimal places. Never a float, never rounded. */
export type Money = Big & { readonly [moneyBrand]: true };

/** Zuora keeps at most 9 decimal places, on tenants without rounding. */
const decimalPlacesMax = 9;

const decimal = /^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/;

/**
 * Reads a decimal as Zuora wrote it: the JSON source text, not the parsed number.
 *
 * @throws {RangeError} when the text is no decimal of at most 9 places; it never rounds
 */
export const fromDecimal = (text: string): Money => {
  const value = decimal.test(text) ? Big(text) : undefined;
  if (value === undefined || decimalPlacesOf(value) > decimalPlacesMax) {
    throw new RangeError(
      `expected a decimal amount of at most ${decimalPlacesMax} places, got ${JSON.stringify(text)}`,
    );
  }
  return value as Money;
};

/** The exact decimal text, without an exponent: what goes into a request. */
export const toDecimal = (amount: Money): string => amount.toFixed();

export const zero = Big(0) as Money;

export const add = (a: Money, b: Money): Money => a.plus(b) as Money;

export const subtract = (a: Money, b: Money): Money => a.minus(b) as Money;

export const negate = (amount: Money): Money => amount.times(-1) as Money;

export const min = (a: Money, b: Money): Money => (a.lt(b) ? a : b);

export const sum = (amounts: Iterable<Money>): Money => {
  let total = zero;
  for (const amount of amounts) total = add(total, amount);
  return total;
};

/** Decimal places that the value itself needs, at least 0: 12.50 needs 1. */
export const decimalPlacesOf = (amount: Big): number => Math.max(0, amount.c.length - amount.e - 1);
