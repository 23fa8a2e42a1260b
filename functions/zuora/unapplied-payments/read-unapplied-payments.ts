import type { AccountId, InvoiceId, UnappliedPayment } from "../../domain/account.ts";
import { instantOf } from "../query/fields.ts";
import { isCut, isIn, objectQueryAll } from "../query/object-query.ts";
import type { RawRecord } from "../query/query.ts";
import { readOwned, type SharedRead } from "../query/shared-read.ts";
import { type PaymentRecord, paymentRecord } from "./payment-records.ts";

/** What is asked of every payment that may pay. */
export const withMoneyUnapplied = ["status.EQ:Processed", "unappliedamount.GT:0"] as const;

/** The payments of one account that have money left. */
export type OwnPayments = {
  readonly payments: readonly UnappliedPayment[];
  /** Invoices that a person took the money of one of these payments back from. */
  readonly takenBackFrom: readonly InvoiceId[];
};

/**
 * Reads the processed payments with money left, each with its applications. A payment that cannot be read, or whose
 * amounts do not add up, condemns its own account.
 */
export const readUnappliedPayments = async (shared: SharedRead): Promise<ReadonlyMap<AccountId, OwnPayments>> => {
  const streams = isIn("accountid", shared.ids).map((some) => whole(shared, some));
  const payments = await readOwned(shared, streams, {
    schema: paymentRecord,
    ownerField: "accountId",
    idOf: ({ id }) => id,
    isMeant: isForInvoices,
    what: "a payment",
  });
  return new Map(
    [...Map.groupBy(payments, ({ owner }) => owner)].map(([owner, own]) => [
      owner,
      {
        payments: own.map(({ record }) => toUnappliedPayment(record)),
        takenBackFrom: own.flatMap(({ record }) => takenBack(record).flatMap(({ invoiceId }) => invoiceId ?? [])),
      },
    ]),
  );
};

/**
 * What is reserved for prepaid usage, or settled outside of Zuora, is no money for invoices (Zuora: Create a payment).
 */
export const isForInvoices = ({ prepayment, isStandalone }: RawRecord): boolean =>
  prepayment !== true && isStandalone !== true;

async function* whole({ client }: SharedRead, some: string): AsyncGenerator<RawRecord> {
  const query = { filters: [...withMoneyUnapplied, some], expand: ["paymentapplications"] };
  for await (const raw of objectQueryAll(client, "payments", query)) {
    const { id, paymentApplications: shown } = raw;
    if (!isCut(shown)) yield raw;
    else {
      const all = objectQueryAll(client, "payment-applications", { filters: [`paymentid.EQ:${id}`] });
      yield { ...raw, paymentApplications: await Array.fromAsync(all) };
    }
  }
}

const toUnappliedPayment = (record: PaymentRecord): UnappliedPayment => ({
  id: record.id,
  number: record.paymentNumber,
  amount: record.amount,
  unapplied: record.unappliedAmount,
  currency: record.currency,
  effectiveDate: record.effectiveDate,
  postedAt: instantOf(record.createdDate),
  wasUnapplied: takenBack(record).length > 0,
});

/**
 * How an unapply shows is not documented, as of memos: as an application of less than nothing, or with nothing left of
 * it.
 */
const takenBack = ({ paymentApplications = [] }: PaymentRecord) =>
  paymentApplications.filter(({ applyAmount }) => !applyAmount.gt(0));
