import { findRevenue } from "../../app/revenue/find-revenue.ts";
import type { Telemetry } from "../../app/telemetry-ports.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";

/** Runs a pass over revenue from here: what it queues, the deployed function moves. */
export const scanRevenue = async ({ system, command, terminal }: CommandContext): Promise<CommandResult> => {
  const { revenue, switchReader, clock, random, policy } = system;
  if (revenue === undefined) throw new UsageError("--revenue: the policy of this system does not look at revenue");
  const journal = await system.openJournal(command);
  journal.record("revenue pass started", {});
  const telemetry: Telemetry = {
    info: () => {},
    warn: (event, fields) => terminal.note(JSON.stringify({ event, ...fields })),
    count: () => {},
  };
  const { candidates, workQueue } = revenue;
  const result = await findRevenue({ candidates, workQueue, switchReader, telemetry, clock, random, policy });
  if (result.skipped !== undefined) {
    return { data: result, text: `Nothing was looked for: ${result.skipped}.\n`, isFailure: true };
  }
  return { data: result, text: `Run ${result.runId}: ${result.enqueued} accounts queued for their revenue.\n` };
};
