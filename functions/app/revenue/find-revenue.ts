import type { AccountId } from "../../domain/account.ts";
import { looksAtRevenue, type Policy } from "../../domain/policy.ts";
import { lookBackMs } from "../../domain/revenue/look-back.ts";
import { runIdAt } from "../../domain/run-id.ts";
import { metricNames } from "../metric-names.ts";
import type { Clock, SwitchReader } from "../ports.ts";
import type { WorkQueue } from "../queue-ports.ts";
import { checkWaiting } from "../scan/run-guard.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { RevenueCandidates } from "./ports.ts";

export type FindRevenueDeps = {
  readonly candidates: (runId: string) => RevenueCandidates;
  readonly workQueue: WorkQueue;
  readonly switchReader: SwitchReader;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: Policy;
};

/** What a pass over revenue queued. Zuora is the only store: whatever it missed, the next one finds. */
export type FindRevenueResult = {
  readonly runId: string;
  readonly enqueued: number;
  /** Nothing was looked for. */
  readonly skipped?: "switched-off" | "revenue-off" | "not-offered";
};

/**
 * Queues every account that our credit settled in the last 45 days, netted or not: the processor tells which, and what
 * could not be moved yesterday is found again today. A tenant without Zuora Finance is said so once, and costs one
 * call.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const findRevenue = async (deps: FindRevenueDeps): Promise<FindRevenueResult> => {
  const { telemetry, clock, workQueue } = deps;
  const startedAt = clock.now();
  const runId = runIdAt(startedAt, deps.random());
  if (!looksAtRevenue(deps.policy)) return { runId, enqueued: 0, skipped: "revenue-off" };
  const position = await deps.switchReader.read();
  if (position === "off") {
    telemetry.warn("switch is not on", { runId, position });
    return { runId, enqueued: 0, skipped: "switched-off" };
  }
  const candidates = deps.candidates(runId);
  const reason = await candidates.reasonNotOffered();
  telemetry.count(metricNames.revenueNotOffered, reason === undefined ? 0 : 1);
  if (reason !== undefined) {
    telemetry.warn("revenue not offered", { runId, reason });
    return { runId, enqueued: 0, skipped: "not-offered" };
  }
  checkWaiting(await workQueue.depth());
  const accounts = new Set<AccountId>();
  for await (const accountId of candidates.accountsSettledSince(startedAt - lookBackMs)) accounts.add(accountId);
  const enqueued = await workQueue.send(accounts, runId, new Date(startedAt).toISOString());
  telemetry.info("revenue pass completed", { runId, enqueued });
  telemetry.count(metricNames.revenuePassCompleted, 1);
  return { runId, enqueued };
};
