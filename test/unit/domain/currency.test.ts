import { expect, it } from "vitest";
import { decimalPlacesIn, formatMoney } from "../../../functions/domain/currency.ts";
import { money } from "./fixtures.ts";

it.each([
  ["JPY", 0],
  ["GBP", 2],
  ["KWD", 3],
])("writes %s with %i places", (currency, places) => {
  expect(decimalPlacesIn(currency)).toBe(places);
});

it.each(["XNR", "points", ""])("writes the tenant's own currency %j with 2 places", (currency) => {
  expect(decimalPlacesIn(currency)).toBe(2);
});

it.each([
  ["1000", "JPY", "1000"],
  ["0.1", "GBP", "0.10"],
  ["0", "GBP", "0.00"],
  ["-7", "GBP", "-7.00"],
  ["1.5", "KWD", "1.500"],
  ["123456789012345", "GBP", "123456789012345.00"],
])("pads %s %s to %s", (amount, currency, written) => {
  expect(formatMoney(money(amount), currency)).toBe(written);
});

it.each([
  ["0.5", "JPY", "0.5"],
  ["1.005", "GBP", "1.005"],
  ["0.000000001", "KWD", "0.000000001"],
])("never rounds %s %s, though the currency has fewer places", (amount, currency, written) => {
  expect(formatMoney(money(amount), currency)).toBe(written);
});
