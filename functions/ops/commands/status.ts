import { Command } from "@commander-js/extra-typings";
import { count } from "../../app/records/count.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import { accountsLookedAtMax, statusOf } from "../system/look-at.ts";
import { statusData, statusText } from "../text/status-text.ts";

export const statusCommand = (choose: Choose) =>
  new Command("status")
    .description("the switch, queues, last scan, next payment run, and why each negative invoice is still negative")
    .option("--all", "read every account with a negative invoice, however many")
    .option("--watch", "draw it again and again, until Ctrl-C; on a terminal only")
    .action(({ all, watch }) =>
      choose((context) => {
        const accounts = all === true ? Number.POSITIVE_INFINITY : accountsLookedAtMax;
        return watch ? watchStatus(context, accounts) : showStatus(context, accounts);
      }),
    );

/** Long enough for Zuora and SQS not to notice, short enough for who looks. */
const watchMs = 10_000;

/** Ctrl-C is to be noticed sooner than that. */
const stepMs = 250;

const clearScreen = "\u001b[2J\u001b[H";

/** Draws the status again and again; ends with the last one. */
const watchStatus = async (context: CommandContext, accounts: number): Promise<CommandResult> => {
  const { system, terminal, isStopped } = context;
  if (!terminal.isInteractive) throw new UsageError("--watch is for a terminal; call status as often as you like");
  for (;;) {
    const shown = await showStatus(context, accounts);
    if (isStopped()) return shown;
    terminal.out(
      `${clearScreen}${shown.text}\n${count(watchMs / 1000, "second")} until the next look; Ctrl-C ends it\n`,
    );
    for (let waited = 0; waited < watchMs && !isStopped(); waited += stepMs) await system.clock.sleep(stepMs);
    if (isStopped()) return { ...shown, text: "" };
  }
};

/** The switch, the queues, the last scan, and every invoice that is negative in Zuora, with why it still is. */
const showStatus = async (
  { system, terminal, isStopped }: CommandContext,
  accounts: number,
): Promise<CommandResult> => {
  const status = await statusOf(system, accounts, isStopped);
  return {
    data: statusData(status, system.name),
    text: statusText(status, system.clock.now(), terminal.look),
    isFailure: status.negative.some(({ explanation }) => explanation === "unexplained"),
  };
};
