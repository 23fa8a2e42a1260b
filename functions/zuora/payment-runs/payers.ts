import * as z from "zod";
import type { PayableInvoice, Payer } from "../../app/scan/ports.ts";
import type { AccountId } from "../../domain/account.ts";
import type { Mode } from "../../domain/credit/mode.ts";
import { localDateIn } from "../../domain/local-time.ts";
import type { ZuoraClient } from "../http/client.ts";
import { accountRecord, invoiceRecord } from "../query/account-records.ts";
import { id, instant, instantOf, localDayOf, saysYes } from "../query/fields.ts";
import { type OwnedRecord, readRecords, type SharedRead } from "../query/shared-read.ts";
import { dateTime, quoted, selectAny } from "../query/zoql.ts";
import { isNotOfferedInZuorasWords } from "./offer.ts";

/** How a tenant's records are understood. */
export type PayerReading = {
  readonly timeZone: string;
  readonly mode?: Mode | undefined;
  readonly optOutField?: string | undefined;
};

/**
 * Accounts with what a payment run may select (Zuora: Troubleshoot payment runs), open now or changed since an instant,
 * and with their payments. One of which a record cannot be understood is left out. A query for each 33 accounts'
 * invoices and each 50 accounts' payments.
 */
export const readPayers = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
  since: number,
  reading: PayerReading & { readonly now: number },
): Promise<readonly Payer[]> => {
  const { timeZone, mode, optOutField } = reading;
  const shared: SharedRead = { client, ids, problems: new Map() };
  const read = <S extends z.ZodObject & z.ZodType<{ Id: string }>>(
    record: S,
    object: string,
    groups: readonly (readonly string[])[],
  ) =>
    readRecords(
      shared,
      selectAny(
        Object.keys(record.shape),
        object,
        ids.flatMap((each) => groups.map((group) => [`AccountId = ${quoted(each)}`, ...group])),
      ),
      record,
      "AccountId",
    );
  const fields = [...Object.keys(payerRecord.shape), ...(optOutField ? [optOutField] : [])];
  const named = ids.map((each) => [`Id = ${quoted(each)}`]);
  const changed = `UpdatedDate >= ${dateTime(since)}`;
  const [accounts, invoices, payments] = await Promise.all([
    readRecords(shared, selectAny(fields, "Account", named), payerRecord, "Id"),
    read(payableRecord, "Invoice", [
      ["Status = 'Posted'", "Balance > 0"],
      ["Status = 'Posted'", "Amount > 0", changed],
    ]),
    // Where a tenant has no payments to ask for, none is under way.
    read(paymentRecord, "Payment", [["Status = 'Processing'"], [changed]]).catch(noneWhereNotOffered),
  ]);
  const invoicesOf = Map.groupBy(invoices, ({ owner }) => owner);
  const paymentsOf = Map.groupBy(payments, ({ owner }) => owner);
  return accounts
    .filter(({ owner }) => !shared.problems.has(owner))
    .map(({ owner, record, raw }) => ({
      id: owner,
      number: record.AccountNumber,
      status: record.Status,
      currency: record.Currency,
      batch: record.Batch,
      optedOut: optOutField !== undefined && saysYes(raw[optOutField]),
      mode,
      today: localDateIn(timeZone, reading.now),
      invoices: (invoicesOf.get(owner) ?? [])
        .filter((each) => record.AutoPay && each.record.AutoPay)
        .map((each) => toPayable(each.record, record.Currency, timeZone)),
      payments: (paymentsOf.get(owner) ?? []).map((each) => toPayment(each.record)),
    }));
};

const noneWhereNotOffered = (error: unknown): readonly OwnedRecord<typeof paymentRecord>[] => {
  if (isNotOfferedInZuorasWords(error)) return [];
  throw error;
};

/** A tenant that does not tell is one where everything is paid automatically, for all that is known. */
const autoPay = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]).default(true);

const payerRecord = accountRecord.omit({ CreditBalance: true }).extend({ AutoPay: autoPay });

const payableRecord = invoiceRecord.extend({ AutoPay: autoPay });

const paymentRecord = z.object({
  Id: id,
  AccountId: id,
  Status: z.string(),
  CreatedDate: instant,
  UpdatedDate: instant,
});

const toPayment = ({ Status, CreatedDate, UpdatedDate }: z.output<typeof paymentRecord>) => ({
  madeAt: CreatedDate,
  ...(Status === "Processing" ? {} : { endedAt: UpdatedDate }),
});

const toPayable = (invoice: z.output<typeof invoiceRecord>, currency: string, timeZone: string): PayableInvoice => ({
  id: invoice.Id,
  balance: invoice.Balance,
  currency: invoice.Currency ?? currency,
  invoiceDate: invoice.InvoiceDate,
  dueDate: invoice.DueDate ?? invoice.InvoiceDate,
  postedOn: invoice.PostedDate === undefined ? invoice.InvoiceDate : localDayOf(invoice.PostedDate, timeZone),
  postedAt: instantOf(invoice.PostedDate),
  updatedAt: instantOf(invoice.UpdatedDate),
});
