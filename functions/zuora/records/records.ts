import type { z } from "zod";
import type { AdjustmentRecord, BilledInvoice, Records } from "../../app/records/ports.ts";
import { hasCreditBalance, type Mode } from "../../domain/credit/mode.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { zero } from "../../domain/money.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { instantOf } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { type Condition, dateTime, quoted, selectAny } from "../query/zoql.ts";
import {
  accountLabelRecord,
  adjustmentRecord,
  billedInvoiceRecord,
  invoiceAdjustmentRecord,
} from "./record-schemas.ts";

/**
 * Zuora's records by ZOQL. A report that misses a record is wrong, so one that does not parse fails it as a whole.
 * Where the mode has no credit balance, no adjustment of it is asked for.
 */
export const createRecords = (connection: Connection, invocation: Invocation, mode?: Mode): Records => {
  const client = createClient(connection, invocation);
  const invoices = async (...groups: readonly Condition[][]): Promise<readonly BilledInvoice[]> => {
    const posted = groups.map((group) => ["Status = 'Posted'", ...group]);
    return (await readAll(client, "Invoice", billedInvoiceRecord, posted)).map(toInvoice);
  };
  const adjustments = async (...groups: readonly Condition[][]): Promise<readonly AdjustmentRecord[]> => {
    if (!hasCreditBalance(mode)) return [];
    return (await readAll(client, "CreditBalanceAdjustment", adjustmentRecord, groups)).map(toAdjustment);
  };
  return {
    invoicesPostedBefore: (instant, accountId) => {
      const before = [...only(accountId), "Amount < 0", `PostedDate < ${dateTime(instant)}`];
      return invoices([...before, "Balance < 0"], [...before, `UpdatedDate >= ${dateTime(instant)}`]);
    },
    invoicesPostedSince: (instant, until, accountId) => {
      const end = until === undefined ? [] : [`PostedDate < ${dateTime(until)}`];
      return invoices([...only(accountId), "Amount < 0", `PostedDate >= ${dateTime(instant)}`, ...end]);
    },
    negativeInvoices: (accountId) => invoices([...only(accountId), "Balance < 0"]),
    adjustmentsSince: (instant, accountId) =>
      adjustments(
        [...only(accountId), `CreatedDate >= ${dateTime(instant)}`],
        [...only(accountId), "Status = 'Canceled'", `UpdatedDate >= ${dateTime(instant)}`],
      ),
    adjustmentsOfInvoices: (ids) => adjustments(...ids.map((id) => [`SourceTransactionId = ${quoted(id)}`])),
    adjustmentsOfAccounts: (ids) => adjustments(...ids.map((id) => only(id))),
    adjustmentsOfInvoicesAlone: async (ids) => {
      const groups = ids.map((id) => [`InvoiceId = ${quoted(id)}`]);
      const read = (object: string) =>
        readAll(client, object, invoiceAdjustmentRecord, groups).catch((error: unknown) => {
          if (error instanceof ZuoraContractError && error.zuoraCode === "INVALID_TYPE") return [];
          throw error;
        });
      return (await Promise.all(["InvoiceAdjustment", "InvoiceItemAdjustment"].map(read))).flat().map(toOfInvoiceAlone);
    },
    adjustmentsOfRun: (runId) => adjustments([`ReferenceId = ${quoted(runId)}`]),
    accounts: async (ids) => {
      const groups = ids.map((id) => [`Id = ${quoted(id)}`]);
      if (!hasCreditBalance(mode)) {
        const records = await readAll(client, "Account", accountLabelRecord.omit({ CreditBalance: true }), groups);
        return new Map(
          records.map(({ Id, AccountNumber: number, Currency: currency }) => [
            Id,
            { number, currency, creditBalance: zero },
          ]),
        );
      }
      const records = await readAll(client, "Account", accountLabelRecord, groups);
      return new Map(
        records.map(({ Id, AccountNumber: number, Currency: currency, CreditBalance: creditBalance }) => [
          Id,
          { number, currency, creditBalance },
        ]),
      );
    },
  };
};

const only = (accountId: string | undefined): Condition[] =>
  accountId === undefined ? [] : [`AccountId = ${quoted(accountId)}`];

/** Every record that any of the groups finds, once, however many queries it takes. */
const readAll = async <S extends z.ZodObject<{ Id: z.ZodType<string> }>>(
  client: ZuoraClient,
  object: string,
  schema: S,
  groups: readonly (readonly Condition[])[],
): Promise<readonly z.output<S>[]> => {
  const records = new Map<unknown, z.output<S>>();
  const queries = selectAny(Object.keys(schema.shape), object, groups);
  for await (const record of queryRecords(client, object, schema, queries)) records.set(record.Id, record);
  return [...records.values()];
};

const toInvoice = (record: z.output<typeof billedInvoiceRecord>): BilledInvoice => ({
  id: record.Id,
  number: record.InvoiceNumber,
  accountId: record.AccountId,
  amount: record.Amount,
  balance: record.Balance,
  currency: record.Currency,
  postedAt: instantOf(record.PostedDate),
  updatedAt: instantOf(record.UpdatedDate),
});

const toOfInvoiceAlone = (record: z.output<typeof invoiceAdjustmentRecord>): AdjustmentRecord => ({
  id: record.Id,
  number: record.AdjustmentNumber,
  accountId: record.AccountId,
  invoice: { id: record.InvoiceId, number: record.InvoiceNumber },
  // A charge takes from what a negative invoice owes, as a transfer does.
  type: record.Type === "Charge" ? "Increase" : "Decrease",
  isOfInvoiceAlone: true,
  amount: record.Amount,
  status: record.Status,
  // None is ours, whatever somebody wrote on it.
  reference: undefined,
  comment: undefined,
  createdAt: record.CreatedDate,
  updatedAt: record.UpdatedDate,
  createdBy: record.CreatedById,
  updatedBy: record.UpdatedById,
});

const toAdjustment = (record: z.output<typeof adjustmentRecord>): AdjustmentRecord => ({
  id: record.Id,
  number: record.Number,
  accountId: record.AccountId,
  invoice: { id: record.SourceTransactionId, number: record.SourceTransactionNumber },
  sourceType: record.SourceTransactionType,
  type: record.Type,
  amount: record.Amount,
  status: record.Status,
  reference: record.ReferenceId,
  comment: record.Comment,
  createdAt: record.CreatedDate,
  updatedAt: record.UpdatedDate,
  createdBy: record.CreatedById,
  updatedBy: record.UpdatedById,
});
