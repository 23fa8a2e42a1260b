import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import { formatMoney, unknownCurrency } from "../../functions/domain/currency.ts";
import { add, fromDecimal, type Money, zero } from "../../functions/domain/money.ts";

/** A processed CreditBalanceAdjustment that carries the run's id as its `ReferenceId`. */
export type RunAdjustment = {
  readonly accountId: string;
  readonly type: "Increase" | "Decrease";
  readonly amount: Money;
};

/** Money moved in one currency, as decimal text with the currency's own places. */
export type CurrencyTotal = {
  readonly currency: string;
  readonly transferred: string;
  readonly applied: string;
  readonly leftAsCredit: string;
};

type Sums = { transferred: Money; applied: Money; leftAsCredit: Money };

/** Sums per currency, from Zuora's records where there are any, else from what the lines say. */
export const totalsOf = (
  lines: readonly AccountOutcomeLine[],
  runAdjustments: readonly RunAdjustment[] | undefined,
): CurrencyTotal[] => {
  const currencyOf = new Map<string, string>();
  const leftOf = new Map<string, Money>();
  for (const { accountId, currency, leftAsCredit } of lines) {
    if (currency !== undefined) currencyOf.set(accountId, currency);
    if (leftAsCredit !== undefined) leftOf.set(accountId, fromDecimal(leftAsCredit));
  }

  const sums = new Map<string, Sums>();
  const sumsOf = (accountId: string): Sums => {
    const currency = currencyOf.get(accountId) ?? unknownCurrency;
    const known = sums.get(currency) ?? { transferred: zero, applied: zero, leftAsCredit: zero };
    sums.set(currency, known);
    return known;
  };
  for (const { accountId, type, amount } of runAdjustments ?? planned(lines)) {
    const field = type === "Increase" ? "transferred" : "applied";
    if (amount.eq(0) && !currencyOf.has(accountId)) continue;
    const own = sumsOf(accountId);
    own[field] = add(own[field], amount);
  }
  for (const [accountId, left] of leftOf) {
    const own = sumsOf(accountId);
    own.leftAsCredit = add(own.leftAsCredit, left);
  }

  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { transferred, applied, leftAsCredit }]) => ({
      currency,
      transferred: formatMoney(transferred, currency),
      applied: formatMoney(applied, currency),
      leftAsCredit: formatMoney(leftAsCredit, currency),
    }));
};

const planned = (lines: readonly AccountOutcomeLine[]): RunAdjustment[] =>
  [...Map.groupBy(lines, ({ accountId }) => accountId).values()].flatMap((own) => {
    // In a dry run each delivery plans the same steps again; otherwise each one tells what it alone has done.
    const told = own.at(-1)?.dryRun ? own.slice(-1) : own;
    return told.flatMap(({ accountId, transferred, applied }) => [
      ...(transferred === undefined ? [] : [adjustment(accountId, "Increase", transferred)]),
      ...(applied === undefined ? [] : [adjustment(accountId, "Decrease", applied)]),
    ]);
  });

const adjustment = (accountId: string, type: RunAdjustment["type"], amount: string): RunAdjustment => ({
  accountId,
  type,
  amount: fromDecimal(amount),
});
