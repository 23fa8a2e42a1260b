import { expect, it } from "vitest";
import { commentOf } from "../../../functions/domain/comment.ts";
import type { CreditBalanceStep } from "../../../functions/domain/credit/step.ts";
import { apply, transfer } from "./fixtures.ts";

const ranked = (rank: 1 | 2 | 3 | 4, number = "INV00000421"): CreditBalanceStep => ({
  ...apply(number, "30"),
  kind: "ApplyCreditBalance",
  rank,
});

it("says of a transfer which negative invoice it emptied, and who did it", () => {
  expect(commentOf(transfer("INV00000420", "42.5"))).toBe(
    "Negative invoice INV00000420 transferred to credit balance by zuora-credit-sweep",
  );
});

it.each([
  [1, "rank 1: same subscription and amount as a negative invoice"],
  [2, "rank 2: same subscription as a negative invoice"],
  [3, "rank 3: same amount as a negative invoice"],
  [4, "rank 4: earliest due"],
] as const)("says of an application that rank %i chose the invoice, in words", (rank, words) => {
  expect(commentOf(ranked(rank))).toBe(
    `Credit balance applied to invoice INV00000421 by zuora-credit-sweep (${words})`,
  );
});

it("says so where every order would have paid the same", () => {
  expect(commentOf(apply("INV00000421", "30"))).toContain("(no rank needed)");
});

it("stays within what Zuora keeps of a comment, even for the longest invoice number", () => {
  const longest = "N".repeat(255);
  for (const step of [transfer(longest, "1"), ranked(1, longest), ranked(2, longest), apply(longest, "1")]) {
    expect(commentOf(step).length).toBeLessThanOrEqual(255);
    expect(commentOf(step)).toMatch(/^[\x20-\x7e]+$/);
    expect(commentOf(step)).toContain("NNN... ");
  }
});
