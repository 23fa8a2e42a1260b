import { type AccountId, isAccountId } from "../../../domain/account.ts";
import type { Candidates, MemoCandidates, UnappliedMemo } from "../ports.ts";

type Asked = Pick<Candidates, "creditMemos" | "accountsOfOpenInvoices">;

type Search = { readonly since: number | undefined; readonly before?: number | undefined };

/** A memo that the scan came across. */
export type MetMemo = { readonly memo: UnappliedMemo; readonly meetsOpenInvoice: boolean };

/**
 * Credit memos that meet an open invoice: of everything, all memos of accounts that owe something; of what changed,
 * changed memos of accounts that owe something of whatever age, and all memos of accounts whose open invoice changed.
 * One may come twice.
 */
export async function* memosToApply(candidates: Asked, search: Search): AsyncGenerator<UnappliedMemo> {
  for await (const { memo, meetsOpenInvoice } of memosMet(candidates, search)) if (meetsOpenInvoice) yield memo;
}

/** The same, and of everything those as well that meet no open invoice. */
export async function* memosMet(candidates: Asked, search: Search): AsyncGenerator<MetMemo> {
  const { creditMemos } = candidates;
  if (creditMemos === undefined) return;
  const isEverything = search.since === undefined && !creditMemos.isPart;
  yield* isEverything ? ofEverything(candidates, creditMemos, search) : ofWhatChanged(candidates, creditMemos, search);
}

async function* ofEverything(candidates: Asked, memos: MemoCandidates, { before }: Search) {
  const found = await gathered(memos.unapplied(undefined, before));
  if (found.size === 0) return;
  for await (const accountId of candidates.accountsOfOpenInvoices(undefined, before)) {
    yield* (found.get(accountId) ?? []).map(meetingOpenInvoice);
    found.delete(accountId);
  }
  for (const memos of found.values()) yield* memos.map((memo) => ({ memo, meetsOpenInvoice: false }));
}

async function* ofWhatChanged(candidates: Asked, memos: MemoCandidates, { since, before }: Search) {
  const changed = await gathered(memos.unapplied(since, before));
  const owing = await memos.owing([...changed.keys()]);
  for (const accountId of owing) yield* (changed.get(accountId) ?? []).map(meetingOpenInvoice);
  const open = new Set<AccountId>();
  for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
    if (isAccountId(accountId)) open.add(accountId);
  }
  for await (const memo of memos.unappliedOf([...open])) yield meetingOpenInvoice(memo);
}

const meetingOpenInvoice = (memo: UnappliedMemo): MetMemo => ({ memo, meetsOpenInvoice: true });

const gathered = async (memos: AsyncIterable<UnappliedMemo>) => {
  const found = new Map<AccountId, UnappliedMemo[]>();
  for await (const memo of memos) {
    if (isAccountId(memo.accountId)) found.set(memo.accountId, [...(found.get(memo.accountId) ?? []), memo]);
  }
  return found;
};
