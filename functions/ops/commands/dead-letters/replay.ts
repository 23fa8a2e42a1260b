import { Command } from "@commander-js/extra-typings";
import { type ReplayResult, replay } from "../../../app/dead-letters/replay.ts";
import type { Journal } from "../../../app/ports.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { table } from "../../text/table.ts";
import { filterFrom, type ProblemFlags, whole, withFilters } from "./filters.ts";

export const replayCommand = (choose: Choose) =>
  withFilters(new Command("replay"))
    .description("queues each account once more, then deletes all of its dead letters")
    .option("--settled", "only accounts about which nothing is to be done today")
    .option("--dry-run", "say what would be replayed, and touch nothing")
    .option("--limit <N>", "at most so many accounts", whole)
    .option("--rate <N>", "at most so many accounts per second", whole)
    .action((flags) => choose((context) => replayDeadLetters(context, flags)));

export type ReplayFlags = ProblemFlags & {
  readonly settled?: true;
  readonly dryRun?: true;
  readonly limit?: number;
  readonly rate?: number;
};

/** Sends accounts back to the work queue and deletes their dead letters. */
export const replayDeadLetters = async (context: CommandContext, flags: ReplayFlags): Promise<CommandResult> => {
  const { system, terminal, isStopped } = context;
  const { deadLetters, workQueue, clock, random } = system;
  const isDryRun = flags.dryRun === true;
  // A dry run changes nothing, so nobody has to be named for it.
  const journal = isDryRun ? silent : await system.openJournal(context.command);
  const result = await replay(
    { deadLetters, workQueue, journal, clock, random, isStopped },
    {
      ...filterFrom(flags),
      dryRun: isDryRun,
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      ...(flags.rate === undefined ? {} : { rate: flags.rate }),
      ...(flags.settled ? { onlySettled: system.assess } : {}),
    },
  );
  for (const group of result.notReplayable)
    terminal.note(`${group}: names no account; see \`dead-letters show\`, then drop it`);
  const { hidden } = await deadLetters.depth();
  if (hidden > 0) terminal.note(`${hidden} messages are hidden by another reader, and are seen again within minutes`);
  const position = await system.switchReader.read();
  if (position !== "on") terminal.note(`the switch says ${position}: what is replayed waits, or is only planned`);
  return { data: result, text: textOf(result) };
};

const silent: Journal = { record: () => {} };

const textOf = (result: ReplayResult): string => {
  const { dryRun, runId, replayed, cameBack, matched, of, deletedLetters, left } = result;
  if (replayed.length === 0) return `${matched} of ${of} match; nothing was replayed, ${left} messages are left\n`;
  const rows = replayed.map(({ accountId, code }) => [accountId, code]);
  const back = cameBack.length === 0 ? "" : `, ${cameBack.length} came back already`;
  const summary = dryRun
    ? `${replayed.length} accounts would be replayed; ${left} messages are in the dead-letter queue`
    : `${replayed.length} accounts replayed as run ${runId}, ${deletedLetters} dead letters deleted${back}; ${left} are left`;
  return `${table(["Account", "Code"], rows)}${summary}\n`;
};
