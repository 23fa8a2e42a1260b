import * as z from "zod";
import type { CreditMove, PaymentRunWatch } from "../../app/scan/ports.ts";
import type { AccountId, InvoiceId } from "../../domain/account.ts";
import { hasCreditBalance, hasCreditMemos } from "../../domain/credit/mode.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { negate } from "../../domain/money.ts";
import type { PaymentRun } from "../../domain/payment-run.ts";
import { isOurs } from "../../domain/run-id.ts";
import { memosAppliedSince } from "../credit-memos/memos-applied.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { amount, id, instantOf, reference } from "../query/fields.ts";
import { queryAll, type RawRecord } from "../query/query.ts";
import { understood } from "../query/understood.ts";
import { type Condition, dateTime, quoted, selectAny } from "../query/zoql.ts";
import { readCreditBooks } from "./credit-books.ts";
import { isNotOfferedInZuorasWords } from "./offer.ts";
import { type PaymentRunRecord, paymentRunPages } from "./pages.ts";
import { type PayerReading, readPayers } from "./payers.ts";
import { localInstant, toPaymentRun } from "./to-payment-run.ts";

/**
 * Zuora's signs of `sort` run against habit: `+` is descending and `-` ascending (Zuora: List payment runs). Newest
 * first, the ended runs of a window are on the first pages; years of others need not be read.
 */
const newestFirst = "+updatedDate";

/** Two thousand runs: whoever has more between two scans is told that they are not watched. */
const endedPagesMax = 50;

/** What the scanner asks about payment runs: their list, and who had something to be transferred or charged. */
export const createPaymentRunWatch = (
  connection: Connection,
  invocation: Invocation,
  { timeZone, mode, optOutField }: PayerReading,
): PaymentRunWatch => {
  const client = createClient(connection, invocation);
  const records = async function* (object: string, fields: readonly string[], groups: readonly Condition[][]) {
    for (const query of selectAny(fields, object, groups)) yield* queryAll(client, query);
  };
  return {
    runs: async (since) => {
      const runs: PaymentRun[] = [];
      const refusals: ZuoraContractError[] = [];
      // One after the other: a run that moves on in between is seen twice, and not missed.
      for (const status of statuses) {
        try {
          const listed = await readListed(client, status, since, timeZone);
          runs.push(...listed.map((run) => toPaymentRun(run, status, timeZone)));
        } catch (error) {
          if (!isNotOfferedInZuorasWords(error)) throw error;
          refusals.push(error);
        }
      }
      // No single answer makes a tenant one without payment runs.
      if (refusals[0] !== undefined && refusals.length < statuses.length) throw refusals[0];
      // As it was seen last.
      return [...Map.groupBy(runs, ({ number }) => number ?? {}).values()].flatMap((seen) => seen.slice(-1));
    },
    creditMovesSince: async (since) => {
      if (!hasCreditBalance(mode)) return [];
      const moves: (CreditMove & { readonly sourceId: InvoiceId | undefined })[] = [];
      const created = [["Status = 'Processed'", `CreatedDate >= ${dateTime(since)}`]];
      const fields = ["Id", "AccountId", "Type", "Amount", "SourceTransactionId", "ReferenceId", "CreatedDate"];
      for await (const raw of records("CreditBalanceAdjustment", fields, created)) {
        const parsed = creditMoveRecord.safeParse(raw);
        if (parsed.success) moves.push(toMove(parsed.data, since));
      }
      const ids = new Set(moves.flatMap(({ sourceId, change }) => (sourceId && change.gt(0) ? [sourceId] : [])));
      if (ids.size === 0) return moves;
      const posted = new Map<InvoiceId, number | undefined>();
      const sources = [...ids].map((id) => [`Id = ${quoted(id)}`]);
      for await (const raw of records("Invoice", ["Id", "Amount", "PostedDate"], sources)) {
        const invoice = transferredRecord.safeParse(raw);
        // An overpayment that is booked to credit comes from a payment, or from an invoice that was never negative.
        if (invoice.success && invoice.data.Amount.lt(0))
          posted.set(invoice.data.Id, instantOf(invoice.data.PostedDate));
      }
      return moves.map(({ sourceId = "", ...move }) =>
        move.change.gt(0) && posted.has(sourceId) ? { ...move, transferred: { postedAt: posted.get(sourceId) } } : move,
      );
    },
    memosAppliedSince: (since) =>
      hasCreditMemos(mode) ? memosAppliedSince(connection, client, since) : Promise.resolve([]),
    withSomethingToCharge: async (ids, since, postedBefore) => {
      const charged = new Set<AccountId>();
      const before = postedBefore === undefined ? [] : [`PostedDate < ${dateTime(postedBefore)}`];
      const invoices = ids.flatMap((id) => {
        const posted = [`AccountId = ${quoted(id)}`, "Status = 'Posted'", ...before];
        return [
          [...posted, "Balance > 0"],
          [...posted, "Amount > 0", `UpdatedDate >= ${dateTime(since)}`],
        ];
      });
      for await (const raw of records("Invoice", ["Id", "AccountId"], invoices)) {
        const parsed = reference.safeParse(raw);
        if (parsed.success) charged.add(parsed.data.AccountId);
      }
      if (charged.size === 0) return [];
      const accounts = [...charged].map((id) => [`Id = ${quoted(id)}`]);
      const found = [];
      for await (const raw of records("Account", ["Id", "Currency", "Batch"], accounts)) found.push(toCharged(raw));
      return found;
    },
    async *accountsOfPaidInvoices(since) {
      const paid = [["Status = 'Posted'", "Balance = 0", "Amount > 0", `UpdatedDate >= ${dateTime(since)}`]];
      for await (const raw of records("Invoice", ["Id", "AccountId"], paid)) {
        const parsed = reference.safeParse(raw);
        if (parsed.success) yield parsed.data.AccountId;
      }
    },
    creditBooks: async (ids) => (hasCreditBalance(mode) ? readCreditBooks(client, ids) : new Map()),
    payers: (ids, since) =>
      readPayers(client, ids, since, { timeZone, mode, optOutField, now: connection.clock.now() }),
  };
};

/** In the order in which a run goes through them. */
const statuses = ["Pending", "Processing", "Completed", "Error"] as const;

type Status = (typeof statuses)[number];

const readListed = async (
  client: ZuoraClient,
  status: Status,
  since: number,
  timeZone: string,
): Promise<readonly PaymentRunRecord[]> => {
  if (status === "Completed" || status === "Error") return readEnded(client, status, since, timeZone);
  const runs: PaymentRunRecord[] = [];
  for await (const page of paymentRunPages(client, status)) runs.push(...page);
  return runs;
};

const readEnded = async (
  client: ZuoraClient,
  status: "Completed" | "Error",
  since: number,
  timeZone: string,
): Promise<readonly PaymentRunRecord[]> => {
  const recent: PaymentRunRecord[] = [];
  let pages = 0;
  for await (const page of paymentRunPages(client, status, { sort: newestFirst })) {
    expectNewestFirst(page);
    const own = page.filter((run) => (toPaymentRun(run, status, timeZone).endedAt ?? 0) >= since);
    recent.push(...own);
    pages += 1;
    const oldest = page.at(-1)?.updatedDate;
    const isPast = oldest === undefined ? own.length < page.length : (localInstant(oldest, timeZone) ?? 0) < since;
    if (isPast) break;
    if (pages >= endedPagesMax) {
      const message = `payment runs: more than ${pages} pages of ${status} ones since ${new Date(since).toISOString()}`;
      throw new ZuoraContractError(message, { scope: "envelope" });
    }
  }
  return recent;
};

/** In another order the first pages would hide the latest runs, and silence would look like peace. */
const expectNewestFirst = (page: readonly PaymentRunRecord[]): void => {
  const [first, last] = [page[0]?.updatedDate, page.at(-1)?.updatedDate];
  if (first === undefined || last === undefined || first >= last) return;
  throw new ZuoraContractError("payment runs: expected those updated last first, and the oldest came", {
    scope: "envelope",
  });
};

const toCharged = (raw: RawRecord) => {
  const { Id: id, Currency: currency, Batch: batch } = understood(chargedAccountRecord, raw, "an account");
  return { id, currency, batch };
};

const creditMoveRecord = z.object({
  AccountId: id,
  Type: z.enum(["Increase", "Decrease"]),
  Amount: amount,
  SourceTransactionId: id.optional(),
  ReferenceId: z.string().optional(),
  CreatedDate: z.string(),
});

const toMove = (record: z.output<typeof creditMoveRecord>, since: number) => ({
  accountId: record.AccountId,
  at: instantOf(record.CreatedDate) ?? since,
  change: record.Type === "Increase" ? record.Amount : negate(record.Amount),
  isOurs: isOurs(record.ReferenceId),
  sourceId: record.SourceTransactionId,
});

const transferredRecord = z.object({ Id: id, Amount: amount, PostedDate: z.string().optional() });

/** What a payment run's filters look at. */
const chargedAccountRecord = z.object({ Id: id, Currency: z.string().min(1), Batch: z.string().optional() });
