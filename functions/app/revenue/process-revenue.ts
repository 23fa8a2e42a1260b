import type { AccountId } from "../../domain/account.ts";
import { ConfigError } from "../../domain/errors.ts";
import { looksAtRevenue, type Policy } from "../../domain/policy.ts";
import { latestRunOf } from "../../domain/run-id.ts";
import { type DisposeDeps, type DueDelivery, dispose, takeDue } from "../settle/dispose.ts";
import type { Result } from "../settle/outcome.ts";
import { type Delivery, isFirstLook } from "../settle/ports.ts";
import { type GateDeps, readSwitch } from "../settle/write-gate.ts";
import { moveRevenue } from "./move-revenue.ts";
import type { RevenueOutcome } from "./outcome.ts";
import type { RevenueLedger } from "./ports.ts";
import { createRevenueGate } from "./revenue-gate.ts";
import { measureRevenue, tellMoved, tellRevenue } from "./tell-revenue.ts";

export type ProcessRevenueDeps = DisposeDeps &
  GateDeps & {
    readonly ledgerFor: (runId: string) => RevenueLedger;
    readonly policy: Policy;
  };

/**
 * Handles what SQS delivered of the revenue queue: every account once, however many messages it has. A schedule that
 * does not exist yet is not waited for here: the next pass finds the pair again.
 *
 * @returns the ids of the messages that SQS shall keep
 */
export const processRevenue = async (
  deps: ProcessRevenueDeps,
  all: readonly Delivery[],
): Promise<readonly string[]> => {
  const { due, kept } = await takeDue(deps, all);
  const byAccount = Map.groupBy(due, ({ message }) => message.accountId);
  if (byAccount.size === 0) return kept;
  const { outcomes, dryRun, runId } = await moveSwitched(deps, byAccount);
  measureRevenue(
    deps.telemetry,
    [...outcomes.values()].map((outcome) => ({ outcome, dryRun })),
  );
  for (const [accountId, outcome] of outcomes) {
    tellRevenue(deps.telemetry, { runId, accountId, dryRun }, outcome);
    for (const { delivery, message } of byAccount.get(accountId) ?? []) {
      if (await dispose(deps, delivery, outcome.result, message)) kept.push(delivery.messageId);
    }
  }
  return kept;
};

type Moved = {
  readonly outcomes: ReadonlyMap<AccountId, RevenueOutcome>;
  readonly dryRun: boolean;
  readonly runId: string;
};

const moveSwitched = async (
  deps: ProcessRevenueDeps,
  byAccount: ReadonlyMap<AccountId, readonly DueDelivery[]>,
): Promise<Moved> => {
  const { policy, telemetry, ledgerFor } = deps;
  const ids = [...byAccount.keys()];
  // The invocation goes by the youngest run.
  const runId = latestRunOf([...byAccount.values()].flat().map(({ message }) => message.runId));
  const all = (result: Result) => new Map(ids.map((id) => [id, { result, pairs: 0, moved: new Map(), holds: [] }]));
  // Turned off since the pass: what waits in the queue is nobody's any more.
  if (!looksAtRevenue(policy)) return { outcomes: all({ kind: "no-op" }), dryRun: true, runId };
  const position = await readSwitch(deps);
  if (position === "off" || position instanceof ConfigError) {
    telemetry.warn("switch is not on", { position: position === "off" ? position : "unreadable" });
    return {
      outcomes: all({ kind: "waiting", reason: position === "off" ? "switched-off" : position }),
      dryRun: false,
      runId,
    };
  }
  const moves = position === "on" && policy.revenue === "move";
  const outcomes = await moveRevenue(
    {
      ledger: ledgerFor(runId),
      policy,
      moves,
      gate: createRevenueGate(deps),
      mayHaveWritten: new Set(ids.filter((id) => byAccount.get(id)?.some(({ delivery }) => !isFirstLook(delivery)))),
      onMoved: (accountId, pair, step) => tellMoved(telemetry, { runId, accountId, dryRun: !moves }, pair, step),
    },
    ids,
  );
  return { outcomes, dryRun: !moves, runId };
};
