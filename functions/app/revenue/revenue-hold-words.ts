import type { RevenueHoldReason } from "../../domain/revenue/revenue-hold.ts";

/** What a reason means, and what releases the pair, in words for finance. */
export const revenueHoldWords: Readonly<
  Record<RevenueHoldReason, { readonly means: string; readonly release: string }>
> = {
  "revenue-ambiguous": {
    means: "The invoice has two mirrors, or the mirror fits two invoices.",
    release: "Finance distributes by hand.",
  },
  "revenue-original-paid": {
    means: "A payment paid some of the invoice before it was taken back.",
    release: "Finance distributes by hand.",
  },
  "revenue-schedule-awaited": {
    means: "Zuora has not made every schedule yet; that takes minutes after posting.",
    release: "Nobody has to do anything: the next pass looks again.",
  },
  "revenue-schedule-missing": {
    means: "A day after posting an item has no revenue schedule.",
    release: "Look whether its charge has a recognition rule, and at the revenue automation start date.",
  },
  "revenue-rule-not-enabled": {
    means: "A schedule's recognition rule is not in the policy's revenueRules, or a person made the schedule.",
    release: "Name the rule in revenueRules, or distribute by hand.",
  },
  "revenue-not-mirrored": {
    means:
      "The sides are not equal per charge, or one was distributed otherwise: moving the rest would not net to zero.",
    release: "Finance redistributes one side; the pair moves once both lie alike.",
  },
  "revenue-taken-back": {
    means: "We moved it, and it is in Open-Ended again: somebody undid the move.",
    release: "Nothing is moved a second time: finance distributes by hand.",
  },
  "accounting-period-not-open": {
    means: "The period that the revenue belongs in is closed or being closed, or there is none for today.",
    release: "Open the period, or distribute by hand.",
  },
};
