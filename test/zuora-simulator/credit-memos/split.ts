import { add, fromDecimal, type Money, min, subtract, sum, zero } from "../../../functions/domain/money.ts";
import type { ItemPart } from "../records.ts";
import { shuffled } from "../shuffled.ts";

/** Something that can give or take so much. */
export type Share = { readonly id: string; readonly amount: Money };

/** The tenant's default application rule. */
export type ApplicationRule = "Proration" | "FIFO";

/** Beyond this many pairs of items Zuora takes FIFO, and says nothing (Zuora: Apply a credit memo, limits). */
export const prorationProductMax = 15_000;

/**
 * How an amount goes from the items of a memo to those of an invoice when nobody says. In FIFO the order of items is
 * random (Zuora: Default application rule).
 *
 * @param turn in [0, 1): decides the random order
 */
export const splitByRule = (
  amount: Money,
  { from, to }: { readonly from: readonly Share[]; readonly to: readonly Share[] },
  { rule, places, turn }: { readonly rule: ApplicationRule; readonly places: number; readonly turn: number },
): readonly ItemPart[] => {
  const isProrated = rule === "Proration" && from.length * to.length <= prorationProductMax;
  const given = isProrated ? prorated(amount, from, places) : firstCome(amount, shuffled(from, turn));
  const taken = isProrated ? prorated(amount, to, places) : firstCome(amount, shuffled(to, turn));
  return paired(given, taken);
};

/** Each its part of the whole, rounded down to the places; what rounding left goes to the first that can hold it. */
const prorated = (amount: Money, shares: readonly Share[], places: number): readonly Share[] => {
  const whole = sum(shares.map((share) => share.amount));
  const unit = fromDecimal(places === 0 ? "1" : `0.${"1".padStart(places, "0")}`);
  const parts = shares.map((share) => ({
    ...share,
    held: share.amount,
    amount: amount.times(share.amount).div(whole).round(places, 0) as Money,
  }));
  let left = subtract(amount, sum(parts.map((part) => part.amount)));
  while (left.gt(0)) {
    const next = parts.find((part) => part.amount.lt(part.held));
    if (next === undefined) throw new RangeError("more is applied than the items hold");
    const more = min(min(unit, left), subtract(next.held, next.amount));
    next.amount = add(next.amount, more);
    left = subtract(left, more);
  }
  return parts;
};

const firstCome = (amount: Money, shares: readonly Share[]): readonly Share[] => {
  let left = amount;
  return shares.map((share) => {
    const taken = min(left, share.amount);
    left = subtract(left, taken);
    return { ...share, amount: taken };
  });
};

/** Walks both sides at once; both are of the same sum. */
const paired = (given: readonly Share[], taken: readonly Share[]): readonly ItemPart[] => {
  const parts: ItemPart[] = [];
  const left = taken.map((share) => ({ ...share }));
  for (const { id: creditMemoItemId, amount } of given) {
    let toGive = amount;
    for (const to of left) {
      const part = min(toGive, to.amount);
      if (!part.gt(zero)) continue;
      parts.push({ creditMemoItemId, invoiceItemId: to.id, amount: part });
      to.amount = subtract(to.amount, part);
      toGive = subtract(toGive, part);
    }
  }
  return parts;
};
