import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateTime, quoted, selectAny } from "../../../../functions/zuora/query/zoql.ts";

it("writes groups of conditions as an or of ands, without parentheses", () => {
  const groups = [["AccountId = 'a'", "Balance < 0"], ["AccountId = 'b'"]];
  expect(selectAny(["Id", "Balance"], "Invoice", groups)).toEqual([
    "select Id, Balance from Invoice where AccountId = 'a' and Balance < 0 or AccountId = 'b'",
  ]);
});

it("asks nothing where nothing is asked", () => {
  expect(selectAny(["Id"], "Account", [])).toEqual([]);
});

it.each([
  ["it's", "'it\\'s'"],
  ["back\\slash", "'back\\\\slash'"],
  ["\\' or Id != '", "'\\\\\\' or Id != \\''"],
])("escapes %s, so that no value ends its own quotes", (value, written) => {
  expect(quoted(value)).toBe(written);
});

it("writes an instant with its offset, since Zuora would take the tenant's own zone", () => {
  expect(dateTime(Date.parse("2026-03-16T12:34:56.789Z"))).toBe("2026-03-16T12:34:56+00:00");
});

describe("Zuora's limits on a query", () => {
  it("of 200 conditions are used up and not passed", () => {
    const groups = Array.from({ length: 201 }, (_, index) => [`Id = '${index}'`]);
    const counts = selectAny(["Id"], "Account", groups).map((query) => query.split(" or ").length);
    expect(counts).toEqual([200, 1]);
  });

  it("count the conditions of a group, not the group", () => {
    const groups = Array.from({ length: 67 }, (_, index) => [`Id = '${index}'`, "Balance < 0", "Amount < 0"]);
    const counts = selectAny(["Id"], "Invoice", groups).map((query) => query.split(" or ").length);
    expect(counts).toEqual([66, 1]);
  });

  it("of 10,000 characters are used up and not passed", () => {
    const head = "select Id from Account where ".length;
    const whole = "x".repeat(10_000 - head);
    expect(selectAny(["Id"], "Account", [[whole]])[0]).toHaveLength(10_000);
    expect(selectAny(["Id"], "Account", [[whole.slice(5)], ["y"]])).toHaveLength(1);
    expect(selectAny(["Id"], "Account", [[whole.slice(4)], ["y"]])).toHaveLength(2);
  });

  it.each<[string, readonly string[]]>([
    ["a group without conditions", []],
    ["a group of too many conditions", Array(201).fill("a")],
    ["a group of too many characters", ["x".repeat(10_000)]],
  ])("are refused for %s", (_name, group) => {
    expect(() => selectAny(["Id"], "Account", [["Id = 'a'"], group])).toThrow(RangeError);
  });

  it("hold for every query, and every group is in exactly one of them, whole and in order", () => {
    const groups = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(groups, (lengths) => {
        const written = lengths.map((group, index) =>
          group.map((length, part) => `${index}.${part}${"x".repeat(length)}`),
        );
        const queries = selectAny(["Id"], "Invoice", written);
        for (const query of queries) {
          expect(query.length).toBeLessThanOrEqual(10_000);
          expect(query.split(/ and | or /).length).toBeLessThanOrEqual(200);
        }
        const found = queries.flatMap((query) => query.replace("select Id from Invoice where ", "").split(" or "));
        expect(found).toEqual(written.map((group) => group.join(" and ")));
      }),
    );
  });
});
