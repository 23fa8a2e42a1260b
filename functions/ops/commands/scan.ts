import type { Telemetry } from "../../app/ports.ts";
import { type ScanKind, scan } from "../../app/scan.ts";
import { createCandidates } from "../../zuora/candidates.ts";
import type { CommandContext } from "../command-context.ts";
import type { CommandResult } from "../terminal.ts";

/** Runs the scanner's own use case from here: what it queues, the deployed processors settle. */
export const startScan = async ({ system, command }: CommandContext, kind: ScanKind): Promise<CommandResult> => {
  const { connection, invocation, workQueue, lastScan, switchReader, clock, random, policy } = system;
  const journal = await system.openJournal(command);
  journal.record("scan started", { kind });
  const result = await scan(
    {
      candidates: (runId) => createCandidates(connection, invocation(runId)),
      workQueue,
      lastScan,
      switchReader,
      telemetry: silent,
      clock,
      random,
      policy,
    },
    kind,
  );
  const { runId, negativeInvoices, accounts, enqueued, skipped } = result;
  if (skipped !== undefined) {
    return { data: result, text: "The switch is off: nothing was looked for.\n", isFailure: true };
  }
  const ending = result.dryRun ? "the switch says dry-run, so they are only planned" : "they are settled now";
  return {
    data: result,
    text: `Run ${runId}: ${negativeInvoices} negative invoices, ${accounts} accounts, ${enqueued} queued; ${ending}.\n`,
  };
};

/** The result says it all, and the alarm about scans is for those of the schedule. */
const silent: Telemetry = { info: () => {}, warn: () => {}, count: () => {} };
