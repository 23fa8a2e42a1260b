import * as z from "zod";
import type { AccountId } from "../../domain/account.ts";
import { localHourIn } from "../../domain/local-time.ts";
import type { PaymentRun } from "../../domain/payment-run.ts";
import type { ZuoraClient } from "../http/client.ts";
import { id } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { notOffered, type PaymentRunRecord, paymentRunPages } from "./pages.ts";

/** Who is being charged, or soon will be. */
export type Collections = {
  readonly runs: readonly PaymentRun[];
  /** Accounts with a payment in `Processing`: their invoices' balances do not show it yet. */
  readonly accountsBeingPaid: ReadonlySet<AccountId>;
};

/** The tenant's collections as all batches of one execution environment see them. */
export type CollectionsView = {
  /** @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} */
  current(client: ZuoraClient): Promise<Collections>;
};

/**
 * How old the view may be, in milliseconds: for so long it is never read again, and then once so many batches have
 * shared it, but after the longer time at any rate. So it costs an account next to nothing, whatever the pace. A
 * scheduled run counts as running five minutes before its start, so the age only matters for one that a person starts
 * at once.
 */
const ageMinMs = 15_000;
const ageMaxMs = 60_000;
const readersMin = 25;

type View = { readonly readAt: number; readonly collections: Promise<Collections>; readers: number };

export const createCollectionsView = (now: () => number, timeZone: string): CollectionsView => {
  // What a tenant does not offer it will not offer in the life of an execution environment.
  const offers: Offers = { runs: true, payments: true };
  let view: View | undefined;
  const isFresh = ({ readAt, readers }: View): boolean => {
    const ageMs = now() - readAt;
    return ageMs < ageMinMs || (ageMs < ageMaxMs && readers < readersMin);
  };
  return {
    current: (client) => {
      if (view === undefined || !isFresh(view)) {
        const read = { readAt: now(), collections: readCollections(client, timeZone, offers), readers: 0 };
        view = read;
        read.collections.catch(() => {
          if (view === read) view = undefined;
        });
      }
      view.readers += 1;
      return view.collections;
    },
  };
};

type Offers = { runs: boolean; payments: boolean };

const readCollections = async (client: ZuoraClient, timeZone: string, offers: Offers): Promise<Collections> => {
  // One after the other: a run that begins in between is seen twice, and not missed.
  const readBoth = async () => {
    const pending = await readRuns(client, "Pending", timeZone);
    return [pending, pending === undefined ? undefined : await readRuns(client, "Processing", timeZone)] as const;
  };
  const [[pending, processing], accountsBeingPaid] = await Promise.all([
    offers.runs ? readBoth() : ([[], []] as const),
    offers.payments ? readAccountsBeingPaid(client) : new Set<AccountId>(),
  ]);
  offers.runs &&= processing !== undefined && pending !== undefined;
  offers.payments &&= accountsBeingPaid !== undefined;
  return { runs: [...(processing ?? []), ...(pending ?? [])], accountsBeingPaid: accountsBeingPaid ?? new Set() };
};

const readRuns = async (
  client: ZuoraClient,
  status: PaymentRun["status"],
  timeZone: string,
): Promise<readonly PaymentRun[] | undefined> => {
  const readAll = async () => {
    const runs: PaymentRun[] = [];
    for await (const page of paymentRunPages(client, status)) {
      runs.push(...page.map((run) => toRun(run, status, timeZone)));
    }
    return runs;
  };
  return readAll().catch(notOffered);
};

const readAccountsBeingPaid = async (client: ZuoraClient): Promise<ReadonlySet<AccountId> | undefined> => {
  const accounts = new Set<AccountId>();
  const readAll = async () => {
    const query = "select Id, AccountId from Payment where Status = 'Processing'";
    for await (const { AccountId } of queryRecords(client, "a payment", paymentRecord, [query]))
      accounts.add(AccountId);
    return accounts;
  };
  return readAll().catch(notOffered);
};

const toRun = (record: PaymentRunRecord, status: PaymentRun["status"], timeZone: string): PaymentRun => {
  const { runDate, targetDate, batch, currency, accountId } = record;
  return {
    status,
    ...(runDate === undefined ? {} : { startsInHour: hourOf(runDate, timeZone) }),
    ...(targetDate === undefined ? {} : { targetDate }),
    ...(batch === undefined ? {} : { batch }),
    ...(currency === undefined ? {} : { currency }),
    ...(accountId === undefined ? {} : { accountId }),
  };
};

/** A time without an offset is the tenant's own. */
const hourOf = (text: string, timeZone: string): string => {
  const instant = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? text.replace(" ", "T").slice(0, 13) : localHourIn(timeZone, instant);
};

export const paymentRecord = z.object({ Id: id, AccountId: id });
