import type { AccountId } from "../domain/account.ts";
/** A queue message. A reference, never a balance: it may be late, repeated or out of order. */
export type AccountMessage = { readonly version: 1; readonly accountId: AccountId; readonly runId: string };
/** The work queue as the scanner sees it. */
export type WorkQueue = {
  /** How many messages wait, roughly. */
  depth(): Promise<number>;
  /**
   * Queues one message per account.
   *
   * @param isDry to be planned only, while the switch says `dry-run`
   * @throws {Error} naming how many entries SQS refused, after asking again
   */
  send(accountIds: Iterable<AccountId>, runId: string, firstQueuedAt: string, isDry?: boolean): Promise<number>;
};
