import type { AccountId } from "../../domain/account.ts";
import { isOurs } from "../../domain/run-id.ts";
import type {
  AccountLabel,
  AdjustmentRecord,
  MemoApplicationRecord,
  MemoRecords,
  PaymentApplicationRecord,
  PaymentRecords,
  Records,
} from "./ports.ts";

/** An adjustment, and how it ended where it was canceled. */
export type HistoryEntry = AdjustmentRecord & {
  /** `ours`: by the user that this system signs in as; else Zuora's id of whoever did it. Never a name. */
  readonly madeBy: string;
  /** Absent while it stands. */
  readonly canceled: { readonly at: number; readonly by: string } | undefined;
};

/** Adjustments of one run of ours, or a stretch of those of others. */
export type HistoryPart = { readonly runId: string | undefined; readonly entries: readonly HistoryEntry[] };

export type AccountHistory = {
  readonly accountId: AccountId;
  readonly label: AccountLabel | undefined;
  /** The oldest first. */
  readonly parts: readonly HistoryPart[];
  /** What its credit memos paid, and what was taken back, the oldest first; absent where the tenant has none. */
  readonly applications?: readonly MemoHistoryEntry[] | undefined;
  /**
   * What its payments paid of what the customer had paid ahead, and the rest alike; absent where the policy leaves
   * them.
   */
  readonly payments?: readonly PaymentHistoryEntry[] | undefined;
};

/** An application of a credit memo. It carries no run. */
export type MemoHistoryEntry = MemoApplicationRecord & {
  /** `ours`, or Zuora's id of whoever did it. Never a name. */
  readonly madeBy: string;
};

/** The same of a payment. */
export type PaymentHistoryEntry = PaymentApplicationRecord & { readonly madeBy: string };

const unknownUser = "unknown";

/**
 * Every credit balance adjustment of an account, run by run, and every application of its credit memos and payments,
 * from Zuora's own records.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const accountHistory = async (
  {
    records,
    memoRecords,
    paymentRecords,
  }: {
    readonly records: Pick<Records, "adjustmentsOfAccounts" | "accounts">;
    readonly memoRecords?: Pick<MemoRecords, "memosOfAccount"> | undefined;
    readonly paymentRecords?: PaymentRecords | undefined;
  },
  accountId: AccountId,
): Promise<AccountHistory> => {
  const [adjustments, labels, memos, payments] = await Promise.all([
    records.adjustmentsOfAccounts([accountId]),
    records.accounts([accountId]),
    memoRecords?.memosOfAccount(accountId),
    paymentRecords?.applicationsOfAccount(accountId),
  ]);
  const ours = new Set(
    adjustments.filter(({ reference }) => isOurs(reference)).flatMap(({ createdBy }) => createdBy ?? []),
  );
  const nameOf = (user: string | undefined) => (user === undefined ? unknownUser : ours.has(user) ? "ours" : user);
  const entries = adjustments.toSorted(byCreation).map((each) => ({
    ...each,
    madeBy: nameOf(each.createdBy),
    canceled: each.status === "Canceled" ? { at: each.updatedAt, by: nameOf(each.updatedBy) } : undefined,
  }));
  const parts: { runId: string | undefined; entries: HistoryEntry[] }[] = [];
  for (const entry of entries) {
    const runId = isOurs(entry.reference) ? entry.reference : undefined;
    const last = parts.at(-1);
    if (last !== undefined && last.runId === runId) last.entries.push(entry);
    else parts.push({ runId, entries: [entry] });
  }
  return {
    accountId,
    label: labels.get(accountId),
    parts,
    applications: memos && inTime(memos.flatMap(({ applications }) => applications)),
    payments: payments && inTime(payments),
  };
};

const inTime = <A extends MemoApplicationRecord | PaymentApplicationRecord>(applications: readonly A[]) =>
  applications
    .map((each) => ({ ...each, madeBy: each.isOurs ? "ours" : each.createdBy }))
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));

const byCreation = (a: AdjustmentRecord, b: AdjustmentRecord): number =>
  a.createdAt - b.createdAt || (a.number < b.number ? -1 : 1);
