import { Command } from "@commander-js/extra-typings";
import { planOne } from "../../app/settle/settle-one.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { operatorTrackId } from "../system/operator-invocation.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { planData, planDigest } from "../text/describe.ts";
import { planText } from "../text/plan-text.ts";

export const planCommand = (choose: Choose) =>
  new Command("plan")
    .description("one account's invoices and credit, and what would be done; reads only")
    .argument("<ACCOUNT>", "id or number")
    .action((account) => choose((context) => planAccount(context, account)));

/** Reads one account and says what would be done, and why in this order. Writes nothing. */
const planAccount = async ({ system, terminal }: CommandContext, account: string): Promise<CommandResult> => {
  const id = await accountIdFor(system, account);
  const planned = await planOne(system.ledger(operatorTrackId), system.policy, id, { again: false, overLimit: false });
  const digest = planDigest(planned);
  return { data: { ...planData(planned), digest }, text: `${planText(planned, terminal.look)}Digest ${digest}\n` };
};
