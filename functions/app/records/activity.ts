import type { AccountId, InvoiceId, LocalDate } from "../../domain/account.ts";
import { unknownCurrency } from "../../domain/currency.ts";
import { addTo, type MoneyByCurrency } from "../../domain/money-by-currency.ts";
import { isOurs, runStartedAt } from "../../domain/run-id.ts";
import type {
  AccountLabel,
  AdjustmentRecord,
  BilledInvoice,
  MemoApplicationRecord,
  MemoRecords,
  Records,
} from "./ports.ts";
import { byDay } from "./report/by-day.ts";
import { memoBookOf } from "./report/memo-book.ts";

/** So much was moved; of a run what still stands, of a day less what was taken back on it. */
export type Moved = { readonly transferred: MoneyByCurrency; readonly applied: MoneyByCurrency };

export type DayMoved = Moved & { readonly day: LocalDate };

export type RunMoved = Moved & {
  readonly runId: string;
  /** Epoch milliseconds: when the run began, or its first adjustment where the id does not tell. */
  readonly startedAt: number;
  readonly accounts: number;
  /** Adjustments of the run that were canceled since. */
  readonly canceled: number;
};

/** What this system did in a period, from Zuora's own records. */
export type Activity = {
  /** Days on which something was moved or taken back, as a report tells them; the latest first. */
  readonly days: readonly DayMoved[];
  /** The latest first; of adjustments alone, since an application of a credit memo carries no run. */
  readonly runs: readonly RunMoved[];
  /**
   * Milliseconds from an invoice's posting to its transfer, of every invoice that was posted and settled, ascending.
   */
  readonly settledAfterMs: readonly number[];
  /** What was applied of credit memos is in the days. */
  readonly countsCreditMemos: boolean;
};

export type Extent = {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly timeZone: string;
};

/**
 * Reads what was moved since an instant.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const readActivity = async (
  {
    records,
    memoRecords,
  }: {
    readonly records: Pick<Records, "adjustmentsSince" | "invoicesPostedSince" | "accounts">;
    readonly memoRecords?: Pick<MemoRecords, "memosSince"> | undefined;
  },
  extent: Extent,
): Promise<Activity> => {
  const { since } = extent;
  const [adjustments, posted, memos] = await Promise.all([
    records.adjustmentsSince(since),
    records.invoicesPostedSince(since),
    memoRecords?.memosSince(since),
  ]);
  const applications = memos && memoBookOf(memos, { since }).applied;
  const own = adjustments.filter(({ reference }) => isOurs(reference));
  const owners = [...new Set(own.map(({ accountId }) => accountId))];
  const accounts = owners.length === 0 ? new Map() : await records.accounts(owners);
  return activityOf({ adjustments: own, applications }, posted, accounts, extent);
};

/** Adds up what is ours. Pure. */
export const activityOf = (
  {
    adjustments,
    applications,
  }: {
    readonly adjustments: readonly AdjustmentRecord[];
    readonly applications?: readonly MemoApplicationRecord[] | undefined;
  },
  posted: readonly BilledInvoice[],
  accounts: ReadonlyMap<AccountId, AccountLabel>,
  { since, timeZone }: Extent,
): Activity => {
  const inCurrency = adjustments.map((each) => ({
    ...each,
    currency: accounts.get(each.accountId)?.currency ?? unknownCurrency,
  }));
  const days = [...Map.groupBy(byDay({ adjustments: inCurrency, applications }, { since }, timeZone), ({ day }) => day)]
    .map(([day, lines]) => ({
      day,
      transferred: new Map(lines.map(({ currency, transferred }) => [currency, transferred])),
      applied: new Map(lines.map(({ currency, applied }) => [currency, applied])),
    }))
    .toSorted((a, b) => (a.day < b.day ? 1 : -1));
  const created = inCurrency.filter(({ createdAt }) => createdAt >= since);
  const runs = [...Map.groupBy(created, ({ reference = "" }) => reference)]
    .map(([runId, own]) => ({
      runId,
      startedAt: runStartedAt(runId) ?? Math.min(...own.map(({ createdAt }) => createdAt)),
      accounts: new Set(own.map(({ accountId }) => accountId)).size,
      canceled: own.filter(({ status }) => status === "Canceled").length,
      ...standing(own),
    }))
    .toSorted((a, b) => b.startedAt - a.startedAt);
  return { days, runs, settledAfterMs: settledAfter(created, posted), countsCreditMemos: applications !== undefined };
};

const standing = (adjustments: readonly (AdjustmentRecord & { readonly currency: string })[]): Moved => {
  const transferred = new Map();
  const applied = new Map();
  for (const { type, status, amount, currency } of adjustments) {
    if (status !== "Processed") continue;
    addTo(type === "Increase" ? transferred : applied, currency, amount);
  }
  return { transferred, applied };
};

/** Settled is what is not negative any more because of us; its last transfer counts. */
const settledAfter = (
  adjustments: readonly AdjustmentRecord[],
  posted: readonly BilledInvoice[],
): readonly number[] => {
  const transferredAt = new Map<InvoiceId, number>();
  for (const { type, status, invoice, createdAt } of adjustments) {
    if (type !== "Increase" || status !== "Processed") continue;
    transferredAt.set(invoice.id, Math.max(createdAt, transferredAt.get(invoice.id) ?? createdAt));
  }
  return posted
    .flatMap(({ id, balance, postedAt }) => {
      const at = transferredAt.get(id);
      return at === undefined || postedAt === undefined || balance.lt(0) ? [] : [Math.max(0, at - postedAt)];
    })
    .toSorted((a, b) => a - b);
};

/** The value that a share of sorted values does not exceed, by nearest rank; undefined of none. */
export const percentile = (ascending: readonly number[], share: number): number | undefined =>
  ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
