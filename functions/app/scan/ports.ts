import type { AccountId, AccountState, InvoiceId, LocalDate } from "../../domain/account.ts";
import type { CreditMovement } from "../../domain/credit/credit-book.ts";
import type { AccountTerms, InvoiceTerms } from "../../domain/hold.ts";
import type { Money } from "../../domain/money.ts";
import type { ChargedAccount, PaymentRun } from "../../domain/payment-run.ts";

/** A scan that the run limit refused, as it was shown to people: what an approval may release, and no more. */
export type RefusedScan = {
  readonly runId: string;
  /** Epoch milliseconds from which updates were looked at; absent: everything. */
  readonly since?: number | undefined;
  /** Epoch milliseconds, on Zuora's clock. */
  readonly startedAt: number;
  readonly negativeInvoices: number;
  readonly accounts: number;
  /** Decimal text per currency. */
  readonly amounts: Readonly<Record<string, string>>;
};

/** The scans that wait for a person's approval: of each kind the first that was refused since one completed. */
export type RefusedScansByKind = { readonly [Kind in ScanKind]?: RefusedScan | undefined };

export type RefusedScans = {
  read(): Promise<RefusedScansByKind>;
  write(refused: RefusedScansByKind): Promise<void>;
};

/** A change of a credit balance, by whomever. */
export type CreditMove = {
  readonly accountId: AccountId;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Negative where credit was taken away. */
  readonly change: Money;
  readonly isOurs: boolean;
  /** The negative invoice whose balance it was, if it was one's; when that was posted, where Zuora tells. */
  readonly transferred?: { readonly postedAt: number | undefined };
};

/** A credit memo that this system applied. Instants are epoch milliseconds. */
export type AppliedMemo = {
  readonly accountId: AccountId;
  readonly at: number;
  /** When the memo was posted, where Zuora tells. */
  readonly postedAt: number | undefined;
};

/** An account's credit and everything that ever moved it. */
export type CreditBook = { readonly balance: Money; readonly movements: readonly CreditMovement[] };

/** An account with what of it may be charged, and what already is. Instants are epoch milliseconds. */
export type Payer = AccountTerms &
  Pick<AccountState, "today" | "mode"> & {
    /** Posted invoices of a positive amount that are paid automatically, and are open or changed since. */
    readonly invoices: readonly PayableInvoice[];
    /** Those in `Processing`, which have no end yet, and those that changed since. */
    readonly payments: readonly { readonly madeAt: number; readonly endedAt?: number | undefined }[];
  };

export type PayableInvoice = Omit<InvoiceTerms, "hasCanceledAdjustment"> & {
  readonly id: InvoiceId;
  readonly dueDate: LocalDate;
  readonly postedAt?: number | undefined;
  readonly updatedAt?: number | undefined;
};

/**
 * What is asked about payment runs around a scan. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError}.
 */
export type PaymentRunWatch = {
  /**
   * Runs that wait, that charge, and that ended since an instant (epoch milliseconds); none where there are none to
   * ask.
   */
  runs(since: number): Promise<readonly PaymentRun[]>;
  /** What was added to and taken off credit balances since an instant. */
  creditMovesSince(since: number): Promise<readonly CreditMove[]>;
  /**
   * What this system applied of credit memos since an instant; none where nothing tells its applications from others'.
   */
  memosAppliedSince(since: number): Promise<readonly AppliedMemo[]>;
  /**
   * Those of the accounts that have an open invoice, or had one of a positive amount change since an instant; with
   * `postedBefore` only invoices that were posted before that.
   */
  withSomethingToCharge(
    ids: readonly AccountId[],
    since: number,
    postedBefore?: number,
  ): Promise<readonly ChargedAccount[]>;
  /** The account of every invoice of a positive amount that was paid, or settled in another way, since an instant. */
  accountsOfPaidInvoices(since: number): AsyncIterable<AccountId>;
  /** An account of which a record cannot be understood is left out: processors set it aside. */
  creditBooks(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, CreditBook>>;
  payers(ids: readonly AccountId[], since: number): Promise<readonly Payer[]>;
};

/** What a callout names: a bill run, or one invoice; by its id or its number. */
export type Posting = { readonly kind: "bill-run" | "invoice"; readonly id: string };

/** The same as Zuora has it; by its id. */
export type FoundPosting = { readonly id: string; readonly status: string; readonly postedAt: number | undefined };

/** A row of the scan: a posted negative invoice. Amount or currency are absent where they could not be read. */
export type NegativeInvoice = {
  readonly id: InvoiceId;
  readonly accountId: AccountId;
  readonly balance?: Money | undefined;
  readonly currency?: string | undefined;
  /** Epoch milliseconds. */
  readonly postedAt?: number | undefined;
};

/**
 * A row of the scan: a posted credit memo with money left, or where the policy applies them a payment. What could not
 * be read is absent.
 */
export type UnappliedMemo = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly amount?: Money | undefined;
  readonly unapplied?: Money | undefined;
  readonly currency?: string | undefined;
  /** Epoch milliseconds. */
  readonly postedAt?: number | undefined;
  /** A person said that no rule is to apply it. */
  readonly isExcluded?: boolean | undefined;
  /** Not what billing itself credits: a person's, or a migration's. */
  readonly isStanding?: boolean | undefined;
  /** What a customer paid, and no credit memo. */
  readonly isPayment?: boolean | undefined;
};

/** What the scan asks about credit memos. */
export type MemoCandidates = {
  /** Memos updated at or after an instant, and before another; of a posting, those that may be of it. */
  unapplied(since: number | undefined, before?: number): AsyncIterable<UnappliedMemo>;
  unappliedOf(ids: readonly AccountId[]): AsyncIterable<UnappliedMemo>;
  /** Those of the accounts that have an open invoice, of whatever age. */
  owing(ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>>;
  /** Only a part of the tenant is looked at, as of one bill run. */
  readonly isPart: boolean;
  /** There is no credit balance beside them: negative invoices are found, and can go nowhere. */
  readonly isOnlyCredit: boolean;
  /** Unapplied payments are among them. */
  readonly hasPayments?: boolean | undefined;
};

/**
 * What the scan asks of Zuora. Streams, so that memory grows with what is kept and not with what is read.
 * Ids are as Zuora wrote them: empty, or no id at all, where a record is wrong.
 * With `since` (epoch milliseconds) only invoices updated at or after it, with `before` only those updated before.
 *
 * All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}.
 */
export type Candidates = {
  negativeInvoices(since: number | undefined, before?: number): AsyncIterable<NegativeInvoice>;
  /** Accounts that have credit, of whatever age. */
  accountsWithCredit(): AsyncIterable<AccountId>;
  /** The account of every open invoice, as often as it has one. */
  accountsOfOpenInvoices(since: number | undefined, before?: number): AsyncIterable<AccountId>;
  /** Absent where none are asked for. */
  readonly creditMemos?: MemoCandidates | undefined;
};

/** Where the last scan that completed began, on Zuora's clock; a hint, absent meaning "scan everything". */
export type LastScan = {
  read(): Promise<number | undefined>;
  write(startedAt: number): Promise<void>;
};

/** What the schedule asks for. */
export type ScanKind = "incremental" | "full";
