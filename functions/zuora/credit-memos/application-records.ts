import * as z from "zod";
import type { ZuoraClient } from "../http/client.ts";
import { amount, id, instant } from "../query/fields.ts";
import { objectQueryAll } from "../query/object-query.ts";
import { understood } from "../query/understood.ts";
import { dateTime } from "../query/zoql.ts";
import { paymentApplicationRecord } from "../unapplied-payments/payment-records.ts";

/** One event between a memo and what it pays; without an invoice, of a debit memo. */
export const applicationRecord = z.object({
  id,
  accountId: id,
  creditMemoId: id,
  invoiceId: id.optional(),
  amount,
  createdById: z.string().min(1),
  createdDate: instant,
  creditMemo: z.object({ memoNumber: z.string().min(1), postedOn: z.string().optional() }).optional(),
});

/** An application of a credit memo to an invoice, or of less than nothing what was taken back from it. */
export type ApplicationRecord = z.output<typeof applicationRecord> & { readonly invoiceId: string };

/**
 * What anybody applied to invoices, or took back from them, at or after an instant, in epoch milliseconds.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export async function* applicationsSince(client: ZuoraClient, since: number): AsyncGenerator<ApplicationRecord> {
  const query = { filters: [`updateddate.GE:${dateTime(since)}`], expand: ["creditmemo"] };
  for await (const raw of objectQueryAll(client, "credit-memo-applications", query)) {
    const record = understood(applicationRecord, raw, "an application of a credit memo");
    const { createdDate, invoiceId } = record;
    if (createdDate >= since && typeof invoiceId === "string") yield { ...record, invoiceId };
  }
}

/** The same of payments. */
export type PaymentApplicationRecord = z.output<typeof paymentApplicationRecord> & { readonly invoiceId: string };

/**
 * What anybody applied of payments to invoices, or took back from them, as {@link applicationsSince}.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export async function* paymentApplicationsSince(
  client: ZuoraClient,
  since: number,
): AsyncGenerator<PaymentApplicationRecord> {
  const query = { filters: [`updateddate.GE:${dateTime(since)}`], expand: ["payment"] };
  for await (const raw of objectQueryAll(client, "payment-applications", query)) {
    const record = understood(paymentApplicationRecord, raw, "an application of a payment");
    const { createdDate, invoiceId } = record;
    if (createdDate >= since && typeof invoiceId === "string") yield { ...record, invoiceId };
  }
}

/**
 * Whether a user made it. Applications carry no mark: a user is all that tells them apart.
 *
 * @param user an id without hyphens
 */
export const isMadeBy = ({ createdById }: Pick<ApplicationRecord, "createdById">, user: string): boolean =>
  createdById.replaceAll("-", "") === user;

/** The same of an application that took nothing back. */
export const isAppliedBy = (record: Pick<ApplicationRecord, "createdById" | "amount">, user: string): boolean =>
  isMadeBy(record, user) && record.amount.gt(0);
