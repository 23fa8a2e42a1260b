import { createRequire } from "node:module";
import { tapWire } from "../zuora-simulator/wire-taps.ts";
import type * as checking from "./check.ts";

/** Loaded by the first request: most test files make none, and the validator would be most of what they load. */
const load = (): typeof checking => createRequire(import.meta.url)("./check.ts");

const problems: checking.Problem[] = [];
const onPurpose: RegExp[] = [];

/** What was wrong on the wire since this was asked last, but for requests that a test makes wrong on purpose. */
export const takeProblems = (): readonly string[] => {
  const taken = problems.splice(0).map(({ side, operation, says }) => `${side} of ${operation}: ${says}`);
  return [...new Set(taken)].filter((each) => !onPurpose.some((pattern) => pattern.test(each)));
};

/** For tests that send what Zuora refuses: their requests may differ from the contract as the pattern says. */
export const wrongOnPurpose = (pattern: RegExp): void => {
  onPurpose.push(new RegExp(`^request of .*(${pattern.source})`, pattern.flags));
};

/** Checks both directions of everything that a simulated tenant of this process is asked from now on. */
export const watchWire = (): void => {
  let check: checking.Check | undefined;
  tapWire(({ method, path, headers, body }, { status, body: answer }) => {
    check ??= load().createCheck();
    problems.push(...check({ method, path, headers, body, status, answer }));
  });
};
