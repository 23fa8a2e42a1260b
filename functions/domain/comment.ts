import type { Rank } from "./order-of-application.ts";
import type { Step } from "./plan.ts";

const reasonOf: Record<Rank, string> = {
  1: "same subscription and amount as a negative invoice",
  2: "same subscription as a negative invoice",
  3: "same amount as a negative invoice",
  4: "earliest due",
};

/** The comment on an adjustment, for the finance person who finds it in Zuora. ASCII, well below Zuora's 255 characters. */
export const commentOf = (step: Step): string => {
  if (step.kind === "TransferToCreditBalance") {
    return `Negative invoice ${step.invoice.number} transferred to credit balance by zuora-credit-sweep`;
  }
  const rank = step.rank === undefined ? "no rank needed" : `rank ${step.rank}: ${reasonOf[step.rank]}`;
  return `Credit balance applied to invoice ${step.invoice.number} by zuora-credit-sweep (${rank})`;
};
