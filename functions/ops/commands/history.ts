import { Command } from "@commander-js/extra-typings";
import { accountHistory } from "../../app/records/account-history.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { historyData, historyText } from "../text/history-text.ts";

export const historyCommand = (choose: Choose) =>
  new Command("history")
    .description(
      "every adjustment of one account, and what its credit memos and payments paid, ours and others', run by run; reads only",
    )
    .argument("<ACCOUNT>", "id or number")
    .action((account) => choose((context) => history(context, account)));

/** Everything that moved credit of an account, ours and others'. Writes nothing. */
const history = async ({ system, terminal }: CommandContext, account: string): Promise<CommandResult> => {
  const id = await accountIdFor(system, account);
  const found = await accountHistory(system, id);
  return { data: historyData(found), text: historyText(found, terminal.look) };
};
