import fc from "fast-check";
import { expect, it } from "vitest";
import { fromDecimal, toDecimal } from "../../../../../functions/domain/money.ts";
import { exactNumber, parseExact } from "../../../../../functions/zuora/http/answers/json.ts";

it.each(["123456789012345.12", "0.123456789", "-0.000000001", "99999999999999999999", "0.10", "0", "-42.5"])(
  "reads %s with every digit that was written",
  (text) => {
    expect(parseExact(`{"Balance":${text}}`)).toEqual({ Balance: text });
  },
);

it.each([
  ["1E-7", "0.0000001"],
  ["1.5e3", "1500"],
  ["-2E+2", "-200"],
])("reads the exponent form %s as %s", (written, value) => {
  expect(toDecimal(fromDecimal(parseExact(written) as string))).toBe(value);
});

it("leaves texts, truth values and nesting as they are", () => {
  const text = '{"a":[{"b":"1.0","c":true},null]}';
  expect(parseExact(text)).toStrictEqual({ a: [{ b: "1.0", c: true }, null] });
});

it("takes a field of null for one that is not there, and an answer of null for itself", () => {
  expect(parseExact('{"a":null,"b":[{"c":null,"d":"e"}]}')).toStrictEqual({ b: [{ d: "e" }] });
  expect(parseExact("null")).toBeNull();
});

it("refuses what is no JSON", () => {
  expect(() => parseExact("<html>")).toThrow(SyntaxError);
});

it.each(["123456789012345.12", "0.123456789", "1500", "0.0000001"])("writes %s as a number without quotes", (text) => {
  expect(JSON.stringify({ Amount: exactNumber(fromDecimal(text)) })).toBe(`{"Amount":${text}}`);
});

it("brings every amount of up to nine places there and back", () => {
  const decimals = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 9 }), fc.boolean())
    .map(([digits, places, negative]) => {
      const padded = String(digits).padStart(places + 1, "0");
      const whole = padded.slice(0, padded.length - places);
      return `${negative && digits > 0n ? "-" : ""}${whole}${places > 0 ? `.${padded.slice(-places)}` : ""}`;
    });
  fc.assert(
    fc.property(decimals, (text) => {
      const amount = fromDecimal(text);
      const written = JSON.stringify({ Amount: exactNumber(amount) });
      const { Amount } = parseExact(written) as { Amount: string };
      expect(fromDecimal(Amount).eq(amount)).toBe(true);
    }),
  );
});
