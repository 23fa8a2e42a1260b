import { hasCreditBalance } from "../../../functions/domain/credit/mode.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { History } from "./history.ts";
import type { CompletedScan } from "./system.ts";
import { minuteMs } from "./timetable.ts";

/**
 * Negative invoices that stood still while a whole scan of everything went on, and whose account it did not queue;
 * where pages pass rows by, or reads lag, one scan promises nothing.
 */
export const leftOut = ({ scans, tenant: { store }, faults, hasSecondRun, mode }: History): string[] => {
  if (hasSecondRun || faults.counts.has("rows-passed-by") || !hasCreditBalance(mode)) return [];
  return scans
    .filter(({ kind }) => kind === "full")
    .flatMap(({ beganAt, endedAt, found }) =>
      store.invoices.rows
        .filter(({ Amount, PostedDate = Number.POSITIVE_INFINITY }) => Amount.lt(0) && PostedDate < beganAt)
        .filter((invoice) => movedAtOf(store, invoice) > endedAt)
        .filter(({ AccountId }) => !found.has(AccountId))
        .map(({ InvoiceNumber }) => `${InvoiceNumber} was left out by a scan of everything`),
    );
};

/**
 * Scans of a quarter of an hour look at each invoice three times, so that one which pages pass by is found by the next.
 */
const scansPassedByMax = 2;

/** A scan reaches so far behind the beginning of the last one that completed. */
const overlapMs = 30 * minuteMs;

/** Negative invoices that were there while more scans looked where they were than may pass one by, and none found. */
export const passedBy = ({ scans, tenant: { store }, mode }: History): string[] =>
  hasCreditBalance(mode)
    ? store.invoices.rows.flatMap((invoice) => {
        const { InvoiceNumber, AccountId, Amount, PostedDate } = invoice;
        if (!Amount.lt(0) || PostedDate === undefined) return [];
        const movedAt = movedAtOf(store, invoice);
        const isAbout = ({ kind, beganAt, endedAt }: CompletedScan, index: number) =>
          beganAt > PostedDate &&
          endedAt < movedAt &&
          (kind === "full" || PostedDate >= (scans[index - 1]?.beganAt ?? 0) - overlapMs);
        const looked = scans.filter(isAbout);
        const isFound = looked.length <= scansPassedByMax || looked.some(({ found }) => found.has(AccountId));
        return isFound ? [] : [`${InvoiceNumber} was passed by ${looked.length} scans that looked where it was`];
      })
    : [];

/** Until when an invoice was negative: its transfer, or whatever else settled it. */
const movedAtOf = ({ adjustments }: Store, { Id, Balance, UpdatedDate }: InvoiceRecord): number => {
  const [transfer] = adjustments.where("SourceTransactionId", Id);
  return transfer?.CreatedDate ?? (Balance.lt(0) ? Number.POSITIVE_INFINITY : UpdatedDate);
};
