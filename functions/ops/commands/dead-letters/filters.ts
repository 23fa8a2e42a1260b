import { type Command, InvalidArgumentError } from "@commander-js/extra-typings";

/** The filters that all commands about dead letters share, as they were typed. */
export type ProblemFlags = {
  readonly code?: readonly string[] | undefined;
  readonly account?: readonly string[] | undefined;
  readonly olderThan?: string | undefined;
  readonly grep?: string | undefined;
  readonly limit?: number | undefined;
};

/** Adds the filters to a command. */
export const withFilters = (command: Command) =>
  command
    .option("--code <CODE...>", "only these error codes, such as ZUORA_REJECTED or UNKNOWN")
    .option("--account <ACCOUNT...>", "only these accounts, by number or id")
    .option("--older-than <DURATION>", "only what failed longer ago than 90s, 15m, 2h or 3d")
    .option("--grep <TEXT>", "only where the codes or the message hold this text, whatever its case")
    .option("--limit <N>", "at most so many accounts", whole);

/** Reads a whole number, at least 1. */
export const whole = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, at least 1.");
};
