import { Command } from "@commander-js/extra-typings";
import { readStatus } from "../../app/status.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { statusData, statusText } from "../text/status-text.ts";

export const statusCommand = (choose: Choose) =>
  new Command("status")
    .description("the switch, queues, last scan, next payment run, and why each negative invoice is still negative")
    .option("--all", "read every account with a negative invoice, however many")
    .action(({ all }) =>
      choose((context) => showStatus(context, all === true ? Number.POSITIVE_INFINITY : accountsMax)),
    );

/** As many accounts as somebody waits for. */
const accountsMax = 1_000;

/** The switch, the queues, the last scan, and every invoice that is negative in Zuora, with why it still is. */
const showStatus = async (
  { system, terminal, isStopped }: CommandContext,
  accounts: number,
): Promise<CommandResult> => {
  const { switchReader, lastScan, refusedScans, workQueueDepth, deadLetters, clock } = system;
  const status = await readStatus(
    {
      switchReader,
      lastScan,
      refusedScans,
      workQueueDepth,
      deadLetters,
      candidates: system.candidates(),
      assess: system.assess,
      paymentRuns: system.paymentRuns(),
      now: clock.now,
      isStopped,
    },
    { accountsMax: accounts },
  );
  return {
    data: statusData(status, system.name),
    text: statusText(status, clock.now(), terminal.look),
    isFailure: status.negative.some(({ explanation }) => explanation === "unexplained"),
  };
};
