import type { CreditRecords, StrandedCredit } from "./ports.ts";

/** Everybody's stranded credit, the largest of each currency first. */
export const strandedCredit = async (records: CreditRecords): Promise<readonly StrandedCredit[]> => {
  const accounts = await records.accountsWithCredit();
  if (accounts.length === 0) return [];
  const active = await records.withActiveSubscription(accounts.map(({ accountId }) => accountId));
  const gone = accounts.filter(({ accountId }) => !active.has(accountId));
  if (gone.length === 0) return [];
  const since = await records.lastIncreases(gone.map(({ accountId }) => accountId));
  return gone
    .map((account) => ({ ...account, since: since.get(account.accountId) }))
    .toSorted((a, b) => (a.currency === b.currency ? b.amount.cmp(a.amount) : a.currency < b.currency ? -1 : 1));
};
