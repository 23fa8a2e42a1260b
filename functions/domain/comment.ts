import type { CreditBalanceStep } from "./credit/step.ts";
import type { Rank } from "./order-of-application.ts";

const reasonOf: Record<Rank, string> = {
  1: "same subscription and amount as a negative invoice",
  2: "same subscription as a negative invoice",
  3: "same amount as a negative invoice",
  4: "earliest due",
};

/** An invoice number may be as long as a comment; the adjustment names its invoice besides. */
const numberMax = 100;

/** The comment on an adjustment, for the finance person who finds it in Zuora. Below Zuora's 255 characters. */
export const commentOf = (step: CreditBalanceStep): string => {
  const number = shortened(step.invoice.number);
  if (step.kind === "TransferToCreditBalance") {
    return `Negative invoice ${number} transferred to credit balance by zuora-credit-sweep`;
  }
  const rank = step.rank === undefined ? "no rank needed" : `rank ${step.rank}: ${reasonOf[step.rank]}`;
  return `Credit balance applied to invoice ${number} by zuora-credit-sweep (${rank})`;
};

const shortened = (number: string): string =>
  number.length <= numberMax ? number : `${number.slice(0, numberMax - 3)}...`;
