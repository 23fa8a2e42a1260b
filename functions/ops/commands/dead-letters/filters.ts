import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { unknownCode } from "../../../app/dead-letters/problems.ts";
import { errorCodes } from "../../../domain/errors.ts";
import { UsageError } from "../../exit-code.ts";
import { didYouMean } from "../../nearest.ts";

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
    .addOption(new Option("--code <CODE...>", "only these error codes").choices(codes).argParser(knownCode))
    .option("--account <ACCOUNT...>", "only these accounts, by number or id")
    .option("--older-than <DURATION>", "only what failed longer ago than 90s, 15m, 2h or 3d")
    .option("--grep <TEXT>", "only where the codes or the message hold this text, whatever its case")
    .option("--limit <N>", "at most so many accounts", whole);

const codes: readonly string[] = [...errorCodes, unknownCode];

/** Adds a code to those before. A slip of the pen is never an all-clear. */
const knownCode = (typed: string, before: readonly string[] | undefined): readonly string[] => {
  if (codes.includes(typed)) return [...(before ?? []), typed];
  const nearest = didYouMean(typed.toUpperCase(), codes) || `; there are ${codes.join(", ")}`;
  throw new UsageError(`--code: there is no code ${typed}${nearest}`);
};

/** Reads a whole number, at least 1. */
export const whole = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, at least 1.");
};
