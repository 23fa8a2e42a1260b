import { type Command, InvalidArgumentError } from "commander";
import type { Choose } from "../../command-line.ts";
import { type DropFlags, dropDeadLetters } from "./drop.ts";
import type { ProblemFlags } from "./filters.ts";
import { listDeadLetters } from "./list.ts";
import { type ReplayFlags, replayDeadLetters } from "./replay.ts";
import { showDeadLetters } from "./show.ts";

/** `dead-letters list | show | replay | drop`. */
export const addDeadLetterCommands = (program: Command, choose: Choose): void => {
  const group = program
    .command("dead-letters")
    .description("what could not be settled: all of one account is one problem");
  withFilters(group.command("list"))
    .description("one row per account, with what planning it says today; leaves no message hidden")
    .action((flags: ProblemFlags) => choose((context) => listDeadLetters(context, flags)));
  group
    .command("show")
    .description("one account's messages, their history, and its plan as of now")
    .argument("<ACCOUNT>", "id or number")
    .action((account: string) => choose((context) => showDeadLetters(context, account)));
  withFilters(group.command("replay"))
    .description("queues each account once more, then deletes all of its dead letters")
    .option("--settled", "only accounts about which nothing is to be done today")
    .option("--dry-run", "say what would be replayed, and touch nothing")
    .option("--limit <N>", "at most so many accounts", whole)
    .option("--rate <N>", "at most so many accounts per second", whole)
    .action((flags: ReplayFlags) => choose((context) => replayDeadLetters(context, flags)));
  withFilters(group.command("drop"))
    .description("deletes dead letters for good; each is written down first, whole")
    .requiredOption("--reason <TEXT>", "why, for whoever asks a year later")
    .option("--yes", "do not ask")
    .action((flags: DropFlags) => choose((context) => dropDeadLetters(context, flags)));
};

const withFilters = (command: Command): Command =>
  command
    .option("--code <CODE...>", "only these error codes, such as ZUORA_REJECTED or UNKNOWN")
    .option("--account <ID...>", "only these accounts, by the id that `list` shows")
    .option("--older-than <DURATION>", "only what failed longer ago than 90s, 15m, 2h or 3d");

const whole = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, at least 1.");
};
