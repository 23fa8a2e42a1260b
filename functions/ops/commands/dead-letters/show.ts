import { Command } from "@commander-js/extra-typings";
import { readProblems } from "../../../app/dead-letters/problems.ts";
import { SettlementError } from "../../../domain/errors.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { accountIdFor } from "../../system/resolve-account.ts";
import { planData, todayOf } from "../../text/describe.ts";
import { planText } from "../../text/plan-text.ts";

export const showCommand = (choose: Choose) =>
  new Command("show")
    .description("one account's messages, their history, and its plan as of now")
    .argument("<ACCOUNT>", "id or number")
    .action((account) => choose((context) => showDeadLetters(context, account)));

/** One account's problem: its messages with their history, and what planning it says today. */
export const showDeadLetters = async (context: CommandContext, account: string): Promise<CommandResult> => {
  const { system, isStopped } = context;
  const problems = await readProblems(system.deadLetters, isStopped);
  const problem =
    problems.find(({ accountId }) => accountId === account) ??
    (await findByNumber(context, account, (id) => problems.find(({ accountId }) => accountId === id)));
  if (problem === undefined) {
    return { data: { deadLetters: [] }, text: `No dead letters of ${account}.\n`, isFailure: true };
  }
  const assess = system.assess;
  const { accountId, code, message, since, attempts, letters, namesAccount } = problem;
  const planned = namesAccount ? (await assess([accountId])).get(accountId) : undefined;
  const history = letters.map(({ messageId, sentAt, receiveCount, body, attributes }) => ({
    messageId,
    sentAt,
    receiveCount,
    body,
    attributes,
  }));
  const isPlanned = planned !== undefined && !(planned instanceof SettlementError);
  return {
    data: {
      accountId,
      code,
      message,
      since,
      attempts,
      deadLetters: history,
      today: todayOf(planned),
      ...(isPlanned ? { plan: planData(planned) } : {}),
    },
    text: [
      `${code}: ${message}\n`,
      `since ${since}, ${attempts} attempts, ${letters.length === 1 ? "1 message" : `${letters.length} messages`}\n\n`,
      ...history.flatMap(({ messageId, sentAt, body, attributes }) => [
        `${sentAt}  ${messageId}\n  ${body}\n`,
        ...Object.entries(attributes).map(([name, value]) => `  ${name}: ${value}\n`),
      ]),
      "\nToday\n",
      isPlanned ? planText(planned) : `${planned instanceof SettlementError ? planned.message : "names no account"}\n`,
    ].join(""),
  };
};

const findByNumber = async <T>(
  { system }: CommandContext,
  account: string,
  find: (id: string) => T | undefined,
): Promise<T | undefined> => {
  const id = await accountIdFor(system, account).catch(() => undefined);
  return id === undefined ? undefined : find(id);
};
