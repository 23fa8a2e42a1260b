import type { AccountId } from "../../domain/account.ts";
import { ConfigError, type SettlementError } from "../../domain/errors.ts";
import { zero } from "../../domain/money.ts";
import type { Policy } from "../../domain/policy.ts";
import { latestRunOf } from "../../domain/run-id.ts";
import { eventsOf, type Settled } from "../events/events-of.ts";
import type { Switch } from "../ports.ts";
import { type DisposeDeps, type DueDelivery, dispose, takeDue } from "./dispose.ts";
import { blamedOnItself } from "./lack-of-time.ts";
import { measureBatch } from "./measure-batch.ts";
import type { AccountOutcome, WaitReason } from "./outcome.ts";
import { type Delivery, isFirstLook, type Ledger } from "./ports.ts";
import type { Landing } from "./rounds/landing.ts";
import { failureFor } from "./rounds/refusals.ts";
import type { SharedTrouble } from "./rounds/shared-trouble.ts";
import { settleAccounts } from "./settle-accounts.ts";
import { tellConfirmed, tellOutcome } from "./tell-outcome.ts";
import { createWriteGate, type GateDeps, keysOf, readSwitch } from "./write-gate.ts";

export type ProcessDeps = DisposeDeps &
  GateDeps & {
    /** Zuora's track id is the run's: one log query over both finds everything of a run. */
    readonly ledgerFor: (runId: string) => Ledger;
    readonly policy: Policy;
    /** Kept by the execution environment, as is `landing`. */
    readonly trouble: SharedTrouble;
    readonly landing: Landing;
    /** Unique to this invocation: idempotency keys begin with it. */
    readonly invocationId: string;
    /** One account that has come back has the invocation to itself, from its beginning: others come after it. */
    readonly hadAllTime?: boolean;
  };

/**
 * Handles what SQS delivered: every account once, however many messages it has, and one outcome for all of them.
 *
 * @returns the ids of the messages that SQS shall keep
 */
export const processDeliveries = async (deps: ProcessDeps, all: readonly Delivery[]): Promise<readonly string[]> => {
  const { due, kept } = await takeDue(deps, all);
  const byAccount = Map.groupBy(due, ({ message }) => message.accountId);
  if (byAccount.size === 0) return kept;
  const now = deps.clock.now();
  const settled = [...(await settleSwitched(deps, byAccount))].map(([id, { outcome, dryRun, confirmed = [] }]) => {
    const own = byAccount.get(id) ?? [];
    const queuedAt = Math.min(...own.map(({ delivery }) => Date.parse(delivery.firstQueuedAt)));
    const left = deps.hadAllTime ? blamedOnItself(outcome) : outcome;
    return { id, own, dryRun, queuedAt, confirmed, outcome: unlessPaymentLasts(left, now - queuedAt) };
  });
  measureBatch(deps.telemetry, settled, deps.clock.now());
  // Drawn once: what waits together comes back together, and is read and written together again.
  const jitter = deps.random();
  for (const { id: accountId, own, outcome, dryRun, confirmed } of settled) {
    const runId = latestRun(own);
    tellOutcome(deps.telemetry, { accountId, runId, outcome, dryRun });
    if (!dryRun)
      tellOthers(deps, {
        accountId,
        runId,
        outcome,
        confirmed,
        isFirstLook: own.every(({ delivery }) => isFirstLook(delivery)),
      });
    for (const { delivery, message } of own) {
      if (await dispose({ ...deps, random: () => jitter }, delivery, outcome.result, message))
        kept.push(delivery.messageId);
    }
  }
  return kept;
};

/** A payment that a gateway takes minutes for is waited for; direct debits take days. */
const paymentWaitMaxMs = 60 * 60_000;

/**
 * Whoever waits for a payment that lasts is held instead: the change of its invoice, or the scan of everything at night
 * and before a payment run, brings the account back, and nobody asks Zuora for days what cannot have changed.
 * What Zuora refuses of it is no hold, and is told.
 */
const unlessPaymentLasts = (outcome: AccountOutcome, waitedMs: number): AccountOutcome => {
  const { result, refused } = outcome;
  const lasts = result.kind === "waiting" && result.reason === "payment-processing" && waitedMs > paymentWaitMaxMs;
  if (!lasts) return outcome;
  return { ...outcome, result: refused === undefined ? { kind: "held" } : failureFor(refused) };
};

/** Runs belong to the youngest message. */
const latestRun = (own: readonly DueDelivery[]): string => latestRunOf(own.map(({ message }) => message.runId));

type Switched = {
  readonly outcome: AccountOutcome;
  readonly dryRun: boolean;
  readonly confirmed?: Settled["confirmed"] | undefined;
};

const tellOthers = ({ events }: ProcessDeps, settled: Settled): void => {
  for (const event of events === undefined ? [] : eventsOf(settled)) events?.add(event);
};

type Account = readonly [AccountId, readonly DueDelivery[]];

const settleSwitched = async (
  deps: ProcessDeps,
  byAccount: ReadonlyMap<AccountId, readonly DueDelivery[]>,
): Promise<ReadonlyMap<AccountId, Switched>> => {
  const position = await readSwitch(deps);
  const { begun = [], left = [] } = Object.groupBy([...byAccount], (account) =>
    mayBegin(position, account) ? "begun" : "left",
  );
  if (left.length > 0) {
    deps.telemetry.warn("switch is not on", { position: position instanceof ConfigError ? "unreadable" : position });
  }
  const outcome = waiting(position instanceof ConfigError ? position : "switched-off");
  return new Map<AccountId, Switched>([
    ...left.map(([id]) => [id, { outcome, dryRun: false }] as const),
    ...(begun.length === 0 ? [] : await settle(deps, begun, position === "dry-run")),
  ]);
};

/** What was queued to be settled is not planned and forgotten: the scan that found it will not look again. */
const mayBegin = (position: Switch | ConfigError, [, own]: Account): boolean =>
  position === "on" || (position === "dry-run" && own.every(({ delivery }) => delivery.queuedDry));

const settle = async (
  deps: ProcessDeps,
  accounts: readonly Account[],
  dryRun: boolean,
): Promise<readonly (readonly [AccountId, Switched])[]> => {
  const all: Settled["confirmed"][number][] = [];
  const runs = new Map(accounts.map(([id, own]) => [id, latestRun(own)]));
  const outcomes = await settleAccounts(
    {
      ...createWriteGate(deps),
      ledger: deps.ledgerFor(latestRun(accounts.flatMap(([, own]) => own))),
      policy: deps.policy,
      trouble: deps.trouble,
      landing: deps.landing,
      dryRun,
      nextKey: keysOf(deps.invocationId),
      onConfirmed: (step, confirmed) => {
        all.push({ step, confirmed });
        tellConfirmed(deps.telemetry, step, confirmed);
      },
    },
    runs,
  );
  const confirmedOf = Map.groupBy(all, ({ step }) => step.accountId);
  return [...outcomes].map(([id, outcome]) => [id, { outcome, dryRun, confirmed: confirmedOf.get(id) }] as const);
};

const waiting = (reason: WaitReason | SettlementError): AccountOutcome => ({
  result: { kind: "waiting", reason },
  holds: [],
  transferred: zero,
  applied: zero,
});
