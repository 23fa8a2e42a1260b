import { Command } from "@commander-js/extra-typings";
import { type Became, followReplay } from "../../../app/dead-letters/follow-replay.ts";
import type { ProblemFilter } from "../../../app/dead-letters/problems.ts";
import { type ReplayResult, replay } from "../../../app/dead-letters/replay.ts";
import type { Journal, Switch } from "../../../app/ports.ts";
import { namesOf } from "../../../app/records/account-names.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { readDuration } from "../../text/duration.ts";
import { becameText, replayText } from "../../text/replay-text.ts";
import { chooseProblems, filterOf, noneText, problemRows } from "./choose-problems.ts";
import { type ProblemFlags, whole, withFilters } from "./filters.ts";
import { type KindFlags, ofKind, settledOfKind, standingsOfKind, withKind } from "./kind.ts";

export const replayCommand = (choose: Choose) =>
  withKind(withFilters(new Command("replay")))
    .description("shows accounts, asks on a terminal, queues each once more, and deletes the dead letters that it had")
    .option("--settled", "only accounts about which nothing is to be done today")
    .option("--dry-run", "say what would be replayed, and touch nothing")
    .option("--rate <N>", "at most so many accounts per second", whole)
    .option("--wait [DURATION]", `follow each account to its end, at most so long (${waitDefault}); so on a terminal`)
    .option("--no-wait", "do not follow, on a terminal either")
    .option("--yes", "do not ask")
    .action((flags) => choose((context) => replayDeadLetters(ofKind(context, flags.kind), flags)));

type ReplayFlags = ProblemFlags &
  KindFlags & {
    readonly settled?: true | undefined;
    readonly dryRun?: true | undefined;
    readonly rate?: number | undefined;
    readonly wait?: string | boolean | undefined;
    readonly yes?: true | undefined;
  };

const waitDefault = "10m";

/** Sends accounts back to the work queue, deletes the dead letters that they had, and tells what became of them. */
const replayDeadLetters = async (context: CommandContext, flags: ReplayFlags): Promise<CommandResult> => {
  const { system, terminal } = context;
  const waitMs = waitMsOf(flags, terminal.isInteractive);
  const filter = await filterOf(context, flags);
  const shouldAsk = terminal.isInteractive && !flags.dryRun && !flags.yes;
  if (shouldAsk && !(await isAgreed(context, flags))) {
    return { data: { replayed: [] }, text: "Nothing was replayed.\n", isFailure: true };
  }
  const result = await carryOut(context, flags, filter);
  const { runId } = result;
  const position = await sayWhatElse(context, result);
  const shouldFollow = runId !== undefined && waitMs > 0 && position === "on";
  const became = shouldFollow ? await follow(context, flags, result, { runId, maxMs: waitMs }) : undefined;
  const nameOf = await namesOf(
    system,
    result.replayed.map(({ accountId }) => accountId),
  );
  return {
    data: { ...result, became },
    text: `${replayText(result, nameOf, terminal.look)}${became === undefined ? "" : becameText(became)}`,
    isFailure: result.cameBack.length > 0 || (became !== undefined && became.back.length + became.waiting.length > 0),
  };
};

/** Shows what would be touched, and asks. */
const isAgreed = async (context: CommandContext, flags: ReplayFlags): Promise<boolean> => {
  const { system, terminal } = context;
  const chosen = await chooseProblems(context, flags);
  if (chosen.matched === 0) {
    terminal.note(noneText(chosen).trimEnd());
    return false;
  }
  terminal.note(problemRows(chosen, system.clock.now(), terminal.look));
  return terminal.confirm(`Replay ${flags.settled ? "those of these that are settled" : "these"}?`);
};

/** @returns the switch's position */
const sayWhatElse = async ({ system, terminal }: CommandContext, { notReplayable }: ReplayResult): Promise<Switch> => {
  for (const group of notReplayable) {
    terminal.note(`${group}: names no account; see \`dead-letters show\`, then drop it`);
  }
  const { hidden } = await system.deadLetters.depth();
  if (hidden > 0) terminal.note(`${hidden} messages are hidden by another reader, and are seen again within minutes`);
  const position = await system.switchReader.read();
  if (position !== "on") terminal.note(`the switch says ${position}: what is replayed waits, or is only planned`);
  return position;
};

const waitMsOf = ({ wait, dryRun }: ReplayFlags, isInteractive: boolean): number => {
  if (dryRun || wait === false || (wait === undefined && !isInteractive)) return 0;
  return readDuration(typeof wait === "string" ? wait : waitDefault);
};

const carryOut = async (context: CommandContext, flags: ReplayFlags, filter: ProblemFilter): Promise<ReplayResult> => {
  const { system, command, isStopped } = context;
  const { deadLetters, workQueue, clock, random } = system;
  const { settled, rate, limit } = flags;
  const dryRun = flags.dryRun === true;
  // A dry run changes nothing, so nobody has to be named for it.
  const journal = dryRun ? silent : await system.openJournal(command);
  return replay(
    { deadLetters, workQueue, journal, clock, random, isStopped },
    {
      ...filter,
      dryRun,
      limit,
      rate,
      ...(settled ? { onlySettled: settledOfKind(context, flags.kind) } : {}),
    },
  );
};

const follow = async (
  context: CommandContext,
  { kind }: KindFlags,
  { replayed }: ReplayResult,
  until: { readonly runId: string; readonly maxMs: number },
): Promise<Became> => {
  const { system, terminal, isStopped } = context;
  const { deadLetters, clock } = system;
  terminal.note("following them to their end; Ctrl-C stops following, and nothing else");
  const accountIds = replayed.map(({ accountId }) => accountId);
  const progress = terminal.progress("accounts at their end");
  const onProgress = (became: Became) => {
    const done = accountIds.length - became.waiting.length;
    progress.told(done, accountIds.length, becameText(became).trimEnd());
  };
  const deps = { deadLetters, standings: standingsOfKind(context, kind), clock, isStopped, onProgress };
  return followReplay(deps, { ...until, accountIds }).finally(progress.end);
};

const silent: Journal = { record: () => {} };
