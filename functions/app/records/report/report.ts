import type { AccountId } from "../../../domain/account.ts";
import { unknownCurrency } from "../../../domain/currency.ts";
import { negate, sum } from "../../../domain/money.ts";
import { isOurs } from "../../../domain/run-id.ts";
import type {
  AccountLabel,
  AdjustmentRecord,
  BilledInvoice,
  CreditRecords,
  MemoApplicationRecord,
  MemoRecords,
  Records,
} from "../ports.ts";
import { type CreditLine, creditLines, type NegativeLine, negativeLines } from "./lines.ts";
import { type MemoBook, memoBookOf } from "./memo-book.ts";
import { before, creditMovedWithin, isWithin, movedWithin, movesOf, type Period } from "./moves.ts";
import { isExplainedBy, owedAt } from "./owed-at.ts";

export type ReportedAdjustment = AdjustmentRecord & { readonly currency: string; readonly accountNumber: string };

export type ReportedApplication = MemoApplicationRecord & { readonly accountNumber: string };

/** The credit memos of a period; what was applied with the numbers of the accounts. */
export type ReportedMemos = Omit<MemoBook, "applied" | "byOthers"> & {
  readonly applied: readonly ReportedApplication[];
  readonly byOthers: readonly ReportedApplication[];
};

/** A negative invoice of the period, with its credit balance adjustments up to now. */
export type ReportedInvoice = BilledInvoice & { readonly history: readonly AdjustmentRecord[] };

/**
 * What finance signs: the money of negative invoices, of credit balances and of credit memos, each adding up to nought.
 */
export type Report = Period & {
  readonly lines: readonly NegativeLine[];
  readonly credit: readonly CreditLine[];
  /** Accounts that have credit, and those whose credit moved since the period began. */
  readonly creditAccounts: ReadonlySet<AccountId>;
  /** Ours: of the run that was asked for, else of the period. */
  readonly adjustments: readonly ReportedAdjustment[];
  /** What others transferred, applied, booked or took back in the period. */
  readonly notOurs: readonly ReportedAdjustment[];
  /** Negative invoices that were posted in the period, that were negative when it began, or that changed since. */
  readonly invoices: readonly ReportedInvoice[];
  /** Absent where the tenant has no credit memos. */
  readonly memos?: ReportedMemos | undefined;
  readonly balances: boolean;
};

export type ReportOptions = Period & {
  /**
   * Lists this run's adjustments instead of the period's. Applications of credit memos carry no run: always the
   * period's.
   */
  readonly runId?: string | undefined;
  /** Of this account alone. */
  readonly accountId?: AccountId | undefined;
};

/** What a report is read from. */
export type ReportSources = {
  readonly records: Records;
  readonly creditRecords: CreditRecords;
  /** Absent where the tenant has no credit memos. */
  readonly memoRecords?: MemoRecords | undefined;
};

/** An account that moves while it is read is read again; what differs twice differs. */
const readingsMax = 2;

/**
 * Reads and adds up a period of Zuora's records.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const report = async (sources: ReportSources, options: ReportOptions): Promise<Report> => {
  let result = await readOnce(sources, options);
  for (let reading = 1; !result.balances && reading < readingsMax; reading += 1) {
    result = await readOnce(sources, options);
  }
  return result;
};

const readOnce = async (
  { records, creditRecords, memoRecords }: ReportSources,
  { since, until, runId, accountId }: ReportOptions,
): Promise<Report> => {
  const period = { since, until };
  const [opened, posted, ended, recent, withCredit, postedMemos] = await Promise.all([
    records.invoicesPostedBefore(since, accountId),
    records.invoicesPostedSince(since, until, accountId),
    until === undefined ? records.negativeInvoices(accountId) : records.invoicesPostedBefore(until, accountId),
    records.adjustmentsSince(since, accountId),
    accountId === undefined ? creditRecords.accountsWithCredit() : [{ accountId }],
    memoRecords?.memosSince(since, accountId),
  ]);
  const book = postedMemos === undefined ? undefined : memoBookOf(postedMemos, period);
  const [ofCredit, ofRun] = await Promise.all([
    records.adjustmentsOfInvoices([...new Set([...opened, ...(until === undefined ? [] : ended)].map(({ id }) => id))]),
    runId === undefined ? undefined : records.adjustmentsOfRun(runId),
  ]);
  const ofInvoicesAlone = await adjustedOtherwise(records, [...opened, ...posted, ...ended], [...ofCredit, ...recent]);
  const ofInvoices = [...ofCredit, ...ofInvoicesAlone];
  const moved = [...recent, ...ofInvoicesAlone].filter((each) => movesOf(each).some(({ at }) => isWithin(at, period)));
  const shown = ofRun ?? moved.filter(({ reference }) => isOurs(reference));
  const ofMemos = book === undefined ? [] : [...book.applied, ...book.byOthers];
  const owners = [...opened, ...posted, ...ended, ...recent, ...shown, ...withCredit, ...ofMemos];
  const ids = [...new Set(owners.map((each) => each.accountId))];
  const accounts = ids.length === 0 ? new Map<AccountId, AccountLabel>() : await records.accounts(ids);
  const creditIds = [...new Set([...withCredit, ...recent].map((each) => each.accountId))];
  const histories = Map.groupBy(await records.adjustmentsOfAccounts(creditIds), (each) => each.accountId);

  const currencyIn = (id: AccountId) => accounts.get(id)?.currency ?? unknownCurrency;
  const numberOf = (id: AccountId) => accounts.get(id)?.number ?? "";
  const label = (each: AdjustmentRecord): ReportedAdjustment => ({
    ...each,
    currency: currencyIn(each.accountId),
    accountNumber: numberOf(each.accountId),
  });
  const named = (each: MemoApplicationRecord) => ({ ...each, accountNumber: numberOf(each.accountId) });
  const historyOf = Map.groupBy(ofInvoices, ({ invoice }) => invoice.id);
  const recentOf = Map.groupBy([...recent, ...ofInvoicesAlone], ({ invoice }) => invoice.id);
  const owed = (instant: number) => (each: BilledInvoice) => ({
    currency: each.currency ?? currencyIn(each.accountId),
    amount: owedAt(each, historyOf.get(each.id) ?? [], instant),
  });
  const effects = moved.map(label).map((each) => ({ ...each, moved: movedWithin(each, period) }));

  const currencyOf = new Map([...opened, ...posted].map(({ id, currency }) => [id, currency]));
  const lines = negativeLines({
    opening: opened.map(owed(since)),
    billed: posted.map(({ currency, accountId: id, amount }) => ({
      currency: currency ?? currencyIn(id),
      amount: negate(amount),
    })),
    // What leaves an invoice is in the invoice's currency, which may be another than its account's.
    effects: effects.map((each) => ({ ...each, currency: currencyOf.get(each.invoice.id) ?? each.currency })),
    closing:
      until === undefined
        ? ended.map((each) => ({ currency: each.currency ?? currencyIn(each.accountId), amount: negate(each.balance) }))
        : ended.map(owed(until)),
  });
  const credit = creditLines({
    accounts: creditIds.map((id) => {
      const own = histories.get(id) ?? [];
      const now = accounts.get(id)?.creditBalance ?? sum([]);
      return {
        currency: currencyIn(id),
        recordedBefore: creditMovedWithin(own, before(since)),
        unrecorded: now.minus(creditMovedWithin(own, before(Number.POSITIVE_INFINITY))) as typeof now,
        now,
      };
    }),
    effects,
    movedAfter:
      until === undefined
        ? []
        : recent.map(label).map((each) => ({ ...each, moved: movedWithin(each, { since: until }) })),
  });
  return {
    ...period,
    lines,
    credit,
    creditAccounts: new Set(creditIds),
    adjustments: shown.map(label).toSorted(byCreation),
    notOurs: effects.filter((each) => !isOurs(each.reference) && !each.moved.eq(0)).toSorted(byCreation),
    invoices: [
      ...opened.map((each) => ({ ...each, history: historyOf.get(each.id) ?? [] })),
      // What was posted in the period was adjusted in it or later.
      ...posted.map((each) => ({ ...each, history: recentOf.get(each.id) ?? [] })),
    ],
    memos: book && { ...book, applied: book.applied.map(named), byOthers: book.byOthers.map(named) },
    balances: [...lines, ...credit, ...(book?.lines ?? [])].every(({ difference }) => difference.eq(0)),
  };
};

/** Asked only of invoices that credit does not explain: few, or none. */
const adjustedOtherwise = async (
  records: Records,
  invoices: readonly BilledInvoice[],
  ofCredit: readonly AdjustmentRecord[],
): Promise<readonly AdjustmentRecord[]> => {
  const known = Map.groupBy(
    [...new Map(ofCredit.map((each) => [each.id, each])).values()],
    ({ invoice }) => invoice.id,
  );
  const ids = invoices.filter((each) => !isExplainedBy(each, known.get(each.id) ?? [])).map(({ id }) => id);
  return ids.length === 0 ? [] : records.adjustmentsOfInvoicesAlone([...new Set(ids)]);
};

const byCreation = (a: AdjustmentRecord, b: AdjustmentRecord): number =>
  a.createdAt - b.createdAt || (a.number < b.number ? -1 : 1);
