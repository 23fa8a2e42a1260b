import { type AccountId, unappliedIn } from "../../domain/account.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import type { CreditRecords, PostedMemo, Records, StrandedCredit } from "./ports.ts";

type Sources = { readonly creditRecords: CreditRecords; readonly records: Pick<Records, "accounts"> };

/**
 * Everybody's stranded credit, the largest of each currency first; what an account has as credit balance and what it
 * has on credit memos apart.
 *
 * @param memos among them all that have money left; none where the tenant has no credit memos
 */
export const strandedCredit = async (
  { creditRecords, records }: Sources,
  memos: readonly PostedMemo[] = [],
): Promise<readonly StrandedCredit[]> => {
  const balances = await creditRecords.accountsWithCredit();
  const withMoney = memos.filter(({ unapplied }) => unapplied.gt(0));
  const owners = [...new Set([...balances, ...withMoney].map(({ accountId }) => accountId))];
  if (owners.length === 0) return [];
  const active = await creditRecords.withActiveSubscription(owners);
  const isGone = ({ accountId }: { readonly accountId: AccountId }) => !active.has(accountId);
  const [goneBalances, goneMemos] = [balances.filter(isGone), withMoney.filter(isGone)];
  if (goneBalances.length + goneMemos.length === 0) return [];
  const [since, labels] = await Promise.all([
    creditRecords.lastIncreases(goneBalances.map(({ accountId }) => accountId)),
    goneMemos.length === 0 ? undefined : records.accounts([...new Set(goneMemos.map(({ accountId }) => accountId))]),
  ]);
  return [
    ...goneBalances.map((account) => ({ ...account, since: since.get(account.accountId) })),
    ...onMemos(goneMemos).map((each) => ({ ...each, accountNumber: labels?.get(each.accountId)?.number ?? "" })),
  ].toSorted((a, b) => (a.currency === b.currency ? b.amount.cmp(a.amount) : a.currency < b.currency ? -1 : 1));
};

const onMemos = (memos: readonly PostedMemo[]): readonly Omit<StrandedCredit, "accountNumber">[] =>
  [...Map.groupBy(memos, ({ accountId }) => accountId)].flatMap(([accountId, own]) =>
    byCurrency(own).map(([currency, some]) => ({
      accountId,
      currency,
      amount: unappliedIn(some),
      since: Math.max(...some.map(({ postedAt }) => postedAt)),
    })),
  );
