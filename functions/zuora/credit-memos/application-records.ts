import * as z from "zod";
import type { AppliedPart } from "../../app/undo/memo-ports.ts";
import type { AccountId, InvoiceId } from "../../domain/account.ts";
import type { Money } from "../../domain/money.ts";
import type { ZuoraClient } from "../http/client.ts";
import { amount, id, instant } from "../query/fields.ts";
import { objectQueryAll } from "../query/object-query.ts";
import type { RawRecord } from "../query/query.ts";
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

/** An application of a credit memo or a payment to an invoice, or of less than nothing what was taken back from it. */
export type InvoiceApplication = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly from: AppliedPart;
  readonly invoiceId: InvoiceId;
  readonly amount: Money;
  readonly createdById: string;
  /** Epoch milliseconds. */
  readonly createdDate: number;
  /** Of a credit memo, as Zuora writes it. */
  readonly postedOn?: string | undefined;
};

type Told = Omit<InvoiceApplication, "invoiceId"> & { readonly invoiceId?: InvoiceId | undefined };

/** What applies money to invoices, each with how Object Query tells of it. */
const kinds = {
  creditMemo: {
    collection: "credit-memo-applications",
    expand: ["creditmemo"],
    read: (raw: RawRecord): Told => {
      const { creditMemoId, creditMemo, ...record } = understood(
        applicationRecord,
        raw,
        "an application of a credit memo",
      );
      const from = { creditMemo: { id: creditMemoId, number: creditMemo?.memoNumber ?? creditMemoId } };
      return { ...record, from, postedOn: creditMemo?.postedOn };
    },
  },
  payment: {
    collection: "payment-applications",
    expand: ["payment"],
    read: (raw: RawRecord): Told => {
      const {
        paymentId,
        payment,
        applyAmount: amount,
        ...record
      } = understood(paymentApplicationRecord, raw, "an application of a payment");
      const from = { payment: { id: paymentId, number: payment?.paymentNumber ?? paymentId } };
      return { ...record, from, amount };
    },
  },
} as const;

/**
 * What anybody applied to invoices, or took back from them, at or after an instant, in epoch milliseconds.
 *
 * @param of whose applications, one kind after the other
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export async function* applicationsSince(
  client: ZuoraClient,
  since: number,
  of: readonly (keyof typeof kinds)[],
): AsyncGenerator<InvoiceApplication> {
  for (const kind of of) {
    const { collection, expand, read } = kinds[kind];
    const query = { filters: [`updateddate.GE:${dateTime(since)}`], expand };
    for await (const raw of objectQueryAll(client, collection, query)) {
      const record = read(raw);
      const { createdDate, invoiceId } = record;
      if (createdDate >= since && typeof invoiceId === "string") yield { ...record, invoiceId };
    }
  }
}

/**
 * Whether a user made it. Applications carry no mark: a user is all that tells them apart.
 *
 * @param user an id without hyphens
 */
export const isMadeBy = ({ createdById }: Pick<InvoiceApplication, "createdById">, user: string): boolean =>
  createdById.replaceAll("-", "") === user;

/** The same of an application that took nothing back. */
export const isAppliedBy = (record: Pick<InvoiceApplication, "createdById" | "amount">, user: string): boolean =>
  isMadeBy(record, user) && record.amount.gt(0);
