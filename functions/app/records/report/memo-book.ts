import { type Money, negate, subtract, sum, zero } from "../../../domain/money.ts";
import { byCurrency } from "../../../domain/money-by-currency.ts";
import type { MemoApplicationRecord, PostedMemo } from "../ports.ts";
import { isWithin, type Period } from "./moves.ts";

/** What is on posted credit memos: opening + posted − applied − by others − refunded − closing = 0. */
export type MemoLine = {
  readonly currency: string;
  /** Unapplied when the period began: what was posted before it, less what had been applied and refunded. */
  readonly opening: Money;
  readonly posted: Money;
  /** By our user; less what it took back. */
  readonly applied: Money;
  /** By people, payment runs and orders; less what they took back. */
  readonly byOthers: Money;
  /** No date of a refund is known: it counts when its memo last changed, which may be later. */
  readonly refunded: Money;
  /** Unapplied when it ended: what is now, and what was applied and refunded since. */
  readonly closing: Money;
  /** Nought where the applications on record lead from each memo's amount to what is left of it. */
  readonly difference: Money;
};

/** A period of the credit memos. */
export type MemoBook = {
  readonly lines: readonly MemoLine[];
  /** Of the period, the oldest first. */
  readonly applied: readonly MemoApplicationRecord[];
  readonly byOthers: readonly MemoApplicationRecord[];
  /** As of the reading, also those that were posted after the period. */
  readonly memos: readonly PostedMemo[];
};

/** Adds up a period of memos, each of which has all its applications. Pure. */
export const memoBookOf = (found: readonly PostedMemo[], period: Period): MemoBook => {
  const { until = Number.POSITIVE_INFINITY } = period;
  const memos = found.filter(({ postedAt }) => postedAt < until);
  const applications = memos
    .flatMap((memo) => memo.applications.filter(({ createdAt }) => isWithin(createdAt, period)))
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return {
    lines: byCurrency(memos).flatMap(([currency, own]) => {
      const line = lineOf(currency, own, period);
      const { currency: _currency, ...terms } = line;
      return Object.values(terms).some((amount) => !amount.eq(zero)) ? [line] : [];
    }),
    applied: applications.filter(({ isOurs }) => isOurs),
    byOthers: applications.filter(({ isOurs }) => !isOurs),
    memos: found,
  };
};

/** What of a memo had paid nothing yet at an instant, as its applications on record tell. */
export const unappliedAt = (memo: PostedMemo, instant: number): Money =>
  memo.postedAt > instant
    ? zero
    : sum([
        memo.amount,
        negate(appliedIn(memo, { since: Number.NEGATIVE_INFINITY, until: instant })),
        negate(refundedIn(memo, { since: Number.NEGATIVE_INFINITY, until: instant })),
      ]);

const lineOf = (currency: string, memos: readonly PostedMemo[], period: Period): MemoLine => {
  const { since, until = Number.POSITIVE_INFINITY } = period;
  const totalOf = (of: (memo: PostedMemo) => Money) => sum(memos.map(of));
  const opening = totalOf((memo) => (memo.postedAt < since ? unappliedAt(memo, since) : zero));
  const posted = totalOf(({ postedAt, amount }) => (isWithin(postedAt, period) ? amount : zero));
  const applied = totalOf((memo) => appliedIn(memo, period, true));
  const byOthers = totalOf((memo) => appliedIn(memo, period, false));
  const refunded = totalOf((memo) => refundedIn(memo, period));
  const after = { since: until };
  const closing = totalOf((memo) => sum([memo.unapplied, appliedIn(memo, after), refundedIn(memo, after)]));
  const due = sum([opening, posted, negate(applied), negate(byOthers), negate(refunded)]);
  return { currency, opening, posted, applied, byOthers, refunded, closing, difference: subtract(due, closing) };
};

const appliedIn = ({ applications }: PostedMemo, period: Period, byUs?: boolean): Money =>
  sum(
    applications
      .filter(({ createdAt, isOurs }) => isWithin(createdAt, period) && isOurs === (byUs ?? isOurs))
      .map(({ amount }) => amount),
  );

const refundedIn = ({ refunded, postedAt, updatedAt = postedAt }: PostedMemo, period: Period): Money =>
  isWithin(updatedAt, period) ? refunded : zero;
