import * as z from "zod";
import type { PaymentRunWatch } from "../../app/scan/ports.ts";
import type { AccountId, InvoiceId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { instantInZone } from "../../domain/local-time.ts";
import type { WatchedRun } from "../../domain/payment-run.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { contractProblem, id, instantOf, reference } from "../query/fields.ts";
import { queryAll, type RawRecord } from "../query/query.ts";
import { type Condition, dateTime, quoted, selectAny } from "../query/zoql.ts";
import { notOffered, type PaymentRunRecord, paymentRunPages } from "./pages.ts";

/**
 * Zuora's signs of `sort` run against habit: `+` is descending and `-` ascending (Zuora: List payment runs). Newest
 * first, the ended runs of a window are on the first pages; years of others need not be read.
 */
const newestFirst = "+updatedDate";

const endedPagesMax = 3;

/** What the scanner asks about payment runs: their list, and who had something to be transferred or charged. */
export const createPaymentRunWatch = (
  connection: Connection,
  invocation: Invocation,
  timeZone: string,
): PaymentRunWatch => {
  const client = createClient(connection, invocation);
  const records = async function* (object: string, fields: readonly string[], groups: readonly Condition[][]) {
    for (const query of selectAny(fields, object, groups)) yield* queryAll(client, query);
  };
  return {
    runs: async (since) => {
      // One after the other: a run that moves on in between is seen twice, and not missed.
      const listed = [
        await readAll(client, "Pending"),
        await readAll(client, "Processing"),
        await readEnded(client, "Completed", (run) => (toRun(run, "Completed", timeZone).endedAt ?? 0) >= since),
        await readEnded(client, "Error", (run) => (toRun(run, "Error", timeZone).endedAt ?? 0) >= since),
      ];
      const runs = (["Pending", "Processing", "Completed", "Error"] as const).flatMap((status, index) =>
        (listed[index] ?? []).map((run) => toRun(run, status, timeZone)),
      );
      // As it was seen last.
      return [...Map.groupBy(runs, ({ number }) => number ?? {}).values()].flatMap((seen) => seen.slice(-1));
    },
    transferredSince: async (since) => {
      const transfers = new Map<InvoiceId, { accountId: AccountId; transferredAt: number }>();
      const created = [["Type = 'Increase'", "Status = 'Processed'", `CreatedDate >= ${dateTime(since)}`]];
      const fields = ["Id", "AccountId", "SourceTransactionId", "CreatedDate"];
      for await (const raw of records("CreditBalanceAdjustment", fields, created)) {
        const parsed = transferRecord.safeParse(raw);
        if (!parsed.success) continue;
        const { SourceTransactionId, AccountId: accountId, CreatedDate } = parsed.data;
        transfers.set(SourceTransactionId, { accountId, transferredAt: instantOf(CreatedDate) ?? since });
      }
      if (transfers.size === 0) return [];
      const posted = new Map<InvoiceId, number | undefined>();
      const sources = [...transfers.keys()].map((id) => [`Id = ${quoted(id)}`]);
      for await (const raw of records("Invoice", ["Id", "PostedDate"], sources)) {
        posted.set(String(raw["Id"]), instantOf(raw["PostedDate"]));
      }
      return [...transfers].map(([id, transfer]) => ({ ...transfer, postedAt: posted.get(id) }));
    },
    withSomethingToCharge: async (ids, since) => {
      const charged = new Set<AccountId>();
      const invoices = ids.flatMap((id) => {
        const posted = [`AccountId = ${quoted(id)}`, "Status = 'Posted'"];
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
  };
};

const readAll = async (client: ZuoraClient, status: string): Promise<readonly PaymentRunRecord[]> => {
  const read = async () => {
    const runs: PaymentRunRecord[] = [];
    for await (const page of paymentRunPages(client, status)) runs.push(...page);
    return runs;
  };
  return (await read().catch(notOffered)) ?? [];
};

const readEnded = async (
  client: ZuoraClient,
  status: string,
  isRecent: (run: PaymentRunRecord) => boolean,
): Promise<readonly PaymentRunRecord[]> => {
  const read = async () => {
    const recent: PaymentRunRecord[] = [];
    let pages = 0;
    for await (const page of paymentRunPages(client, status, newestFirst)) {
      expectNewestFirst(page);
      recent.push(...page.filter(isRecent));
      pages += 1;
      if (pages >= endedPagesMax || !page.every(isRecent)) break;
    }
    return recent;
  };
  return (await read().catch(notOffered)) ?? [];
};

/** In another order the first pages would hide the latest runs, and silence would look like peace. */
const expectNewestFirst = (page: readonly PaymentRunRecord[]): void => {
  const [first, last] = [page[0]?.updatedDate, page.at(-1)?.updatedDate];
  if (first === undefined || last === undefined || first >= last) return;
  throw new ZuoraContractError("payment runs: expected those updated last first, and the oldest came", {
    scope: "envelope",
  });
};

type Status = "Pending" | "Processing" | "Completed" | "Error";

const toRun = (record: PaymentRunRecord, status: Status, timeZone: string): WatchedRun => {
  const { number, runDate, executedOn, completedOn, updatedDate, batch, currency, accountId } = record;
  const at = (text: string | undefined) => (text === undefined ? undefined : localInstant(text, timeZone));
  const startsAt = at(runDate?.replace(/^(.{13}).*?(Z|[+-]\d{2}:?\d{2})?$/, "$1:00$2"));
  return {
    number,
    startsAt,
    beganAt: status === "Pending" ? undefined : (at(executedOn) ?? startsAt),
    endedAt: status === "Completed" || status === "Error" ? at(completedOn ?? updatedDate) : undefined,
    batch,
    currency,
    accountId,
  };
};

/** A time without an offset is the tenant's own. */
const localInstant = (text: string, timeZone: string): number | undefined => {
  const written = text.replace(" ", "T");
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(written)) return instantOf(written);
  return /^\d{4}-\d{2}-\d{2}T\d{2}/.test(written) ? instantInZone(timeZone, written.slice(0, 19)) : undefined;
};

const toCharged = (raw: RawRecord) => {
  const parsed = chargedAccountRecord.safeParse(raw);
  if (!parsed.success) {
    throw new ZuoraContractError(`an account: ${contractProblem(parsed.error)}`, { scope: "envelope" });
  }
  const { Id: id, Currency: currency, Batch: batch } = parsed.data;
  return { id, currency, batch };
};

/** An Increase, as far as it tells whose negative invoice was transferred and when. */
export const transferRecord = z.object({ AccountId: id, SourceTransactionId: id, CreatedDate: z.string() });

/** What a payment run's filters look at. */
export const chargedAccountRecord = z.object({ Id: id, Currency: z.string().min(1), Batch: z.string().optional() });
