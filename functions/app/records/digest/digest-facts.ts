import type { AccountId, LocalDate } from "../../../domain/account.ts";
import type { Switch } from "../../ports.ts";
import type { WholeReport } from "../report/read-report.ts";

/** An account that was set aside, as its last dead letter tells. */
export type FailedAccount = {
  readonly accountId: AccountId;
  /** Its number, or its id where nobody knows. */
  readonly account: string;
  readonly code: string;
  /** The run whose message failed last; absent where the message is none of ours. */
  readonly runId: string | undefined;
  /** Zuora's own code of a refusal. */
  readonly zuoraCode: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
};

/** A report that was made for finance, or should have been. */
export type KeptReport = {
  /** The day or the month. */
  readonly of: string;
  /** Where people find it, or why it is not there. */
  readonly kept: { readonly place: string } | { readonly failed: string };
};

/** What a digest tells: a day of Zuora's own records, and how the system is when it is read. */
export type DigestFacts = {
  readonly day: LocalDate;
  readonly timeZone: string;
  /** Of the day; what is held and negative, as of `now`. */
  readonly whole: WholeReport;
  /** Accounts that a payment run of the day met while something was owed to the customer, by their numbers. */
  readonly mayBeCharged: readonly { readonly paymentRun: string | undefined; readonly account: string }[];
  /** Of both queues. */
  readonly failed: readonly FailedAccount[];
  readonly position: Switch;
  /** Epoch milliseconds at which the last completed scan began. */
  readonly lastScanAt: number | undefined;
  /** Accounts of each scan that waits for a person's approval. */
  readonly refusedScans: readonly number[];
  readonly reports: readonly KeptReport[];
};
