import { Command } from "@commander-js/extra-typings";
import { readProblems } from "../../app/dead-letters/problems.ts";
import { explainAccount } from "../../app/records/explain-account.ts";
import { explainRevenue } from "../../app/revenue/explain-revenue.ts";
import { planOne } from "../../app/settle/settle-one.ts";
import { pageLinksOf } from "../../zuora/page-links.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { operatorTrackId } from "../system/open-system.ts";
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
  const { config, policy, switchReader } = system;
  const id = await accountIdFor(system, account);
  const asIs = { again: false, overLimit: false };
  const [planned, adjustments, problems, position] = await Promise.all([
    planOne(system.ledger(operatorTrackId), policy, id, asIs),
    system.records.adjustmentsOfAccount(id),
    readProblems(system.deadLetters, isStopped),
    switchReader.read(),
  ]);
  const problem = problems.find(({ accountId }) => accountId === id);
  const explained = explainAccount({ planned, adjustments, problem, position });
  const isDeployed = system.name !== "local";
  const more = {
    pages: pageLinksOf(config.zuoraBaseUrl),
    savedQuery: isDeployed ? `"zuora-credit-sweep-${system.name}/one account", with ${id}` : undefined,
  };
  const [revenue] =
    system.revenue === undefined ? [] : [...(await explainRevenue(system.revenue.ledger, policy, [id])).values()];
  const ofRevenue = revenue === undefined ? undefined : revenueOfToday(revenue);
  return {
    data: { ...explanationData(explained, more), ...ofRevenue?.data },
    text: `${explanationText(explained, more, terminal.look)}${ofRevenue === undefined ? "" : `\nRevenue\n${ofRevenue.text(terminal.look)}`}`,
  };
};
