import type { AccountState } from "../account.ts";
import type { HoldReason } from "../hold.ts";
import { type Money, zero } from "../money.ts";
import type { Policy } from "../policy.ts";

/** A part of the credit balance that is left where it is. */
type KeptCredit = { readonly reason: HoldReason; readonly amount: Money };

/** The parts of the credit that are left where they are, and why. */
export const keptCredit = (
  { standingCredit = zero, freedCredit = zero }: AccountState,
  policy: Policy,
): readonly KeptCredit[] => {
  if (policy.application === "transfer-only") return [];
  const standing = policy.standingCredit === "leave" ? standingCredit : zero;
  const kept: readonly KeptCredit[] = [
    { reason: "standing-credit-left", amount: standing },
    // Whoever took credit back from one invoice did not mean the next one: an undone run stays undone.
    { reason: "cancelled-by-person", amount: freedCredit },
  ];
  return kept.filter(({ amount }) => amount.gt(0));
};
