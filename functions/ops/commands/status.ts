import { Command } from "@commander-js/extra-typings";
import { readStatus, type Status } from "../../app/status.ts";
import { formatMoney } from "../../domain/currency.ts";
import { createCandidates } from "../../zuora/scan/candidates.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { operatorTrackId } from "../system/open-system.ts";
import { writeDuration } from "../text/duration.ts";
import { table } from "../text/table.ts";

export const statusCommand = (choose: Choose) =>
  new Command("status")
    .description("the switch, queues, last scan, and what is still negative in Zuora")
    .action(() => choose(showStatus));

/** The switch, the queues, the last scan, and what is still negative in Zuora. */
export const showStatus = async ({ system }: CommandContext): Promise<CommandResult> => {
  const { switchReader, lastScan, workQueueDepth, deadLetters, connection, invocation, clock } = system;
  const candidates = createCandidates(connection, invocation(operatorTrackId));
  const status = await readStatus({ switchReader, lastScan, workQueueDepth, deadLetters, candidates });
  const stillNegative = status.stillNegative.map(({ currency, invoices, amount }) => ({
    currency,
    invoices,
    amount: formatMoney(amount, currency),
  }));
  const data = {
    system: system.name,
    switch: status.position,
    lastScanAt: status.lastScanAt === undefined ? null : new Date(status.lastScanAt).toISOString(),
    workQueue: status.work,
    deadLetters: status.deadLetters,
    stillNegative,
  };
  const rows = stillNegative.map(({ currency, invoices, amount }) => [currency, String(invoices), amount]);
  return {
    data,
    text: [
      `Switch       ${status.position}\n`,
      `Last scan    ${lastScanText(status, clock.now())}\n`,
      `Work queue   ${status.work.visible} waiting, ${status.work.hidden} in flight or backing off\n`,
      `Dead letters ${deadLettersText(status)}\n\n`,
      rows.length === 0
        ? "No invoice is negative in Zuora.\n"
        : `Still negative in Zuora\n${table(["Currency", "Invoices", "Amount"], rows, ["Invoices", "Amount"])}`,
    ].join(""),
  };
};

const lastScanText = ({ lastScanAt }: Status, now: number): string =>
  lastScanAt === undefined
    ? "none completed: the next one looks at everything"
    : `${new Date(lastScanAt).toISOString()}, ${writeDuration(now - lastScanAt)} ago`;

const deadLettersText = ({ deadLetters: { visible, hidden } }: Status): string => {
  if (visible + hidden === 0) return "none";
  return `${visible + hidden} messages, ${hidden} of them being looked at`;
};
