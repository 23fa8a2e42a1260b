import { min } from "../../../functions/domain/money.ts";
import type { InvoiceRecord } from "../records.ts";
import { shuffled } from "../shuffled.ts";
import type { Store } from "../store.ts";
import { applyMemo } from "./apply-memo.ts";
import type { MemoRules } from "./judge-application.ts";

/**
 * What payment runs and orders do that are told to: memos already on the account pay these invoices, but for those that
 * are excluded. In which order, nobody says.
 *
 * @returns how many applications were made
 */
export const applyMemosTo = (store: Store, invoices: readonly InvoiceRecord[], rules: MemoRules): number => {
  let applications = 0;
  for (const invoice of shuffled(invoices, rules.turn())) {
    const memos = store.creditMemos
      .where("accountId", invoice.AccountId)
      .filter((memo) => !memo.excludeFromAutoApplyRules && memo.currency === invoice.Currency);
    for (const memo of shuffled(memos, rules.turn())) {
      const amount = min(memo.unappliedAmount, invoice.Balance);
      if (!amount.gt(0)) continue;
      const refusal = applyMemo(store, memo, { entries: [{ invoiceId: invoice.Id, amount }] }, rules);
      if (refusal === undefined) applications += 1;
    }
  }
  return applications;
};
