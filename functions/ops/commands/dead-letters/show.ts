import { Command } from "@commander-js/extra-typings";
import { count } from "../../../app/records/count.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { chooseProblems } from "./choose-problems.ts";
import { type Kind, ofKind, todayOfKind, withKind } from "./kind.ts";

export const showCommand = (choose: Choose) =>
  withKind(new Command("show"))
    .description("one account's messages, their history, and its plan as of now")
    .argument("<ACCOUNT>", "id or number")
    .action((account, { kind }) => choose((context) => showDeadLetters(ofKind(context, kind), account, kind)));

/** A message of ours in words that may go on in the next line; any other as it came. */
const spaced = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 1).replaceAll(/\n\s*/g, " ");
  } catch {
    return body;
  }
};

/** One account's problem: its messages with their history, and what planning it says today. */
const showDeadLetters = async (context: CommandContext, account: string, kind: Kind): Promise<CommandResult> => {
  const { meant } = await chooseProblems(context, { account: [account] });
  const [problem] = meant;
  if (problem === undefined) {
    return { data: { deadLetters: [] }, text: `No dead letters of ${account}.\n`, isFailure: true };
  }
  const { accountId, code, message, since, attempts, letters, namesAccount } = problem;
  const today = namesAccount ? (await todayOfKind(context, kind, [accountId])).get(accountId) : undefined;
  const history = letters.map(({ messageId, sentAt, receiveCount, body, attributes }) => ({
    messageId,
    sentAt,
    receiveCount,
    body,
    attributes,
  }));
  return {
    data: {
      accountId,
      code,
      message,
      since,
      attempts,
      deadLetters: history,
      today: today?.says ?? "not asked",
      ...today?.data,
    },
    text: [
      `${code}: ${message}\n`,
      `since ${since}, ${count(attempts, "attempt")}, ${count(letters.length, "message")}\n\n`,
      ...history.flatMap(({ messageId, sentAt, body, attributes }) => [
        `${sentAt}  ${messageId}\n  ${spaced(body)}\n`,
        ...Object.entries(attributes).map(([name, value]) => `  ${name}: ${value}\n`),
      ]),
      "\nToday\n",
      today?.text(context.terminal.look) ?? "names no account\n",
    ].join(""),
  };
};
