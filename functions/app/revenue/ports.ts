import type { AccountId, InvoiceId } from "../../domain/account.ts";
import type { ZuoraContractError } from "../../domain/errors.ts";
import type { AccountTerms } from "../../domain/hold.ts";
import type { MirroredPair } from "../../domain/revenue/mirrored-pair.ts";
import type { Calendar, PairSchedules, RevenueStep } from "../../domain/revenue/plan-revenue.ts";
import type { PutBackStep } from "../../domain/revenue/plan-revenue-undo.ts";
import type { RevenueHold } from "../../domain/revenue/revenue-hold.ts";
import type { RevenueEvent, RevenueSchedule } from "../../domain/revenue/schedule.ts";
import type { MayLeave } from "../settle/ports.ts";

/** A pair with the ids of the items that must have a schedule: not tax, and not of zero. */
export type ItemisedPair = MirroredPair & {
  readonly itemIds: { readonly original: readonly string[]; readonly mirror: readonly string[] };
};

/** An account as far as its revenue goes. */
export type RevenueAccount = {
  readonly terms: AccountTerms;
  readonly pairs: readonly ItemisedPair[];
  /** What could be a pair and is for people to decide. */
  readonly holds: readonly RevenueHold[];
};

/**
 * What moving revenue needs of Zuora. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}.
 */
export type RevenueLedger = {
  /**
   * Reads accounts with the pairs that our credit settled lately; a record that cannot be read is its account's own
   * outcome.
   */
  readAccounts(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, RevenueAccount | ZuoraContractError>>;
  /** @param options `fresh`: not as it was a while ago */
  calendar(options: { readonly fresh: boolean }): Promise<Calendar>;
  readSchedules(pair: ItemisedPair): Promise<PairSchedules>;
  /** Everything that happened to a schedule, in the order in which it did. */
  events(scheduleNumber: string): Promise<readonly RevenueEvent[]>;
  /**
   * Moves all that is undistributed of one schedule. There is no idempotency key: repeated, it moves nothing more.
   *
   * @param notes what Zuora keeps with it
   * @throws {WithheldError} where it was not allowed to leave
   * @throws {ZuoraRejectedError | WriteOutcomeUnknownError} too
   */
  distribute(step: RevenueStep, notes: string, mayLeave: MayLeave): Promise<void>;
};

/** What undoing a run's moves needs of Zuora. All throw as {@link RevenueLedger}'s. */
export type MovesLedger = Pick<RevenueLedger, "calendar" | "events"> & {
  /**
   * The schedules of each account's invoices that are, or mirror, an invoice that our credit paid.
   *
   * @param applied the invoices that our credit paid, whatever became of it since
   */
  schedulesBeside(
    applied: ReadonlyMap<AccountId, ReadonlySet<InvoiceId>>,
  ): Promise<ReadonlyMap<AccountId, readonly RevenueSchedule[] | ZuoraContractError>>;
  schedule(scheduleNumber: string): Promise<RevenueSchedule>;
  /**
   * Gives a period and Open-Ended what they held before a move. Repeated, it changes nothing more.
   *
   * @throws {ZuoraRejectedError | WriteOutcomeUnknownError} too
   */
  putBack(step: PutBackStep, notes: string): Promise<void>;
};

/** What a pass looks for. All throw {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}. */
export type RevenueCandidates = {
  /** Whether the tenant has Zuora Finance with revenue, and lets our user see it; else why not, in words. */
  reasonNotOffered(): Promise<string | undefined>;
  /** Accounts that our credit settled since an instant (epoch milliseconds), as often as it did. */
  accountsSettledSince(since: number): AsyncIterable<AccountId>;
};
