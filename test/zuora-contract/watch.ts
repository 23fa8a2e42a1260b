import { createRequire } from "node:module";
import { tapWire } from "../zuora-simulator/wire-taps.ts";
import type * as checking from "./check.ts";

/** Loaded by the first request: most test files make none, and the validator would be most of what they load. */
const load = (): typeof checking => createRequire(import.meta.url)("./check.ts");

const problems: checking.Problem[] = [];
const onPurpose: RegExp[] = [];

/** What was wrong on the wire since this was asked last, but for what a test makes wrong on purpose. */
export const takeProblems = (): readonly string[] => {
  const taken = problems.splice(0).map(({ side, operation, says }) => `${side} of ${operation}: ${says}`);
  return [...new Set(taken)].filter((each) => !onPurpose.some((pattern) => pattern.test(each)));
};

/**
 * For tests that send what Zuora refuses, or whose tenant is another than Zuora's: what they make wrong may differ from
 * the contract as the pattern says.
 */
export const wrongOnPurpose = (pattern: RegExp, side: checking.Problem["side"] = "request"): void => {
  onPurpose.push(new RegExp(`^${side} of .*(${pattern.source})`, pattern.flags));
};

/** Checks both directions of everything that a simulated tenant of this process is asked from now on. */
export const watchWire = (): void => {
  let check: checking.Check | undefined;
  tapWire(({ method, path, headers, body }, { status, body: answer }) => {
    check ??= load().createCheck();
    problems.push(...check({ method, path, headers, body, status, answer }));
  });
};
