import { instantInZone } from "../../domain/local-time.ts";
import type { PaymentRun } from "../../domain/payment-run.ts";
import { instantOf } from "../query/fields.ts";
import type { PaymentRunRecord } from "./pages.ts";

/** A payment run as Zuora lists it under a status. Of its `runDate` the minutes mean nothing: it starts on the hour. */
export const toPaymentRun = (record: PaymentRunRecord, status: PaymentRun["status"], timeZone: string): PaymentRun => {
  const { number, runDate, executedOn, completedOn, updatedDate, targetDate, batch, currency, accountId } = record;
  const at = (text: string | undefined) => (text === undefined ? undefined : localInstant(text, timeZone));
  const startsAt = at(runDate?.replace(/^(.{13}).*?(Z|[+-]\d{2}:?\d{2})?$/, "$1:00$2"));
  return {
    status,
    number,
    startsAt,
    beganAt: status === "Pending" ? undefined : (at(executedOn) ?? startsAt),
    endedAt: status === "Completed" || status === "Error" ? at(completedOn ?? updatedDate) : undefined,
    changedAt: at(updatedDate),
    targetDate,
    batch,
    currency,
    accountId,
  };
};

/** A time in epoch milliseconds; without an offset it is the tenant's own. */
export const localInstant = (text: string, timeZone: string): number | undefined => {
  const written = text.replace(" ", "T");
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(written)) return instantOf(written);
  return /^\d{4}-\d{2}-\d{2}T\d{2}/.test(written) ? instantInZone(timeZone, written.slice(0, 19)) : undefined;
};
