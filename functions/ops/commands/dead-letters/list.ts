import { Command } from "@commander-js/extra-typings";
import { isMeant, type Problem, readProblems } from "../../../app/dead-letters/problems.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { negativeIn, todayOf } from "../../text/describe.ts";
import { writeDuration } from "../../text/duration.ts";
import { table } from "../../text/table.ts";
import { filterFrom, type ProblemFlags, withFilters } from "./filters.ts";

export const listCommand = (choose: Choose) =>
  withFilters(new Command("list"))
    .description("one row per account, with what planning it says today; leaves no message hidden")
    .action((flags) => choose((context) => listDeadLetters(context, flags)));

/** One row per account: what it failed for, since when, what is owed to it, and what planning it says today. */
export const listDeadLetters = async (
  { system, terminal, isStopped }: CommandContext,
  flags: ProblemFlags,
): Promise<CommandResult> => {
  const now = system.clock.now();
  const filter = filterFrom(flags);
  const all = await readProblems(system.deadLetters, isStopped);
  const problems = all.filter((problem) => isMeant(problem, filter, now));
  const assess = system.assess;
  const today = await assess(problems.filter(({ namesAccount }) => namesAccount).map(({ accountId }) => accountId));
  const rows = problems.map((problem) => ({
    accountId: problem.accountId,
    code: problem.code,
    message: problem.message,
    since: problem.since,
    attempts: problem.attempts,
    letters: problem.letters.length,
    negative: negativeIn(today.get(problem.accountId)),
    today: problem.namesAccount ? todayOf(today.get(problem.accountId)) : "names no account",
  }));
  const counts = countsOf(problems);
  if (rows.some((row) => row.today === "nothing to do")) {
    terminal.note("accounts with nothing to do are settled already: `dead-letters replay --settled` clears them");
  }
  return { data: { accounts: rows.length, byCode: counts, deadLetters: rows }, text: textOf(rows, counts, now) };
};

type Row = { accountId: string; code: string; message: string; since: string; attempts: number } & {
  letters: number;
  negative: string;
  today: string;
};

const countsOf = (problems: readonly Problem[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(problems, ({ code }) => code)].map(([code, own]) => [code, own.length]));

const textOf = (rows: readonly Row[], counts: Readonly<Record<string, number>>, now: number): string => {
  if (rows.length === 0) return "No dead letters.\n";
  const cells = rows.map((row) => [
    row.accountId,
    row.code,
    writeDuration(now - Date.parse(row.since)),
    String(row.attempts),
    row.negative,
    row.today,
    row.message.slice(0, messageMax),
  ]);
  const head = ["Account", "Code", "Age", "Attempts", "Negative", "Today", "Message"];
  const summary = Object.entries(counts).map(([code, count]) => `${count} ${code}`);
  return `${table(head, cells, ["Age", "Attempts", "Negative"])}\n${rows.length} accounts: ${summary.join(", ")}\n`;
};

/** `dead-letters show` prints the rest. */
const messageMax = 80;
