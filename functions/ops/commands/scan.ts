import { Command } from "@commander-js/extra-typings";
import { count } from "../../app/records/count.ts";
import { approveScan } from "../../app/scan/approve-scan.ts";
import type { ScanKind } from "../../app/scan/ports.ts";
import { GuardTrippedError } from "../../app/scan/run-guard.ts";
import { scan } from "../../app/scan/scan.ts";
import type { LogEvent, Telemetry } from "../../app/telemetry-ports.ts";
import { runStartedAt } from "../../domain/run-id.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { StateMovedError, UsageError } from "../exit-code.ts";
import { dryScan } from "./dry-scan.ts";
import { scanRevenue } from "./scan-revenue.ts";

export const scanCommand = (choose: Choose) =>
  new Command("scan")
    .description("finds accounts that may need settling, from here, and queues them")
    .option("--full", "everything, not only what changed since the last completed scan")
    .option("--dry-run", "queue nothing; plan every account that is found, and print totals first")
    .option("--approve <RUN>", "release a scan that the run limit refused: exactly what was shown, once")
    .option("--revenue", "instead: settled pairs whose revenue may not net to zero")
    .action(({ full, dryRun, approve, revenue }) => {
      const kind = full ? "full" : "incremental";
      if (approve !== undefined && (full || dryRun)) throw new UsageError("--approve says what to look at by itself");
      if (revenue && (full || dryRun || approve !== undefined)) throw new UsageError("--revenue is a pass of its own");
      if (revenue) return choose(scanRevenue);
      choose((context) =>
        dryRun ? dryScan(context, kind) : startScan(context, approve === undefined ? { kind } : { approve }),
      );
    });

/** Lines that name accounts for which an alarm is to ring. */
const namings = ["negative when a payment run began", "credit idle when a payment run began"] as const;

/** A scan of one kind, or the one that the guard refused and a person approves. */
type WantedScan = { readonly kind: ScanKind } | { readonly approve: string };

/** Runs the scanner's own use case from here: what it queues, the deployed processors settle. */
export const startScan = async (
  { system, command, terminal }: CommandContext,
  wanted: WantedScan,
): Promise<CommandResult> => {
  const { workQueue, lastScan, refusedScans, switchReader, clock, random, policy } = system;
  if ("approve" in wanted && runStartedAt(wanted.approve) === undefined)
    throw new UsageError("--approve: expected the run's id that the refusal named, such as zcs-0mb0abc12345");
  const journal = await system.openJournal(command);
  journal.record("scan started", wanted);
  const warned = new Set<LogEvent>();
  const telemetry: Telemetry = {
    info: () => {},
    // The alarm about scans is for those of the schedule; who asks for one is told here.
    warn: (event, fields) => {
      warned.add(event);
      terminal.note(JSON.stringify({ event, ...fields }));
    },
    count: () => {},
  };
  const deps = {
    candidates: system.candidates,
    paymentRuns: system.paymentRuns,
    workQueue,
    lastScan: {
      read: lastScan.read,
      // Whoever was named here rings no alarm: the scheduled scan looks that far back, and names them once more.
      write: async (startedAt: number) => {
        if (!namings.some((event) => warned.has(event))) await lastScan.write(startedAt);
      },
    },
    refusedScans,
    switchReader,
    telemetry,
    clock,
    zuoraTime: system.zuoraTime,
    random,
    policy,
  };
  const result = await ("approve" in wanted ? approveScan(deps, wanted.approve) : scan(deps, wanted.kind)).catch(
    asMoved,
  );
  const { runId, negativeInvoices, accounts, enqueued, skipped } = result;
  if (skipped !== undefined) {
    return { data: result, text: "The switch is off: nothing was looked for.\n", isFailure: true };
  }
  const ending = result.dryRun
    ? "the switch says dry-run, so they are only planned"
    : "ops status says what becomes of them";
  return {
    data: result,
    text: `Run ${runId}: ${count(negativeInvoices, "negative invoice")}, ${count(accounts, "account")}, ${enqueued} queued; ${ending}.\n`,
  };
};

/** What the guard refuses is not there to be done: nothing was. */
const asMoved = (error: unknown): never => {
  throw error instanceof GuardTrippedError ? new StateMovedError(error.message, { cause: error }) : error;
};
