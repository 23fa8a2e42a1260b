import { Command } from "@commander-js/extra-typings";
import { SettlementError } from "../../../domain/errors.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { count } from "../../text/count.ts";
import { planData, todayOf } from "../../text/describe.ts";
import { planText } from "../../text/plan-text.ts";
import { chooseProblems } from "./choose-problems.ts";

export const showCommand = (choose: Choose) =>
  new Command("show")
    .description("one account's messages, their history, and its plan as of now")
    .argument("<ACCOUNT>", "id or number")
    .action((account) => choose((context) => showDeadLetters(context, account)));

/** One account's problem: its messages with their history, and what planning it says today. */
const showDeadLetters = async (context: CommandContext, account: string): Promise<CommandResult> => {
  const { system, terminal } = context;
  const { meant } = await chooseProblems(context, { account: [account] });
  const [problem] = meant;
  if (problem === undefined) {
    return { data: { deadLetters: [] }, text: `No dead letters of ${account}.\n`, isFailure: true };
  }
  const { accountId, code, message, since, attempts, letters, namesAccount } = problem;
  const planned = namesAccount ? (await system.assess([accountId])).get(accountId) : undefined;
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
      `since ${since}, ${count(attempts, "attempt")}, ${count(letters.length, "message")}\n\n`,
      ...history.flatMap(({ messageId, sentAt, body, attributes }) => [
        `${sentAt}  ${messageId}\n  ${body}\n`,
        ...Object.entries(attributes).map(([name, value]) => `  ${name}: ${value}\n`),
      ]),
      "\nToday\n",
      isPlanned
        ? planText(planned, terminal.look)
        : `${planned instanceof SettlementError ? planned.message : "names no account"}\n`,
    ].join(""),
  };
};
