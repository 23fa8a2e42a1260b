import * as z from "zod";
import type { InvoiceId, InvoiceRef } from "../../domain/account.ts";
import type { ZuoraClient } from "../http/client.ts";
import { id } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";

const numberRecord = z.object({ Id: id, InvoiceNumber: z.string().min(1) });

/**
 * What people call invoices, since applications of credit memos and of payments know their ids alone.
 *
 * @returns how each of them is named; one that Zuora does not show, by its id
 */
export const invoiceRefs = async (
  client: ZuoraClient,
  ids: readonly InvoiceId[],
): Promise<(id: InvoiceId) => InvoiceRef> => {
  const numbers = new Map<InvoiceId, string>();
  const queries = selectAny(
    ["Id", "InvoiceNumber"],
    "Invoice",
    [...new Set(ids)].map((each) => [`Id = ${quoted(each)}`]),
  );
  for await (const { Id, InvoiceNumber } of queryRecords(client, "an invoice", numberRecord, queries)) {
    numbers.set(Id, InvoiceNumber);
  }
  return (id) => ({ id, number: numbers.get(id) ?? id });
};
