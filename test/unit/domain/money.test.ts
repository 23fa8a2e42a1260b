import { describe, expect, it } from "vitest";
import {
  add,
  decimalPlacesOf,
  fromDecimal,
  min,
  negate,
  subtract,
  sum,
  toDecimal,
  zero,
} from "../../../functions/domain/money.ts";
import { money } from "./fixtures.ts";

describe("money is read as Zuora wrote it", () => {
  it.each([
    ["123456789012345.12", "123456789012345.12"],
    ["-42.50", "-42.5"],
    ["0.000000001", "0.000000001"],
    ["1000", "1000"],
    ["1E+3", "1000"],
    ["-1.5e-8", "-0.000000015"],
    ["0.1000000000000", "0.1"],
    ["99999999999999999999.999999999", "99999999999999999999.999999999"],
  ])("keeps every digit of %s", (text, written) => {
    expect(toDecimal(fromDecimal(text))).toBe(written);
  });

  it.each(["0.0000000001", "1e-10"])("refuses %s rather than round it: more than 9 places", (text) => {
    expect(() => fromDecimal(text)).toThrow(RangeError);
  });

  it.each(["", " ", "1,000", "1.", ".5", "+1", "NaN", "Infinity", "0x10", "1 ", "--1", "12€", "1e999"])(
    "refuses %j, which is no decimal, and says what it got",
    (text) => {
      expect(() => fromDecimal(text)).toThrow(JSON.stringify(text));
    },
  );

  it("refuses a text of any length before calculating with it", () => {
    expect(() => fromDecimal("9".repeat(100_000))).toThrow(RangeError);
  });
});

describe("money never passes through a float", () => {
  it("adds 0.1, 0.2 and 0.7 to 1", () => {
    expect(toDecimal(sum(["0.1", "0.2", "0.7"].map(money)))).toBe("1");
  });

  it("takes 0.1 from 0.3 and has 0.2", () => {
    expect(toDecimal(subtract(money("0.3"), money("0.1")))).toBe("0.2");
  });

  it("adds the smallest to the largest", () => {
    expect(toDecimal(add(money("123456789012345678.12"), money("0.000000001")))).toBe("123456789012345678.120000001");
  });

  it("sums nothing to zero", () => {
    expect(sum([]).eq(zero)).toBe(true);
  });
});

it("takes the smaller of two amounts, whichever comes first", () => {
  expect([min(money("3"), money("2")), min(money("2"), money("3"))].map(toDecimal)).toEqual(["2", "2"]);
});

it("turns owed to the customer into owed by the customer", () => {
  expect([negate(money("-3.10")), negate(money("3.10"))].map(toDecimal)).toEqual(["3.1", "-3.1"]);
});

it("writes zero without a sign", () => {
  expect(toDecimal(negate(zero))).toBe("0");
});

it.each([
  ["12.50", 1],
  ["1200", 0],
  ["0", 0],
  ["0.000000001", 9],
])("says that %s needs %i decimal places", (text, places) => {
  expect(decimalPlacesOf(money(text))).toBe(places);
});
