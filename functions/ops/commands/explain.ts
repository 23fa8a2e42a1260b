import { Command } from "@commander-js/extra-typings";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { explanationOf } from "../system/look-at.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { explanationData, explanationText } from "../text/explain-text.ts";
import { revenueOfToday } from "../text/today.ts";

export const explainCommand = (choose: Choose) =>
  new Command("explain")
    .description("one account in plain words: what happened to each invoice or will, and why not; reads only")
    .argument("<ACCOUNT>", "id or number")
    .action((account) => choose((context) => explain(context, account)));

/** Says of each invoice of an account what happened to it or will, and why not. Writes nothing. */
const explain = async ({ system, terminal, isStopped }: CommandContext, account: string): Promise<CommandResult> => {
  const id = await accountIdFor(system, account);
  const { explained, more, revenue } = await explanationOf(system, id, isStopped);
  const ofRevenue = revenue === undefined ? undefined : revenueOfToday(revenue);
  return {
    data: { ...explanationData(explained, more), ...ofRevenue?.data },
    text: `${explanationText(explained, more, terminal.look)}${ofRevenue === undefined ? "" : `\nRevenue\n${ofRevenue.text(terminal.look)}`}`,
  };
};
