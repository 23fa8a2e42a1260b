import type { Policy } from "../../domain/policy.ts";
import { runIdAt } from "../../domain/run-id.ts";
import { metricNames } from "../metric-names.ts";
import type { Clock, Switch, SwitchReader } from "../ports.ts";
import type { WorkQueue } from "../queue-ports.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { Candidates, LastScan, PaymentRunWatch, RefusedScans } from "./ports.ts";
import { checkWaiting } from "./run-guard.ts";

export type ScanDeps = {
  readonly candidates: (runId: string) => Candidates;
  readonly paymentRuns: (runId: string) => PaymentRunWatch;
  readonly workQueue: WorkQueue;
  readonly lastScan: LastScan;
  readonly refusedScans: RefusedScans;
  readonly switchReader: SwitchReader;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** An instant of our clock on Zuora's, as its latest answer told the time: what a scan compares is stamped by it. */
  readonly zuoraTime: (ours: number) => number;
  readonly random: () => number;
  readonly policy: Policy;
};

/** What a scan found and queued. Zuora is the only store: whatever it missed, the next one finds. */
export type ScanResult = {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly negativeInvoices: number;
  readonly accounts: number;
  readonly enqueued: number;
  /** Nothing was looked for, and the next scan reaches back as far as this one would have. */
  readonly skipped?: "switched-off" | "not-posted-lately" | undefined;
};

/** A scan that may look. */
export type Begun = { readonly runId: string; readonly startedAt: number; readonly position: Exclude<Switch, "off"> };

/** Reads the switch and looks at the queue: what every scan begins with. */
export const beginScan = async (
  deps: Pick<ScanDeps, "clock" | "random" | "switchReader" | "telemetry" | "workQueue">,
): Promise<Begun | (ScanResult & { readonly skipped: "switched-off" })> => {
  const startedAt = deps.clock.now();
  const runId = runIdAt(startedAt, deps.random());
  const position = await deps.switchReader.read();
  deps.telemetry.count(metricNames.switchNotOn, position === "on" ? 0 : 1);
  if (position === "off") {
    deps.telemetry.warn("switch is not on", { runId, position });
    return { runId, dryRun: false, negativeInvoices: 0, accounts: 0, enqueued: 0, skipped: "switched-off" };
  }
  checkWaiting(await deps.workQueue.depth());
  return { runId, startedAt, position };
};
