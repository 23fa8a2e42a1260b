import { describe, expect, it } from "vitest";
import { askedFor, askedForTogether } from "../../../functions/scanner/asked-for.ts";

const invoice = (id: string) => ({ kind: "invoice", id }) as const;

describe("what is called out together", () => {
  it("is scanned for itself where it is one posting, however often it was called out", () => {
    expect(askedForTogether([invoice("1"), invoice("1")])).toEqual(invoice("1"));
  });

  it("is one scan of what changed where it is many: ten thousand invoices are not ten thousand scans", () => {
    const called = Array.from({ length: 10_000 }, (_, index) => invoice(String(index)));
    expect(askedForTogether(called)).toEqual({ kind: "incremental" });
  });

  it.each([[undefined], [{ kind: "full" }], [{ kind: "invoice" }]])("is no posting where it is %j", (message) => {
    expect(() => askedForTogether([invoice("1"), message])).toThrow("each name a posting");
  });
});

it.each([[{ kind: "everything" }], [null], [{ kind: "invoice" }]])(
  "an event that says %j asks for nothing",
  (event) => {
    expect(() => askedFor(event)).toThrow("expected an event");
  },
);
