import { Command } from "@commander-js/extra-typings";
import { drop } from "../../../app/dead-letters/drop.ts";
import { count } from "../../../app/records/count.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { UsageError } from "../../exit-code.ts";
import { chooseProblems, noneText, problemRows } from "./choose-problems.ts";
import { type ProblemFlags, withFilters } from "./filters.ts";
import { type KindFlags, ofKind, withKind } from "./kind.ts";

export const dropCommand = (choose: Choose) =>
  withKind(withFilters(new Command("drop")))
    .description("shows dead letters, asks, and deletes them for good; each is written down first, whole")
    .requiredOption("--reason <TEXT>", "why, for whoever asks a year later")
    .option("--yes", "do not ask")
    .action((flags) => choose((context) => dropDeadLetters(ofKind(context, flags.kind), flags)));

type DropFlags = ProblemFlags & KindFlags & { readonly reason: string; readonly yes?: true | undefined };

/** Deletes dead letters for good; the journal keeps them whole. */
const dropDeadLetters = async (context: CommandContext, flags: DropFlags): Promise<CommandResult> => {
  const { system, terminal, isStopped } = context;
  const { reason, yes, limit } = flags;
  if ([flags.account, flags.code, flags.olderThan, flags.grep].every((each) => each === undefined)) {
    throw new UsageError("say which: --account, --code, --grep or --older-than");
  }
  if (reason.trim() === "") throw new UsageError("--reason: expected words");
  const shownAt = system.clock.now();
  const chosen = await chooseProblems(context, flags);
  const { filter, meant, nameOf } = chosen;
  const nothing = { dropped: [], deletedLetters: 0 };
  if (meant.length === 0) return { data: nothing, text: noneText(chosen) };
  terminal.note(problemRows(chosen, shownAt, terminal.look));
  if (!yes && !(await terminal.confirm("Delete these dead letters for good?"))) {
    return { data: nothing, text: "Nothing was dropped.\n", isFailure: true };
  }
  const journal = await system.openJournal(context.command);
  const { deadLetters, clock } = system;
  const accounts = meant.map(({ accountId }) => accountId);
  const result = await drop(
    { deadLetters, journal, clock, isStopped },
    { ...filter, accounts, reason, shownAt, limit },
  );
  const names = result.dropped.map(({ accountId, code }) => `${nameOf(accountId)}  ${code}\n`).join("");
  const messages = count(result.deletedLetters, "message");
  return { data: result, text: `${names}${count(result.dropped.length, "account")}, ${messages} dropped\n` };
};
