import { expect } from "vitest";
import type { AccountState } from "../../functions/domain/account.ts";
import { plan } from "../../functions/domain/plan.ts";
import { policy, positions } from "../unit/domain/fixtures.ts";
import { aboutToRead, type Execution, planned } from "./interleavings.ts";

/** All ways to take up to `most` of 1, 2 and 3, order aside. */
export const multisets = (most: number, from = 1): readonly (readonly number[])[] => {
  const larger = [1, 2, 3].filter((n) => most > 0 && n >= from);
  return [[], ...larger.flatMap((n) => multisets(most - 1, n).map((others) => [n, ...others]))];
};

export const withWork = (states: readonly AccountState[]): readonly AccountState[] =>
  states.filter((state) => plan(state, policy()).steps.length > 0);

export const different = (states: readonly AccountState[]): readonly string[] =>
  [...new Set(states.map((state) => JSON.stringify(positions(state))))].toSorted();

/** Checks every account; fails where the interleavings were fewer than an enumeration of all must find. */
export const ofEvery = (
  accounts: readonly AccountState[],
  atLeast: bigint,
  check: (state: AccountState) => bigint,
): void => {
  let interleavings = 0n;
  for (const state of accounts) interleavings += check(state);
  expect(interleavings).toBeGreaterThan(atLeast);
};

type Pair = (state: AccountState) => readonly [Execution, Execution];

export const onePlanTwice: Pair = (state) => [planned(state), planned(state)];

const readingAtAnyTime: Pair = () => [aboutToRead, aboutToRead];

/** The first made its plan before it crashed; what it sent last may land while the second is at work. */
export const aroundACrash: Pair = (state) => [{ ...planned(state), mayDie: true }, aboutToRead];

export const pairs = [
  ["of two executions of one plan", onePlanTwice],
  ["of two executions that read whenever they come to it", readingAtAnyTime],
  ["of a plan made before a crash and one made after it", aroundACrash],
] as const;
