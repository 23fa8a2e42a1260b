import { add, type Money, zero } from "../../../domain/money.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { CreditMove } from "../../scan/ports.ts";

/** Credit that came so long before a run, and no earlier: what the movements of a report's period tell of. */
export const freshCreditMs = 60 * 60_000;

/**
 * What an account got, and nobody had applied at an instant, of the credit that the policy would have applied: what was
 * taken off counts against it first. A run that applies credit by itself does so when it begins.
 */
export const freshCreditAt = (
  instant: number,
  own: readonly CreditMove[],
  { standingCredit }: Pick<Policy, "standingCredit">,
): Money => {
  let fresh = zero;
  for (const { at, change, isOurs } of own.toSorted((a, b) => a.at - b.at)) {
    const isTaken = change.lt(0) && (at <= instant || !isOurs);
    const isAdded = change.gt(0) && at <= instant && (isOurs || standingCredit === "apply");
    if (isTaken || isAdded) fresh = add(fresh, change);
    if (fresh.lt(0)) fresh = zero;
  }
  return fresh;
};
