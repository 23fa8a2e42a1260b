import { Command } from "@commander-js/extra-typings";
import { count } from "../../../app/records/count.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { writeDuration } from "../../text/duration.ts";
import type { Look } from "../../text/look.ts";
import { table } from "../../text/table.ts";
import { type ChosenProblems, chooseProblems, codesText, noneText } from "./choose-problems.ts";
import { type ProblemFlags, withFilters } from "./filters.ts";
import { type KindFlags, ofKind, todayOfKind, withKind } from "./kind.ts";

export const listCommand = (choose: Choose) =>
  withKind(withFilters(new Command("list")))
    .description("one row per account, with what planning it says today; leaves no message hidden")
    .action((flags) => choose((context) => listDeadLetters(ofKind(context, flags.kind), flags)));

/** One row per account: what it failed for, since when, what is owed to it, and what planning it says today. */
const listDeadLetters = async (context: CommandContext, flags: ProblemFlags & KindFlags): Promise<CommandResult> => {
  const { system, terminal } = context;
  const chosen = await chooseProblems(context, flags);
  const { meant, all, matched, nameOf } = chosen;
  const named = meant.filter(({ namesAccount }) => namesAccount).map(({ accountId }) => accountId);
  const today = await todayOfKind(context, flags.kind, named);
  const rows = meant.map((problem) => ({
    accountId: problem.accountId,
    account: nameOf(problem.accountId),
    code: problem.code,
    zuoraCode: problem.zuoraCode ?? null,
    message: problem.message,
    since: problem.since,
    attempts: problem.attempts,
    letters: problem.letters.length,
    negative: today.get(problem.accountId)?.negative ?? "",
    today: problem.namesAccount ? (today.get(problem.accountId)?.says ?? "not asked") : "names no account",
  }));
  if (rows.some((row) => row.today === "nothing to do")) {
    const ofKind = flags.kind === "credit" ? "" : ` --kind ${flags.kind}`;
    terminal.note(
      `accounts with nothing to do are settled already: \`dead-letters replay --settled${ofKind}\` clears them`,
    );
  }
  const byCode = countedBy(rows.map(({ code }) => code));
  return {
    data: { accounts: rows.length, matched, of: all.length, byCode, deadLetters: rows },
    text: textOf(chosen, rows, system.clock.now(), terminal.look),
  };
};

type Row = { account: string; code: string; zuoraCode: string | null; message: string; since: string } & {
  attempts: number;
  negative: string;
  today: string;
};

const countedBy = (codes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, own]) => [code, own.length]));

const textOf = (chosen: ChosenProblems, rows: readonly Row[], now: number, look: Look): string => {
  if (rows.length === 0) return noneText(chosen);
  const cells = rows.map((row) => [
    row.account,
    row.code,
    writeDuration(now - Date.parse(row.since)),
    String(row.attempts),
    row.negative,
    row.today,
    row.message.slice(0, messageMax),
  ]);
  const head = ["Account", "Code", "Age", "Attempts", "Negative", "Today", "Message"];
  const counts = countedBy(rows.map(({ code, zuoraCode }) => codesText({ code, zuoraCode: zuoraCode ?? undefined })));
  const summary = Object.entries(counts).map(([code, own]) => `${own} ${code}`);
  const { matched, all } = chosen;
  const of = matched === all.length && rows.length === matched ? "" : ` of ${all.length}, ${matched} match`;
  return [
    `${table(head, cells, ["Age", "Attempts", "Negative"], look)}\n`,
    `${count(rows.length, "account")}${of}: ${summary.join(", ")}\n`,
  ].join("");
};

/** `dead-letters show` prints the rest. */
const messageMax = 80;
