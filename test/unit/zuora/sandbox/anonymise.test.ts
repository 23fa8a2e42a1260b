import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anonymise } from "../../../../functions/zuora/sandbox/anonymise.ts";

const anonymous = (value: unknown) => anonymise(JSON.stringify(value));

describe("an anonymous answer", () => {
  it.each([
    [
      { Id: "8ad09fc78d5a0001", AccountNumber: "A00000012" },
      { Id: "0aa00aa00a0a0000", AccountNumber: "X00000000" },
    ],
    [
      { name: "Jane Doe", sourceId: "jane.doe@guardian.com" },
      { name: "Xaxa Xxa", sourceId: "xaxa.axa@xxaxaxax.axx" },
    ],
    [
      { Balance: -12.5, Amount: 30, size: 7 },
      { Balance: -11.1, Amount: 10, size: 7 },
    ],
    [
      { status: "Posted", code: 50000040, Code: "INVALID_VALUE" },
      { status: "Posted", code: 50000040, Code: "INVALID_VALUE" },
    ],
    [
      { updatedDate: "2026-11-01 10:00:00", targetDate: "2026-11-01" },
      { updatedDate: "2026-11-01 10:00:00", targetDate: "2026-11-01" },
    ],
    [
      { number: "PR-00002121", nextPage: "https://rest.zuora.com/v1" },
      { number: "PR-00000000", nextPage: "https://xaxx.xxxxa.axx/x0" },
    ],
    [
      { queryString: "select Id from Account where Name = 'O\\'Neill'" },
      { queryString: "select Id from Account where Name = 'x'" },
    ],
    [{ message: "no credit on account A-1 of Müller" }, { message: "xx axaaxx xx aaaxxxx X-0 xa Xxxxax" }],
    [
      { a: null, b: true, c: ["xy"] },
      { a: null, b: true, c: ["xx"] },
    ],
  ])("of %j is %j", (value, expected) => {
    expect(anonymous(value)).toEqual(expected);
  });

  it("is nothing where nobody can say what it is", () => {
    expect(anonymise("<html>Jane Doe</html>")).toBeUndefined();
  });

  it("keeps no digit but 0, no letter but a and x, and no other script of what a person wrote", () => {
    const fields = fc.constantFrom("name", "sourceId", "Comment", "message", "workEmail");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.emailAddress()), fields, (text, field) => {
        fc.pre(!/^\d{4}-\d{2}-\d{2}|^(PR|BR|CBA|RS|RE|CM|INV)/.test(text));
        const said = (anonymous({ [field]: text }) as Readonly<Record<string, string>>)[field] ?? "";
        expect(said).not.toMatch(/[1-9b-wy-zA-WYZ]|[^\u0020-\u007e]/);
      }),
    );
  });
});
