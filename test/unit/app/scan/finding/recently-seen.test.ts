import { expect, it } from "vitest";
import { RecentlySeen } from "../../../../../functions/app/scan/finding/recently-seen.ts";

it("knows what it saw lately, and forgets the rest", () => {
  const seen = new RecentlySeen(2);
  expect(["a", "b", "a", "b", "c", "a"].map((id) => seen.sees(id))).toEqual([false, false, true, true, false, true]);
  expect(["d", "e", "a"].map((id) => seen.sees(id))).toEqual([false, false, false]);
});
