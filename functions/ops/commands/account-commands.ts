import type { Command } from "commander";
import type { Choose } from "../command-line.ts";
import { planAccount } from "./plan.ts";
import { type SettleFlags, settleAccount } from "./settle.ts";

/** `plan` and `settle`: one account, by its id or number. */
export const addAccountCommands = (program: Command, choose: Choose): void => {
  program
    .command("plan")
    .description("one account's invoices and credit, and what would be done; reads only")
    .argument("<ACCOUNT>", "id or number")
    .action((account: string) => choose((context) => planAccount(context, account)));
  program
    .command("settle")
    .description("shows an account's plan, asks, and carries out exactly that plan or none")
    .argument("<ACCOUNT>", "id or number")
    .option("--again", "also invoices of which an adjustment was canceled")
    .option("--over-limit", "also beyond the policy's limit for one account")
    .option("--digest <DIGEST>", "agree beforehand to the plan that `plan` or `settle` showed, instead of answering")
    .action((account: string, flags: SettleFlags) => choose((context) => settleAccount(context, account, flags)));
};
