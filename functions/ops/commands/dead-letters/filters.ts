import { type Command, InvalidArgumentError } from "@commander-js/extra-typings";
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

/** Adds the filters to a command. */
export const withFilters = (command: Command) =>
  command
    .option("--code <CODE...>", "only these error codes, such as ZUORA_REJECTED or UNKNOWN")
    .option("--account <ID...>", "only these accounts, by the id that `list` shows")
    .option("--older-than <DURATION>", "only what failed longer ago than 90s, 15m, 2h or 3d");

/** Reads a whole number, at least 1. */
export const whole = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, at least 1.");
};
