import type { ProblemFilter } from "../../../app/dead-letters/problems.ts";
import { readDuration } from "../../text/duration.ts";

/** The filters that all commands about dead letters share, as they were typed. */
export type ProblemFlags = {
  readonly code?: readonly string[];
  readonly account?: readonly string[];
  readonly olderThan?: string;
};

/** @throws {UsageError} */
export const filterFrom = ({ code, account, olderThan }: ProblemFlags): ProblemFilter => ({
  ...(code === undefined ? {} : { codes: code }),
  ...(account === undefined ? {} : { accounts: account }),
  ...(olderThan === undefined ? {} : { olderThanMs: readDuration(olderThan) }),
});
