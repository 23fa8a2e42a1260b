import type { HoldReason } from "../../domain/hold.ts";

/** What a hold means to the people who have to do with it. */
export type HoldWords = {
  /** Why nothing is done, as a sentence. */
  readonly means: string;
  readonly who: "nobody" | "billing" | "operators" | "finance";
  /** What ends it. */
  readonly release: string;
};

/** Every reason in words; the same on a terminal, on a page and in a report. */
export const holdWords: Readonly<Record<HoldReason, HoldWords>> = {
  "account-not-active": {
    means: "The account is not active, and Zuora adjusts active accounts only.",
    who: "billing",
    release: "Settle it in Zuora, or activate the account: the next scan settles it.",
  },
  "account-not-enabled": {
    means: "The policy leaves this account out: it is on accountsDenied, or not on accountsAllowed.",
    who: "operators",
    release: "Change accountsDenied or accountsAllowed in the policy, and deploy.",
  },
  "batch-not-enabled": {
    means: "The policy does not settle the account's batch.",
    who: "operators",
    release: "Add the batch to the policy's batches, and deploy.",
  },
  "currency-not-enabled": {
    means: "The policy does not settle the account's currency.",
    who: "operators",
    release: "Add the currency to the policy's currencies, and deploy.",
  },
  "opted-out": {
    means: "The account's own opt-out field says that it is to be left alone.",
    who: "billing",
    release: "Empty the opt-out field of the account in Zuora.",
  },
  "over-account-limit": {
    means: "The account needs more, or more money, than the policy allows one account without a look.",
    who: "operators",
    release: "Look at it, then: ops settle ACCOUNT --over-limit",
  },
  "transfer-only": {
    means: "The policy transfers credit and leaves its application to payment runs and people.",
    who: "billing",
    release: "Apply the credit in Zuora, or leave it to the next payment run.",
  },
  "standing-credit-left": {
    means: "There is credit that this system did not put there, and the policy leaves such credit alone.",
    who: "billing",
    release: "Apply the credit in Zuora where it is meant for these invoices.",
  },
  "payment-run-collecting": {
    means: "A payment run is collecting an open invoice; credit beside it would pay twice.",
    who: "nobody",
    release: "It ends with the payment run; the credit is applied then.",
  },
  "payment-processing": {
    means:
      "A payment of an open invoice is in Processing, as direct debits are for days; credit beside it would pay twice.",
    who: "nobody",
    release: "It ends when the payment is processed or fails; the credit is applied then.",
  },
  "future-dated": {
    means:
      "The invoice or credit memo is dated after the tenant's today; Zuora makes its credit available on its date.",
    who: "nobody",
    release: "It is settled on its own date.",
  },
  "other-currency": {
    means: "The invoice or credit memo is in another currency than its account, and credit is kept in the account's.",
    who: "finance",
    release: "Finance settles it in Zuora.",
  },
  "cancelled-by-person": {
    means:
      "Somebody canceled an adjustment of it, or unapplied a credit memo: a person said no, and only a person says yes again.",
    who: "operators",
    release: "Ask who canceled it and why, then: ops settle ACCOUNT --again",
  },
  "posted-before-start": {
    means: "It was posted before the day from which the policy settles; history is left as it is.",
    who: "finance",
    release: "Finance settles it in Zuora, or the policy's postedSince is moved.",
  },
  "below-minimum-amount": {
    means: "It is smaller than the policy's minimumAmount of its currency.",
    who: "billing",
    release: "Leave it, or lower minimumAmount in the policy.",
  },
  "excluded-memo": {
    means:
      "Somebody excluded the credit memo from being applied by rules (excludeFromAutoApplyRules), and so from this one.",
    who: "billing",
    release: "Apply it in Zuora, or take excludeFromAutoApplyRules off the memo: the next scan applies it.",
  },
  "negative-invoice-under-settlement": {
    means:
      "The invoice is negative in a tenant with Invoice Settlement, where it can be neither transferred nor converted.",
    who: "finance",
    release: "Finance balances it in Zuora, and looks at the rule by which credit memos are generated.",
  },
  "too-many-items": {
    means:
      "Zuora applies credit memos to invoices of at most 1,000 items, and 15,000 items at a time: this is more than that.",
    who: "billing",
    release: "Let a payment run that applies credit memos settle it: it knows no such limit.",
  },
};
