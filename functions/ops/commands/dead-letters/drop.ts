import { Command } from "@commander-js/extra-typings";
import { drop } from "../../../app/dead-letters/drop.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { UsageError } from "../../exit-code.ts";
import { filterFrom, type ProblemFlags, withFilters } from "./filters.ts";

export const dropCommand = (choose: Choose) =>
  withFilters(new Command("drop"))
    .description("deletes dead letters for good; each is written down first, whole")
    .requiredOption("--reason <TEXT>", "why, for whoever asks a year later")
    .option("--yes", "do not ask")
    .action((flags) => choose((context) => dropDeadLetters(context, flags)));

export type DropFlags = ProblemFlags & { readonly reason: string; readonly yes?: true };

/** Deletes dead letters for good; the journal keeps them whole. */
export const dropDeadLetters = async (context: CommandContext, flags: DropFlags): Promise<CommandResult> => {
  const { system, terminal, isStopped } = context;
  const filter = filterFrom(flags);
  if (Object.keys(filter).length === 0) throw new UsageError("say which: --account, --code or --older-than");
  if (flags.reason.trim() === "") throw new UsageError("--reason: expected words");
  if (!flags.yes && !(await terminal.confirm("Delete these dead letters for good?"))) {
    return { data: { dropped: [], deletedLetters: 0 }, text: "Nothing was dropped.\n", isFailure: true };
  }
  const journal = await system.openJournal(context.command);
  const { deadLetters, clock } = system;
  const result = await drop({ deadLetters, journal, clock, isStopped }, { ...filter, reason: flags.reason });
  const names = result.dropped.map(({ accountId, code }) => `${accountId}  ${code}\n`).join("");
  return {
    data: result,
    text: `${names}${result.dropped.length} accounts, ${result.deletedLetters} messages dropped\n`,
  };
};
