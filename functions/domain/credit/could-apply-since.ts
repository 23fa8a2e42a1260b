import type { CreditMemo, Invoice } from "../account.ts";

/**
 * Since when a memo could pay an invoice, in epoch milliseconds: a memo may be a year older than the first invoice that
 * it meets, and nobody was late before that. Where Zuora tells of one of them alone, since that one's posting.
 */
export const couldApplySince = (
  memo: Pick<CreditMemo, "postedAt"> | undefined,
  invoice: Pick<Invoice, "postedAt"> | undefined,
): number | undefined => {
  const posted = [memo?.postedAt, invoice?.postedAt].flatMap((each) => each ?? []);
  return posted.length === 0 ? undefined : Math.max(...posted);
};
