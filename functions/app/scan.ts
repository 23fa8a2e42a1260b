import type { AccountId, InvoiceId } from "../domain/account.ts";
import { add, type Money, negate, toDecimal, zero } from "../domain/money.ts";
import type { Policy } from "../domain/policy.ts";
import { runIdAt } from "./message.ts";
import { metricNames } from "./names.ts";
import type { Candidates, Clock, LastScan, SwitchReader, Telemetry, WorkQueue } from "./ports.ts";

/** What the schedule asks for. */
export type ScanKind = "incremental" | "full";

export type ScanDeps = {
  readonly candidates: (runId: string) => Candidates;
  readonly workQueue: WorkQueue;
  readonly lastScan: LastScan;
  readonly switchReader: SwitchReader;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
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
  readonly skipped?: "switched-off";
};

/** An incremental scan reaches back this far beyond the start of the last completed one, against clocks that differ. */
export const scanOverlapMs = 5 * 60_000;

/** SQS looks for free message groups in the first 120,000 messages only; more behind them would not be seen. */
const waitingMax = 50_000;

/** A scan found more than the policy allows at a time, and queued nothing. */
export class GuardTrippedError extends Error {
  override readonly name = "GuardTrippedError";
  readonly code = "GUARD_TRIPPED";
}

/**
 * Finds accounts that may need settling and queues one message for each. Counts and sums first, checks the guard,
 * and only then sends: a guard that trips half-way is no guard, and paging is live.
 *
 * @throws {GuardTrippedError} naming the figure and the setting
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const scan = async (deps: ScanDeps, kind: ScanKind): Promise<ScanResult> => {
  const startedAt = deps.clock.now();
  const runId = runIdAt(startedAt, deps.random());
  const position = await deps.switchReader.read();
  if (position === "off") {
    deps.telemetry.warn("switch is not on", { runId, position });
    return { runId, dryRun: false, negativeInvoices: 0, accounts: 0, enqueued: 0, skipped: "switched-off" };
  }
  const waiting = await deps.workQueue.depth();
  if (waiting > waitingMax) {
    throw new GuardTrippedError(`${waiting} messages wait in the work queue, more than ${waitingMax}: nothing queued`);
  }
  const since = kind === "full" ? undefined : await sinceLastScan(deps.lastScan);
  const found = await collect(deps.candidates(runId), since);
  checkGuard(found, deps.policy);
  const enqueued = await deps.workQueue.send(found.accounts, runId, new Date(startedAt).toISOString());
  // A dry run settles nothing, so what it found is still to be found by the first scan that may.
  if (position === "on") await deps.lastScan.write(startedAt);

  const { telemetry } = deps;
  const result = {
    runId,
    dryRun: position === "dry-run",
    negativeInvoices: found.negativeInvoices,
    accounts: found.accounts.size,
    enqueued,
  };
  const amounts = Object.fromEntries([...found.amounts].map(([currency, amount]) => [currency, toDecimal(amount)]));
  telemetry.info("scan completed", { ...result, kind, amounts, since: since ?? "the beginning" });
  telemetry.count(metricNames.scanCompleted, 1);
  telemetry.count("FoundAccounts", found.accounts.size);
  telemetry.count("FoundNegativeInvoices", found.negativeInvoices);
  return result;
};

const sinceLastScan = async (lastScan: LastScan): Promise<number | undefined> => {
  const last = await lastScan.read();
  return last === undefined ? undefined : last - scanOverlapMs;
};

type Found = {
  readonly accounts: Set<AccountId>;
  readonly negativeInvoices: number;
  /** Owed to customers, per currency. What no currency is known for is under the empty text. */
  readonly amounts: ReadonlyMap<string, Money>;
};

const collect = async (candidates: Candidates, since: number | undefined): Promise<Found> => {
  const accounts = new Set<AccountId>();
  const seen = new Set<InvoiceId>();
  const amounts = new Map<string, Money>();
  for await (const { id, accountId, balance, currency = "" } of candidates.negativeInvoices(since)) {
    accounts.add(accountId);
    if (seen.has(id)) continue;
    seen.add(id);
    if (balance !== undefined) amounts.set(currency, add(amounts.get(currency) ?? zero, negate(balance)));
  }
  const withCredit = new Set<AccountId>();
  for await (const accountId of candidates.accountsWithCredit()) withCredit.add(accountId);
  if (withCredit.size > 0) {
    for await (const accountId of candidates.accountsOfOpenInvoices(since)) {
      if (withCredit.has(accountId)) accounts.add(accountId);
    }
  }
  return { accounts, negativeInvoices: seen.size, amounts };
};

const checkGuard = ({ accounts, amounts }: Found, { runLimit }: Policy): void => {
  if (accounts.size > runLimit.accounts) {
    throw new GuardTrippedError(
      `found ${accounts.size} accounts, more than runLimit.accounts ${runLimit.accounts}: nothing queued`,
    );
  }
  // An amount without a known currency counts against every limit.
  const unknown = amounts.get("") ?? zero;
  for (const [currency, limit] of Object.entries(runLimit.amount)) {
    const amount = add(amounts.get(currency) ?? zero, unknown);
    if (amount.gt(limit)) {
      throw new GuardTrippedError(
        `found ${toDecimal(amount)} ${currency}, more than runLimit.amount.${currency} ${toDecimal(limit)}: nothing queued`,
      );
    }
  }
};
