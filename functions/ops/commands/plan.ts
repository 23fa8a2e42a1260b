import { planOne } from "../../app/settle/settle-one.ts";
import { type CommandContext, operatorTrackId } from "../command.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import type { CommandResult } from "../terminal.ts";
import { planData } from "../text/describe.ts";
import { planDigest } from "../text/digest.ts";
import { planText } from "../text/plan-text.ts";

/** Reads one account and says what would be done, and why in this order. Writes nothing. */
export const planAccount = async ({ system }: CommandContext, account: string): Promise<CommandResult> => {
  const id = await accountIdFor(system, account);
  const planned = await planOne(system.ledger(operatorTrackId), system.policy, id, { again: false, overLimit: false });
  const digest = planDigest(planned);
  return { data: { ...planData(planned), digest }, text: `${planText(planned)}Digest ${digest}\n` };
};
