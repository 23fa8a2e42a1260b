import { fifoDeliveryMax } from "../../functions/app/process/width.ts";
import type { RevenueMoveLine, RevenueOutcomeLine } from "../../functions/app/revenue/tell-revenue.ts";
import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import { runIdAt } from "../../functions/domain/run-id.ts";
import { callOut } from "./call-out.ts";
import { Closers } from "./closers.ts";
import { accountIdOf, deadLettersFrom } from "./dead-letter.ts";
import { drain } from "./drain.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { functionEnvironment } from "./function-environment.ts";
import { createFunctions, type Functions } from "./functions.ts";
import { keepUp } from "./keep.ts";
import { FunctionError } from "./lambda/function-error.ts";
import { netRevenue } from "./net-revenue.ts";
import type { Options } from "./options.ts";
import { confirmedIn, moveIn, outcomeIn, revenueIn, troubleIn } from "./outcome-line.ts";
import { countMessages, type QueueCounts, queueNames, revenueQueueNames } from "./queues.ts";
import { buildReport, type Report, type RunFacts } from "./report.ts";
import type { RevenueFacts } from "./revenue-report.ts";
import type { ConfirmedAdjustment, ReadRunAdjustments } from "./run-adjustments.ts";
import { scanUntilDone } from "./scan-until-done.ts";
import { type Services, startServices } from "./services.ts";
import { waitingLines } from "./waiting.ts";

/** What the world outside does for a run. */
export type RunPorts = {
  readonly interrupted: AbortSignal;
  /** Says something to a person: one line. */
  readonly note: (line: string) => void;
  /** Told while the queue drains: the accounts that were handled, of those that were queued. */
  readonly onProgress: (counts: QueueCounts, handled: number, of: number) => void;
  /** Absent: the totals are what the functions say. */
  readonly readRunAdjustments?: ReadRunAdjustments;
  /** Told of the result while everything is still up; after it, a system that shall be kept is kept. */
  readonly onResult?: (result: RunResult) => void;
};

export type RunResult = {
  readonly report: Report;
  /** Nothing waits and nothing is under way. */
  readonly isDrained: boolean;
};

/**
 * Runs one scan and drains the queue, then leaves nothing behind: no process, no port, no file. A system that shall be
 * kept is left up until it is interrupted.
 *
 * @throws {UsageError} where settings or credentials are wrong
 */
export const run = async (options: Options, ports: RunPorts): Promise<RunResult> => {
  const closers = new Closers();
  try {
    return await runWith(options, ports, closers);
  } finally {
    await closers.closeAll();
  }
};

const runWith = async (options: Options, ports: RunPorts, closers: Closers): Promise<RunResult> => {
  const startedAtMs = performance.now();
  const lines: AccountOutcomeLine[] = [];
  const confirmed: ConfirmedAdjustment[] = [];
  const revenueLines: RevenueOutcomeLine[] = [];
  const moves: RevenueMoveLine[] = [];
  let trouble: string | undefined;
  const onLog = (line: string) => {
    const outcome = outcomeIn(line);
    if (outcome) lines.push(outcome);
    const adjustment = confirmedIn(line);
    if (adjustment) confirmed.push(adjustment);
    const revenue = revenueIn(line);
    if (revenue) revenueLines.push(revenue);
    const move = moveIn(line);
    if (move) moves.push(move);
    trouble = troubleIn(line) ?? trouble;
  };
  const services = await startServices(options, closers);
  const environment = functionEnvironment(options, services.addresses);
  const functions = await createFunctions(options, environment, onLog, closers);
  const giveUp = AbortSignal.any([ports.interrupted, AbortSignal.timeout(options.deadlineSeconds * 1000)]);

  const calledOut = options.billRun ? await callOut(services, functions, closers) : undefined;
  const scan = await scanUntilDone({
    invoke:
      calledOut?.scan ??
      (() => functions.scanner.invoke({ kind: options.kind, scheduledTime: new Date().toISOString() })),
    pauseMs: Math.min(2, options.backoffMaxSeconds) * 1000,
    giveUp,
    onFailure: noteOnce(ports.note),
  });
  const isScanned = !(scan instanceof FunctionError);
  if (!isScanned) ports.note(`no scan completed: ${reasonOf(scan, trouble)}`);
  const told = (counts: QueueCounts) =>
    ports.onProgress(counts, new Set(lines.map(({ accountId }) => accountId)).size, isScanned ? scan.enqueued : 0);
  const isSettled = isScanned && (await drainQueue(options, ports, services, functions, giveUp, told));
  const net = () => netRevenue(options, services, functions, giveUp, ports.note);
  const isNetted = isSettled && (await net());
  const movedFirst = moves.length;
  // A pass comes every night: the second one shows that it finds nothing more to move.
  const isDrained = isNetted && (functions.revenue === undefined || (await net()));
  await Promise.all([functions.scanner.stop(), functions.processor.stop(), functions.revenue?.stop()]);

  const facts = {
    mode: options.mode,
    ...factsOf(services, isScanned ? scan : nothingFound(options), lines),
    ...(options.revenue ? { revenue: revenueFactsOf(services, revenueLines, moves, movedFirst) } : {}),
  };
  for (const line of isDrained ? [] : waitingLines(lines, facts.pending)) ports.note(line);
  // Where nothing was queued nothing was written; and a Zuora that answered no scan would not answer this either.
  const mayHaveWritten = !options.dryRun && facts.scan.enqueued > 0 && !ports.interrupted.aborted;
  const runAdjustments = mayHaveWritten
    ? await ports.readRunAdjustments?.(facts.scan.runId, services.access(), confirmed)
    : undefined;
  const durationMs = performance.now() - startedAtMs;
  const result = { report: buildReport({ ...facts, runAdjustments, durationMs }), isDrained };
  ports.onResult?.(result);
  if (calledOut !== undefined) ports.note(calledOut.told());
  if (options.keep && !ports.interrupted.aborted) {
    await keepUp({ options, services, environment, closers, ...ports });
  }
  return result;
};

/** A scan that was still patient when time ran out says nothing itself; what it was patient with does. */
const reasonOf = ({ errorType, message }: FunctionError, trouble: string | undefined): string =>
  errorType === "Sandbox.Timedout" && trouble !== undefined ? trouble : `${errorType}: ${message}`;

/** A failure that repeats itself is told once, whatever request id it carries. */
const noteOnce = (note: RunPorts["note"]) => {
  let told = "";
  return ({ errorType, message }: FunctionError) => {
    const line = `the scan failed and is tried again: ${errorType}: ${message}`;
    if (line !== told) note(line);
    told = line;
  };
};

const drainQueue = async (
  { concurrency, batchSize }: Options,
  { note }: RunPorts,
  { sqs, workQueue }: Services,
  { processor }: Functions,
  giveUp: AbortSignal,
  told: (counts: QueueCounts) => void,
): Promise<boolean> => {
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: workQueue.url,
    queueArn: workQueue.arn,
    batchSize: Math.min(fifoDeliveryMax, batchSize),
    pollers: concurrency,
    invoke: (event) =>
      processor.invoke(event).catch((error: FunctionError) => {
        if (!giveUp.aborted) note(`an invocation of the processor failed: ${error.errorType}: ${error.message}`);
        throw error;
      }),
  });
  try {
    return await drain({
      mapping,
      count: () => countMessages(sqs, workQueue),
      giveUp,
      onProgress: told,
    });
  } finally {
    mapping.stop();
    await processor.stop();
    await mapping.finished;
  }
};

const factsOf = (
  { sqsServer, traffic }: Services,
  scan: RunFacts["scan"],
  lines: readonly AccountOutcomeLine[],
): Omit<RunFacts, "mode" | "durationMs" | "runAdjustments"> => ({
  scan,
  lines,
  pending: [...new Set(sqsServer.messagesIn(queueNames.work).map(accountIdOf))],
  deadLetters: deadLettersFrom(sqsServer.messagesIn(queueNames.deadLetter)),
  // As it is now: whoever reads Zuora's records for the report goes through the same door.
  zuora: { ...traffic },
});

const revenueFactsOf = (
  { sqsServer }: Services,
  lines: readonly RevenueOutcomeLine[],
  moves: readonly RevenueMoveLine[],
  movedFirst: number,
): RevenueFacts => ({
  lines,
  moves: moves.slice(0, movedFirst),
  movedAgain: moves.length - movedFirst,
  pending: [...new Set(sqsServer.messagesIn(revenueQueueNames.work).map(accountIdOf))],
  deadLetters: deadLettersFrom(sqsServer.messagesIn(revenueQueueNames.deadLetter)),
});

const nothingFound = ({ dryRun }: Options): RunFacts["scan"] => ({
  runId: runIdAt(Date.now(), 0),
  dryRun,
  negativeInvoices: 0,
  accounts: 0,
  enqueued: 0,
});
