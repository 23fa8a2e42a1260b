import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../functions/domain/account.ts";
import { evolve } from "./evolve.ts";
import { account, apply, invoice, positions, transfer } from "./fixtures.ts";

const state = (credit: string): AccountState =>
  account({
    credit,
    invoices: [
      invoice("NEG", { amount: "-30" }),
      invoice("OPEN", { amount: "50" }),
      invoice("PAID", { amount: "20", balance: "0" }),
    ],
  });

describe("what Zuora does with an adjustment", () => {
  it("moves a negative invoice onto the credit balance", () => {
    expect(positions(evolve(state("5"), transfer("NEG", "30")))).toEqual({
      credit: "35",
      NEG: "0",
      OPEN: "50",
      PAID: "0",
    });
  });

  it("moves a part of a negative invoice", () => {
    expect(positions(evolve(state("0"), transfer("NEG", "10")))).toMatchObject({ credit: "10", NEG: "-20" });
  });

  it("pays an open invoice out of the credit balance", () => {
    expect(positions(evolve(state("60"), apply("OPEN", "50")))).toEqual({
      credit: "10",
      NEG: "-30",
      OPEN: "0",
      PAID: "0",
    });
  });

  it("pays a part of an open invoice", () => {
    expect(positions(evolve(state("20"), apply("OPEN", "20")))).toMatchObject({ credit: "0", OPEN: "30" });
  });

  it("leaves an invoice's amount as it is, so that a source still ranks after its transfer", () => {
    const after = evolve(state("0"), transfer("NEG", "30"));
    expect(after.invoices.map(({ amount }) => amount.toFixed())).toEqual(["-30", "50", "20"]);
  });

  it("leaves the state that it was given as it was", () => {
    const before = state("5");
    evolve(before, transfer("NEG", "30"));
    expect(positions(before)).toEqual(positions(state("5")));
  });
});

describe("what Zuora refuses", () => {
  it.each([
    ["an Increase above what is open on the negative invoice", transfer("NEG", "30.01"), "more than is open on NEG"],
    ["an Increase of an open invoice", transfer("OPEN", "1"), "more than is open on OPEN"],
    ["an Increase of a settled invoice", transfer("PAID", "1"), "more than is open on PAID"],
    ["a Decrease above the invoice's balance", apply("OPEN", "50.01"), "more than is open on OPEN"],
    ["a Decrease onto a negative invoice", apply("NEG", "1"), "more than is open on NEG"],
    ["a Decrease onto a settled invoice", apply("PAID", "1"), "more than is open on PAID"],
    ["an Increase of nothing", transfer("NEG", "0"), "positive"],
    ["a Decrease of nothing", apply("OPEN", "0"), "positive"],
    ["an Increase of less than nothing", transfer("NEG", "-1"), "positive"],
    ["a Decrease of less than nothing", apply("OPEN", "-1"), "positive"],
    ["an invoice of somebody else", apply("ELSEWHERE", "1"), "could not be found"],
  ])("%s", (_what, step, why) => {
    expect(() => evolve(state("100"), step)).toThrow(RangeError);
    expect(() => evolve(state("100"), step)).toThrow(why);
  });

  it("a Decrease above the credit", () => {
    expect(() => evolve(state("49.99"), apply("OPEN", "50"))).toThrow("more than the credit balance of account-id");
  });
});
