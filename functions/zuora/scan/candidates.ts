import * as z from "zod";
import type { Candidates, MemoCandidates } from "../../app/scan/ports.ts";
import { hasCreditBalance, type Mode } from "../../domain/credit/mode.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { amount, instantOf } from "../query/fields.ts";
import { queryAll } from "../query/query.ts";
import { dateTime } from "../query/zoql.ts";
import { memoCandidates } from "./memo-candidates.ts";

/**
 * The scan's queries: a coarse filter that may say yes too often, never the authority, which is `plan` in
 * `domain/plan.ts`. An incremental scan restricts *invoices* by their update; `Account.UpdatedDate` is never used,
 * since nothing documents that an adjustment moves it.
 */
export const createCandidates = (connection: Connection, invocation: Invocation, mode?: Mode): Candidates => {
  const client = createClient(connection, invocation);
  return candidatesWhere(client, "", mode, memoCandidates(client, mode));
};

/**
 * @param onlyInvoices a further condition on invoices, with its `and` in front; or nothing
 * @param creditMemos absent where none are asked for
 */
export const candidatesWhere = (
  client: ZuoraClient,
  onlyInvoices: string,
  mode: Mode | undefined,
  creditMemos: MemoCandidates | undefined,
): Candidates => {
  return {
    creditMemos,
    async *negativeInvoices(since, before) {
      const updated = updatedWithin(since, before);
      const query = `select Id, AccountId, Balance, Currency, PostedDate from Invoice where Status = 'Posted' and Balance < 0${onlyInvoices}${updated}`;
      for await (const raw of queryAll(client, query)) {
        const amounts = negativeInvoiceRecord.safeParse(raw);
        yield {
          id: textOf(raw["Id"]),
          accountId: textOf(raw["AccountId"]),
          ...(amounts.success ? { balance: amounts.data.Balance, currency: amounts.data.Currency } : {}),
          postedAt: instantOf(raw["PostedDate"]),
        };
      }
    },
    async *accountsWithCredit() {
      if (!hasCreditBalance(mode)) return;
      const query = "select Id from Account where CreditBalance > 0";
      for await (const raw of queryAll(client, query)) yield textOf(raw["Id"]);
    },
    async *accountsOfOpenInvoices(since, before) {
      const query = `select Id, AccountId from Invoice where Status = 'Posted' and Balance > 0${onlyInvoices}${updatedWithin(since, before)}`;
      for await (const raw of queryAll(client, query)) yield textOf(raw["AccountId"]);
    },
  };
};

const updatedWithin = (since: number | undefined, before: number | undefined): string => {
  const from = since === undefined ? "" : ` and UpdatedDate >= ${dateTime(since)}`;
  return before === undefined ? from : `${from} and UpdatedDate < ${dateTime(before)}`;
};

/** Where a record does not name what it must, the text is empty: whoever counts says so. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const negativeInvoiceRecord = z.object({ Balance: amount, Currency: z.string().min(1).optional() });
