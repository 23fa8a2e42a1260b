import { describe, expect, it } from "vitest";
import { fromDecimal } from "../../../../functions/domain/money.ts";
import { type BilledInvoice, findPairs, toCompare } from "../../../../functions/domain/revenue/mirrored-pair.ts";
import { billed, noon, runId } from "./fixtures.ts";

const original = billed("INV1", "25");
const mirror = billed("INV2", "-25", { invoiceDate: "2026-10-20" });

/** Finds pairs where our credit paid INV1; subscriptions by invoice number, else all of `A-S1`. */
const find = (invoices: readonly BilledInvoice[], subscriptions: Readonly<Record<string, readonly string[]>> = {}) => {
  const applied = new Map([[original.id, runId]]);
  return findPairs({ invoices, applied }, (id) => new Set(subscriptions[id.replace("id-", "")] ?? ["A-S1"]));
};

const reasonsOf = ({ holds }: ReturnType<typeof find>) => holds.map(({ reason }) => reason);

describe("an invoice and its mirror", () => {
  it("are a pair once our credit paid the one and the other is at zero", () => {
    expect(find([original, mirror])).toEqual({ pairs: [{ original, mirror, runId }], holds: [] });
  });

  it("are a pair where the cancellation carries the original's own date but was made later", () => {
    const sameDay = { ...mirror, invoiceDate: original.invoiceDate, createdAt: noon("2026-10-20") };
    expect(find([original, sameDay]).pairs).toHaveLength(1);
  });

  it.each([
    ["the negative one came first", { ...mirror, invoiceDate: "2026-09-01", createdAt: noon("2026-09-01") }],
    ["the amounts differ", billed("INV2", "-24.99")],
    ["the currencies differ", { ...mirror, currency: "EUR" }],
  ])("are none where %s", (_, other) => {
    expect(find([original, other])).toEqual({ pairs: [], holds: [] });
  });

  it("are none where the subscriptions differ, in either direction, or there is none", () => {
    expect(find([original, mirror], { INV1: ["A-S1", "A-S2"], INV2: ["A-S1"] }).pairs).toEqual([]);
    expect(find([original, mirror], { INV1: ["A-S1"], INV2: ["A-S1", "A-S2"] }).pairs).toEqual([]);
    expect(find([original, mirror], { INV1: [], INV2: [] }).pairs).toEqual([]);
  });

  it("are none yet while either is open in receivables", () => {
    const open = fromDecimal("1");
    expect(find([{ ...original, balance: open }, mirror])).toEqual({ pairs: [], holds: [] });
    expect(find([original, { ...mirror, balance: open }])).toEqual({ pairs: [], holds: [] });
  });

  it("are none where our credit paid nothing of the original", () => {
    const applied = new Map<string, string>();
    expect(findPairs({ invoices: [original, mirror], applied }, () => new Set(["A-S1"])).pairs).toEqual([]);
  });
});

describe("what people decide", () => {
  it("is an original with two mirrors", () => {
    expect(reasonsOf(find([original, mirror, { ...mirror, id: "id-INV3", number: "INV3" }]))).toEqual([
      "revenue-ambiguous",
    ]);
  });

  it("is a mirror that fits another unpaid invoice, open or not", () => {
    const rival = billed("INV3", "25", { balance: fromDecimal("25") });
    expect(reasonsOf(find([original, mirror, rival]))).toEqual(["revenue-ambiguous"]);
  });

  it("is no matter of an invoice that the customer paid, however much it looks like the original", () => {
    const paid = billed("INV3", "25", { paid: fromDecimal("25") });
    expect(find([original, mirror, paid]).pairs).toHaveLength(1);
  });

  it("is an original of which a payment paid some", () => {
    expect(reasonsOf(find([{ ...original, paid: fromDecimal("5") }, mirror]))).toEqual(["revenue-original-paid"]);
  });
});

describe("whose items are looked at", () => {
  const compared = (invoices: readonly BilledInvoice[]) =>
    toCompare({ invoices, applied: new Map([[original.id, runId]]) }).map(({ number }) => number);

  it("are the paid original's and those of the same amount either way", () => {
    expect(compared([original, mirror, billed("INV3", "25.00"), billed("INV4", "-3")])).toEqual([
      "INV1",
      "INV2",
      "INV3",
    ]);
  });

  it("are none at all where nothing negative has the amount", () => {
    expect(compared([original, billed("INV3", "25"), billed("INV4", "-3")])).toEqual([]);
  });
});
