import { hasCreditBalance } from "../../../functions/domain/credit/mode.ts";
import type { History } from "./history.ts";

/**
 * Negative invoices that stood still while a whole scan of everything went on, and whose account it did not queue; where
 * pages pass rows by, or reads lag, one scan promises nothing.
 */
export const leftOut = ({ scans, tenant: { store }, faults, hasSecondRun, mode }: History): string[] => {
  if (hasSecondRun || faults.counts.has("rows-passed-by") || !hasCreditBalance(mode)) return [];
  return scans
    .filter(({ kind }) => kind === "full")
    .flatMap(({ beganAt, endedAt, found }) =>
      store.invoices.rows
        .filter(({ Id, Amount, Balance, PostedDate = Number.POSITIVE_INFINITY, UpdatedDate }) => {
          if (!Amount.lt(0) || PostedDate >= beganAt) return false;
          const [transfer] = store.adjustments.where("SourceTransactionId", Id);
          const movedAt = transfer?.CreatedDate ?? (Balance.lt(0) ? Number.POSITIVE_INFINITY : UpdatedDate);
          return movedAt > endedAt;
        })
        .filter(({ AccountId }) => !found.has(AccountId))
        .map(({ InvoiceNumber }) => `${InvoiceNumber} was left out by a scan of everything`),
    );
};
