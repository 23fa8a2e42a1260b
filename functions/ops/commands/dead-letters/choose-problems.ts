import { isMeant, type Problem, type ProblemFilter, readProblems } from "../../../app/dead-letters/problems.ts";
import { type NameOf, namesOf } from "../../../app/records/account-names.ts";
import { count } from "../../../app/records/count.ts";
import type { AccountId } from "../../../domain/account.ts";
import type { CommandContext } from "../../command.ts";
import { UsageError } from "../../exit-code.ts";
import { didYouMean } from "../../nearest.ts";
import { readDuration, writeDuration } from "../../text/duration.ts";
import type { Look } from "../../text/look.ts";
import { table } from "../../text/table.ts";
import type { ProblemFlags } from "./filters.ts";

/** What was typed, held against what is there. */
export type ChosenProblems = {
  readonly filter: ProblemFilter;
  readonly all: readonly Problem[];
  /** Those that the filter means, no more than the limit. */
  readonly meant: readonly Problem[];
  /** How many the filter means. */
  readonly matched: number;
  /** Messages that somebody else has in hand at this moment. */
  readonly hidden: number;
  readonly nameOf: NameOf;
};

/**
 * What the flags mean. An account that nothing is known of is refused, so that a slip of the pen is never an all-clear.
 *
 * @throws {UsageError}
 */
export const filterOf = async (
  context: CommandContext,
  { code: codes, account, olderThan, grep: text }: ProblemFlags,
): Promise<ProblemFilter> => {
  const olderThanMs = olderThan === undefined ? undefined : readDuration(olderThan);
  return {
    codes,
    accounts: account === undefined ? undefined : await Promise.all(account.map((name) => idOf(context, name))),
    olderThanMs,
    text,
  };
};

/** An account by number or id, or a message group of the dead-letter queue where messages name no account. */
const idOf = async ({ system, isStopped }: CommandContext, name: string): Promise<AccountId> => {
  const id = await system.accountId(name);
  if (id !== undefined) return id;
  const all = (await readProblems(system.deadLetters, isStopped)).map(({ accountId }) => accountId);
  if (all.includes(name)) return name;
  const nameOf = await namesOf(system, all);
  throw new UsageError(`--account: Zuora knows no account ${name}${didYouMean(name, [...all.map(nameOf), ...all])}`);
};

/**
 * Reads the dead letters, and which of them are meant.
 *
 * @throws {UsageError}
 */
export const chooseProblems = async (context: CommandContext, flags: ProblemFlags): Promise<ChosenProblems> => {
  const { system, isStopped } = context;
  const filter = await filterOf(context, flags);
  const all = await readProblems(system.deadLetters, isStopped);
  const { hidden } = await system.deadLetters.depth();
  const now = system.clock.now();
  const meant = all.filter((problem) => isMeant(problem, filter, now));
  const nameOf = await namesOf(
    system,
    meant.filter(({ namesAccount }) => namesAccount).map(({ accountId }) => accountId),
  );
  return { filter, all, meant: meant.slice(0, flags.limit), matched: meant.length, hidden, nameOf };
};

/** What is said where a filter means nothing: all is clear only where there is nothing at all. */
export const noneText = ({ all, hidden }: ChosenProblems): string => {
  const also = hidden === 0 ? "" : ` ${count(hidden, "message")} in somebody else's hands; look again in a minute.`;
  if (all.length > 0) return `0 of ${all.length} match.${also}\n`;
  return hidden === 0 ? "No dead letters.\n" : `None to be seen:${also}\n`;
};

/** The rows that a command will touch, before it does. */
export const problemRows = ({ meant, nameOf }: ChosenProblems, now: number, look: Look): string => {
  const rows = meant.map(({ accountId, code, zuoraCode, since, letters, message }) => [
    nameOf(accountId),
    codesText({ code, zuoraCode }),
    writeDuration(now - Date.parse(since)),
    String(letters.length),
    message,
  ]);
  const head = ["Account", "Code", "Age", "Letters", "Message"];
  return `${table(head, rows, ["Age", "Letters"], look)}${count(meant.length, "account")}\n`;
};

/** Our code with Zuora's own. */
export const codesText = ({ code, zuoraCode }: { readonly code: string; readonly zuoraCode?: string | undefined }) =>
  zuoraCode === undefined ? code : `${code} ${zuoraCode}`;
