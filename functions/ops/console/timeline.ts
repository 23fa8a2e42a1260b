import type { Problem } from "../../app/dead-letters/problems.ts";
import type { AccountHistory } from "../../app/records/account-history.ts";
import type { AccountExplanation } from "../../app/records/explain-account.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { formatMoney } from "../../domain/currency.ts";
import { negate } from "../../domain/money.ts";

/** One thing that happened to an account. */
export type Event = { readonly at: number; readonly says: string };

/** What happened to an account, the latest first: invoices posted, money moved and taken back, set aside. Pure. */
export const timelineOf = (
  { invoices, currency }: AccountExplanation,
  { parts, applications = [], payments = [] }: AccountHistory,
  problem: Problem | undefined,
): readonly Event[] =>
  [
    ...invoices.flatMap(({ invoice: { number, amount, currency: own, postedAt } }) =>
      postedAt === undefined
        ? []
        : [{ at: postedAt, says: `${number} posted over ${formatMoney(amount, own)} ${own}` }],
    ),
    ...parts.flatMap(({ runId, entries }) =>
      entries.flatMap(({ createdAt, type, amount, invoice, number, madeBy, canceled }) => {
        const money = `${formatMoney(amount, currency)} ${currency}`;
        const what =
          type === "Increase"
            ? `${money} of ${invoice.number} transferred to the credit balance`
            : `${money} of credit applied to ${invoice.number}`;
        const by = runId === undefined ? `by user ${madeBy}, not by this system` : `by run ${runId}`;
        const made = { at: createdAt, says: `${what} ${by} (${number})` };
        if (canceled === undefined) return [made];
        const who = canceled.by === "ours" ? "this system" : `user ${canceled.by}`;
        return [made, { at: canceled.at, says: `${number} canceled by ${who}: ${money} taken back` }];
      }),
    ),
    ...[...applications, ...payments].map(
      ({ createdAt: at, amount, currency: own, invoice, isOurs, madeBy, ...from }) => {
        const { number } = payerOf(from);
        const money = `${formatMoney(amount.lt(0) ? negate(amount) : amount, own)} ${own}`;
        const by = isOurs ? "by this system" : `by user ${madeBy}, not by this system`;
        if (amount.eq(0)) {
          const target = invoice?.number ?? "a debit memo";
          return { at, says: `${number} applied to ${target} ${by}, and all of it taken back since` };
        }
        const what = amount.lt(0)
          ? `${money} taken back from ${invoice?.number ?? "a debit memo"} onto ${number}`
          : `${money} of ${number} applied to ${invoice?.number ?? "a debit memo"}`;
        return { at, says: `${what} ${by}` };
      },
    ),
    ...(problem === undefined
      ? []
      : [{ at: Date.parse(problem.since), says: `First set aside with ${problem.code}: ${problem.message}` }]),
  ].toSorted((a, b) => b.at - a.at);
