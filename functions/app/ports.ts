import type { AccountId, AccountState, InvoiceId } from "../domain/account.ts";
import type { SettlementError, ZuoraContractError } from "../domain/errors.ts";
import type { Money } from "../domain/money.ts";
import type { Step } from "../domain/plan.ts";

/** The world's time, so that nothing under `app/` or `zuora/` reads a clock of its own. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
};

/** How much time the current invocation has left, in milliseconds. */
export type RemainingMs = () => number;

/**
 * What became of one adjustment. Confirmed: Zuora answered `Success` with an id.
 * Everything else carries the error that says what may be done about it.
 */
export type StepOutcome = { readonly adjustmentId: string } | { readonly error: SettlementError };

/** A step on its way to Zuora, with the run that it belongs to: the adjustment's `ReferenceId`. */
export type Adjustment = { readonly step: Step; readonly runId: string };

/**
 * Asked whenever a write is about to leave: at first, once more where no answer came, and again with another token.
 *
 * @param sends how often it may still leave, this time included
 */
export type MayLeave = (sends: number) => Promise<boolean>;

/** A write was not allowed to leave, and nothing of it did. */
export class WithheldError extends Error {
  override readonly name = "WithheldError";
}

/** What settlement needs of Zuora, and nothing else. Batches, because Zuora answers ten accounts as fast as one. */
export type Ledger = {
  /**
   * Reads accounts afresh; a record that cannot be read is that account's own outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} for all of them
   */
  readAccounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountState | ZuoraContractError>>;
  /**
   * The `SubscriptionNumber`s of each invoice's items; an item that cannot be read is its own invoice's outcome.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  readSubscriptionNumbers(
    ids: readonly InvoiceId[],
  ): Promise<ReadonlyMap<InvoiceId, ReadonlySet<string> | ZuoraContractError>>;
  /**
   * Creates adjustments of one kind in one call: at most `adjustmentsPerCallMax`, one outcome each, in order.
   *
   * @param key names this attempt: never used for another request, whatever the answer
   * @throws {WithheldError} where the call was not allowed to leave
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
   *   ConfigError} where the call as a whole was refused or lost
   */
  createAdjustments(
    adjustments: readonly Adjustment[],
    key: string,
    mayLeave: MayLeave,
  ): Promise<readonly StepOutcome[]>;
};

/** Zuora's limit on the objects of one `action/create` (Zuora: Action create). */
export const adjustmentsPerCallMax = 50;

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
 * What the scan asks of Zuora. Streams, so that memory grows with what is kept and not with what is read.
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
};

/** One processed adjustment of a run, as Zuora recorded it. */
export type RunAdjustment = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly type: "Increase" | "Decrease";
  readonly amount: Money;
};

/** `on` settles, `dry-run` plans and writes nothing, `off` leaves every message waiting. */
export type Switch = "on" | "dry-run" | "off";

export type SwitchReader = {
  /** @throws {ConfigError} where it cannot be read or says something else */
  read(): Promise<Switch>;
};

/** Where the last scan that completed began; a hint, absent meaning "scan everything". */
export type LastScan = {
  read(): Promise<number | undefined>;
  write(startedAt: number): Promise<void>;
};
