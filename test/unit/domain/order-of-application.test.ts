import { describe, expect, it } from "vitest";
import type { Invoice } from "../../../functions/domain/account.ts";
import { orderMatters, rankAmong, toOrderOfApplication } from "../../../functions/domain/order-of-application.ts";
import { invoice, money, transferredBefore } from "./fixtures.ts";

const numbersInOrder = (open: readonly Invoice[], sources: readonly Invoice[] = []): readonly string[] =>
  toOrderOfApplication(open, rankAmong([...sources, ...open])).map(({ number }) => number);

const rankOf = (open: Invoice, all: readonly Invoice[]) => rankAmong(all)(open);

describe("the rank of an open invoice", () => {
  const source = invoice("NEG", { amount: "-30", subscriptions: ["S-1"] });

  it("is 1 where a negative invoice has its subscription and its amount", () => {
    expect(rankOf(invoice("OPEN", { amount: "30", subscriptions: ["S-1"] }), [source])).toBe(1);
  });

  it("is 2 where one has its subscription", () => {
    expect(rankOf(invoice("OPEN", { amount: "31", subscriptions: ["S-1"] }), [source])).toBe(2);
  });

  it("is 3 where one has its amount", () => {
    expect(rankOf(invoice("OPEN", { amount: "30", subscriptions: ["S-2"] }), [source])).toBe(3);
  });

  it("is 4 where none has either", () => {
    expect(rankOf(invoice("OPEN", { amount: "31", subscriptions: ["S-2"] }), [source])).toBe(4);
  });

  it("is 2, not 1, where one has its subscription and only another its amount", () => {
    const other = invoice("NEG-2", { amount: "-40", subscriptions: ["S-2"] });
    expect(rankOf(invoice("OPEN", { amount: "40", subscriptions: ["S-1"] }), [source, other])).toBe(2);
  });

  it("is the best that any negative invoice gives", () => {
    const other = invoice("NEG-2", { amount: "-40", subscriptions: ["S-2"] });
    expect(rankOf(invoice("OPEN", { amount: "30", subscriptions: ["S-1"] }), [other, source])).toBe(1);
  });

  it("counts a subscription that some item of each carries, among others", () => {
    const many = invoice("NEG", { amount: "-30", subscriptions: ["S-7", "S-8"] });
    expect(rankOf(invoice("OPEN", { amount: "9", subscriptions: ["S-8", "S-9"] }), [many])).toBe(2);
  });

  it("compares the original amount of the open invoice, whatever was paid of it", () => {
    const partPaid = invoice("OPEN", { amount: "30", balance: "12" });
    const shrunkToIt = invoice("OPEN", { amount: "50", balance: "30" });
    expect([rankOf(partPaid, [source]), rankOf(shrunkToIt, [source])]).toEqual([3, 4]);
  });

  it("compares the original amount of the negative invoice, whatever was transferred of it", () => {
    const partTransferred = invoice("NEG", { amount: "-30", balance: "-12" });
    expect(rankOf(invoice("OPEN", { amount: "30" }), [partTransferred])).toBe(3);
    expect(rankOf(invoice("OPEN", { amount: "12" }), [partTransferred])).toBe(4);
  });

  it("is not erased by a transfer: a negative invoice of balance zero still ranks", () => {
    const gone = transferredBefore("NEG", { amount: "-30", subscriptions: ["S-1"] });
    expect(rankOf(invoice("OPEN", { amount: "30", subscriptions: ["S-1"] }), [gone])).toBe(1);
  });

  it("is not given by other open invoices, though they share subscription and amount", () => {
    const open = invoice("OPEN", { amount: "30", subscriptions: ["S-1"] });
    expect(rankOf(open, [open, invoice("OPEN-2", { amount: "30", subscriptions: ["S-1"] })])).toBe(4);
  });

  it("is not given by an invoice that began positive, though its balance is negative", () => {
    expect(rankOf(invoice("OPEN", { amount: "30" }), [invoice("ODD", { amount: "10", balance: "-30" })])).toBe(4);
  });

  it("compares amounts by value, to the ninth place", () => {
    const fine = invoice("NEG", { amount: "-0.100000001" });
    expect(rankOf(invoice("OPEN", { amount: "0.100000001" }), [fine])).toBe(3);
    expect(rankOf(invoice("OPEN", { amount: "0.1" }), [fine])).toBe(4);
    expect(rankOf(invoice("OPEN", { amount: "1.50" }), [invoice("NEG", { amount: "-1.5" })])).toBe(3);
  });

  it("knows no subscription where nobody looked", () => {
    expect(rankOf(invoice("OPEN", { amount: "30" }), [source])).toBe(3);
    expect(rankOf(invoice("OPEN", { amount: "31", subscriptions: ["S-1"] }), [invoice("NEG", { amount: "-30" })])).toBe(
      4,
    );
  });

  it("does not take two invoices without any subscription for the same", () => {
    const bare = invoice("NEG", { amount: "-30", subscriptions: [] });
    expect(rankOf(invoice("OPEN", { amount: "31", subscriptions: [] }), [bare])).toBe(4);
  });
});

describe("the order in which credit pays open invoices", () => {
  it("is by rank before anything else", () => {
    const source = invoice("NEG", { amount: "-30", subscriptions: ["S-1"] });
    const open = [
      invoice("FOURTH", { amount: "31", subscriptions: [], dueDate: "2026-01-01" }),
      invoice("THIRD", { amount: "30", subscriptions: [], dueDate: "2026-02-01" }),
      invoice("SECOND", { amount: "31", subscriptions: ["S-1"], dueDate: "2026-03-01" }),
      invoice("FIRST", { amount: "30", subscriptions: ["S-1"], dueDate: "2026-04-01" }),
    ];
    expect(numbersInOrder(open, [source])).toEqual(["FIRST", "SECOND", "THIRD", "FOURTH"]);
  });

  it("is within a rank by due date, then invoice date, then invoice number, whatever follows says", () => {
    const open = [
      invoice("INV-1", { amount: "1", dueDate: "2026-03-02", invoiceDate: "2026-01-01", id: "a" }),
      invoice("INV-2", { amount: "1", dueDate: "2026-03-01", invoiceDate: "2026-02-02", id: "b" }),
      invoice("INV-4", { amount: "1", dueDate: "2026-03-01", invoiceDate: "2026-02-01", id: "c" }),
      invoice("INV-3", { amount: "1", dueDate: "2026-03-01", invoiceDate: "2026-02-01", id: "d" }),
    ];
    expect(numbersInOrder(open)).toEqual(["INV-3", "INV-4", "INV-2", "INV-1"]);
  });

  it("does not touch the list that it was given", () => {
    const open = [invoice("B", { amount: "1" }), invoice("A", { amount: "1" })];
    numbersInOrder(open);
    expect(open.map(({ number }) => number)).toEqual(["B", "A"]);
  });
});

describe("the order matters", () => {
  const two = [invoice("A", { amount: "10", balance: "8" }), invoice("B", { amount: "10", balance: "7" })];

  it.each([
    ["while credit is short of what is open", "14.99", true],
    ["not where credit just suffices", "15", false],
    ["not where credit is more than enough", "20", false],
    ["not where there is no credit", "0", false],
  ])("%s", (_when, credit, matters) => {
    expect(orderMatters(money(credit), two)).toBe(matters);
  });

  it("not for a single open invoice", () => {
    expect(orderMatters(money("1"), two.slice(0, 1))).toBe(false);
  });
});
