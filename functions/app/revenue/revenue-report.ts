import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError } from "../../domain/errors.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { earliest } from "../../domain/instant.ts";
import { add, type Money, zero } from "../../domain/money.ts";
import type { Policy } from "../../domain/policy.ts";
import { lookBackMs } from "../../domain/revenue/look-back.ts";
import { isAwaited, type RevenueHoldReason } from "../../domain/revenue/revenue-hold.ts";
import { type ExplainedPair, type ExplainedRevenue, explainRevenue } from "./explain-revenue.ts";
import type { RevenueCandidates, RevenueLedger } from "./ports.ts";

/** How the revenue of the pairs that one run settled stands, of one currency. */
export type RunRevenue = {
  /** The run that settled them in receivables, as Zuora's notes carry it. */
  readonly runId: string;
  readonly currency: string;
  readonly pairs: number;
  /** Both sides lie in the same periods, and nothing is open-ended. */
  readonly netted: number;
  /** Of the originals of those: what is earned; the same was taken off by their mirrors. */
  readonly earned: Money;
  /** Of both sides of those together, which must be nothing. */
  readonly net: Money;
  /** Moved by the next pass, or by a later one when Zuora has made their schedules. */
  readonly waiting: number;
  readonly held: Readonly<Partial<Record<RevenueHoldReason | HoldReason, number>>>;
  /** A rule distributed the sides otherwise: nothing is left that could be moved. */
  readonly byRule: number;
  /** When the oldest mirror of those that wait or are held was posted, in epoch milliseconds. */
  readonly oldestPostedAt: number | undefined;
};

/** The revenue of what our credit settled in the last 45 days, as it is when it is read. */
export type RevenueReport = {
  /** Why nothing could be looked at: the tenant does not offer it, or Zuora did not answer. */
  readonly notLookedAt: string | undefined;
  readonly runs: readonly RunRevenue[];
  /** Accounts that could not be read. */
  readonly unreadable: number;
  readonly looked: number;
  readonly of: number;
};

export type RevenueReportDeps = {
  readonly candidates: RevenueCandidates;
  readonly ledger: Omit<RevenueLedger, "distribute">;
  readonly policy: Policy;
};

type Extent = { readonly accountsMax: number; readonly now: number; readonly only?: AccountId | undefined };

/**
 * Reads where the revenue of settled pairs is. Writes nothing, and never throws for Zuora: whoever reports on credit as
 * well is told why this part is missing.
 */
export const readRevenueReport = (deps: RevenueReportDeps, extent: Extent): Promise<RevenueReport> =>
  read(deps, extent).catch((error: unknown) => {
    const { code, message } = settlementError(error);
    return notLookedAt(`${code}: ${message}`);
  });

const notLookedAt = (why: string): RevenueReport => ({ notLookedAt: why, runs: [], unreadable: 0, looked: 0, of: 0 });

const read = async (
  { candidates, ledger, policy }: RevenueReportDeps,
  { accountsMax, now, only }: Extent,
): Promise<RevenueReport> => {
  const reason = await candidates.reasonNotOffered();
  if (reason !== undefined) return notLookedAt(reason);
  const found = new Set<AccountId>();
  for await (const id of candidates.accountsSettledSince(now - lookBackMs)) {
    if (only === undefined || id === only) found.add(id);
  }
  const ids = [...found].slice(0, accountsMax);
  const explained = [...(await explainRevenue(ledger, policy, ids)).values()];
  const readable = explained.flatMap((each) => (each instanceof SettlementError ? [] : [each]));
  return {
    notLookedAt: undefined,
    runs: byRun(readable),
    unreadable: explained.length - readable.length,
    looked: ids.length,
    of: found.size,
  };
};

/** One pair's part of its run's line. */
type Part = Omit<RunRevenue, "pairs" | "held"> & { readonly reason: RevenueHoldReason | HoldReason | undefined };

/** Adds the pairs of accounts up, by run and currency; the newest run first. Pure. */
export const byRun = (accounts: readonly ExplainedRevenue[]): readonly RunRevenue[] =>
  [...Map.groupBy(accounts.flatMap(partsOf), ({ runId, currency }) => `${runId} ${currency}`)]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([, own]) => own.map(lineOf).reduce(together));

const partsOf = ({ heldAccount, pairs, holds }: ExplainedRevenue): readonly Part[] => {
  const inPairs = new Set(pairs.map(({ pair }) => pair.original.id));
  return [
    ...pairs.map((pair) => partOfPair(pair, heldAccount)),
    ...holds
      .filter(({ original }) => !inPairs.has(original.id))
      .map(({ runId, currency, postedAt, reason }): Part => {
        return { ...nothing, runId, currency, reason: heldAccount ?? reason, oldestPostedAt: postedAt };
      }),
  ];
};

const nothing = { netted: 0, earned: zero, net: zero, waiting: 0, byRule: 0, oldestPostedAt: undefined };

const partOfPair = ({ pair, plan, earned, net, left }: ExplainedPair, heldAccount: HoldReason | undefined): Part => {
  const [hold] = plan.holds;
  const isDue = plan.steps.length > 0 || (hold !== undefined && isAwaited(hold));
  const reason = heldAccount ?? (isDue ? undefined : hold?.reason);
  const common = { ...nothing, runId: pair.runId, currency: pair.original.currency, reason };
  if (reason !== undefined) return { ...common, oldestPostedAt: pair.mirror.postedAt };
  if (isDue) return { ...common, waiting: 1, oldestPostedAt: pair.mirror.postedAt };
  return left.length === 0 ? { ...common, netted: 1, earned, net } : { ...common, byRule: 1 };
};

const lineOf = ({ reason, ...part }: Part): RunRevenue => ({
  ...part,
  pairs: 1,
  held: reason === undefined ? {} : { [reason]: 1 },
});

const together = (a: RunRevenue, b: RunRevenue): RunRevenue => ({
  runId: a.runId,
  currency: a.currency,
  pairs: a.pairs + b.pairs,
  netted: a.netted + b.netted,
  earned: add(a.earned, b.earned),
  net: add(a.net, b.net),
  waiting: a.waiting + b.waiting,
  byRule: a.byRule + b.byRule,
  held: counted(a.held, b.held),
  oldestPostedAt: earliest([a.oldestPostedAt, b.oldestPostedAt]),
});

const counted = (a: RunRevenue["held"], b: RunRevenue["held"]): RunRevenue["held"] => {
  const reasons = Object.keys({ ...a, ...b }) as (keyof RunRevenue["held"])[];
  return Object.fromEntries(reasons.map((reason) => [reason, (a[reason] ?? 0) + (b[reason] ?? 0)]));
};
