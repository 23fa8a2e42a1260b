import * as z from "zod";
import type { AccountId } from "../../domain/account.ts";
import type { PaymentRun } from "../../domain/payment-run.ts";
import type { ZuoraClient } from "../http/client.ts";
import { id } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";
import { createOffer, type OfferDeps } from "./offer.ts";
import { paymentRunPages } from "./pages.ts";
import { createSharedLook } from "./shared-look.ts";
import { toPaymentRun } from "./to-payment-run.ts";

/** Who is being charged, or soon will be. */
export type Collections = {
  readonly runs: readonly PaymentRun[];
  /**
   * Accounts with a payment in `Processing`: their invoices' balances do not show it yet. Absent where there are too
   * many to be read for everybody: whoever settles accounts asks about those with {@link accountsBeingPaidAmong}.
   */
  readonly accountsBeingPaid: ReadonlySet<AccountId> | undefined;
};

/** The tenant's collections as all batches of one execution environment see them. */
export type CollectionsView = {
  /** @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} */
  current(client: ZuoraClient): Promise<Collections>;
  /**
   * Payment runs in `Processing`: asked anew, or of a view or another's look that is hardly older, but never
   * `previous`.
   */
  inProgress(client: ZuoraClient, previous?: readonly PaymentRun[]): Promise<readonly PaymentRun[]>;
  /**
   * Accounts with a payment in `Processing`, these at the least: asked anew, or of a view or another's look that is
   * hardly older.
   */
  beingPaid(client: ZuoraClient, ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>>;
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

/** A view this young answers what is asked anew: few accounts are read, transferred and looked at again within it. */
const youngMs = 2_000;

/**
 * Where no more payments are under way they are looked at all at once: batches that are handled side by side share the
 * answer.
 */
const paymentsLookedAtMax = 50;

/**
 * Payments are read for everybody for so long, in milliseconds. A tenant with tens of thousands of direct debits under
 * way takes longer; it is asked account by account then, by every batch, for the next ten minutes.
 */
const paymentsReadMaxMs = 10_000;
const narrowedForMs = 10 * 60_000;

type View = { readonly readAt: number; readonly collections: Promise<Collections>; readers: number };

/** @param deps what is believed about the tenant's offers, and how */
export const createCollectionsView = (timeZone: string, deps: OfferDeps): CollectionsView => {
  const { now } = deps;
  const offers = { runs: createOffer("payment runs", deps), payments: createOffer("payments", deps) };
  let view: View | undefined;
  let narrowedUntil = 0;
  // A view answers one look: what leaves next is looked for anew.
  let lookedInto: View | undefined;
  const isFresh = ({ readAt, readers }: View): boolean => {
    const ageMs = now() - readAt;
    return ageMs < ageMinMs || (ageMs < ageMaxMs && readers < readersMin);
  };
  const readPayments = async (client: ZuoraClient): Promise<ReadonlySet<AccountId> | undefined> => {
    if (now() < narrowedUntil) return undefined;
    const until = now() + paymentsReadMaxMs;
    const read = await offers.payments.ask(() => readAccountsBeingPaid(client, () => now() > until));
    if (read === "too-many") narrowedUntil = now() + narrowedForMs;
    return read === "too-many" ? undefined : (read ?? new Set());
  };
  const readBoth = async (client: ZuoraClient): Promise<Collections> => {
    const [runs, accountsBeingPaid] = await Promise.all([
      offers.runs.ask(() => readRuns(client, timeZone)),
      readPayments(client),
    ]);
    return { runs: runs ?? [], accountsBeingPaid };
  };
  const lookAtRuns = createSharedLook(now, async (client, onLeave) => {
    const read = () => readRuns(client, timeZone, { statuses: ["Processing"], onLeave });
    return (await offers.runs.ask(read)) ?? [];
  });
  const lookAtPayments = createSharedLook(now, async (client, onLeave) => {
    onLeave();
    return offers.payments.ask(() => readAccountsBeingPaid(client, (count) => count > paymentsLookedAtMax));
  });
  const areFew = async (): Promise<boolean> => {
    const seen = await view?.collections.catch(() => undefined);
    return seen?.accountsBeingPaid !== undefined && seen.accountsBeingPaid.size <= paymentsLookedAtMax;
  };
  const young = () => (view !== undefined && now() - view.readAt < youngMs ? view.collections : undefined);
  return {
    current: (client) => {
      if (view === undefined || !isFresh(view)) {
        const read = { readAt: now(), collections: readBoth(client), readers: 0 };
        view = read;
        read.collections.catch(() => {
          if (view === read) view = undefined;
        });
      }
      view.readers += 1;
      return view.collections;
    },
    inProgress: async (client, previous) => {
      const seen = view === lookedInto ? undefined : await young();
      lookedInto = view;
      if (seen !== undefined) return seen.runs.filter(({ status }) => status === "Processing");
      return lookAtRuns(client, previous);
    },
    beingPaid: async (client, ids) => {
      const seen = (await young())?.accountsBeingPaid;
      if (seen !== undefined) return seen;
      const all = (await areFew()) ? await lookAtPayments(client) : "too-many";
      if (all !== "too-many") return all ?? new Set();
      return (await offers.payments.ask(() => accountsBeingPaidAmong(client, ids))) ?? new Set();
    },
  };
};

/** Those of the accounts that have a payment in `Processing`. */
export const accountsBeingPaidAmong = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
): Promise<ReadonlySet<AccountId>> => {
  const groups = ids.map((id) => [`AccountId = ${quoted(id)}`, "Status = 'Processing'"]);
  const queries = selectAny(["Id", "AccountId"], "Payment", groups);
  const accounts = new Set<AccountId>();
  for await (const { AccountId } of queryRecords(client, "a payment", paymentRecord, queries)) accounts.add(AccountId);
  return accounts;
};

/** Pending ones first: a run that begins in between is seen twice, and not missed. */
const readRuns = async (
  client: ZuoraClient,
  timeZone: string,
  {
    statuses = ["Pending", "Processing"],
    onLeave,
  }: { readonly statuses?: readonly ("Pending" | "Processing")[]; readonly onLeave?: () => void } = {},
): Promise<readonly PaymentRun[]> => {
  const runs: PaymentRun[] = [];
  for (const status of statuses) {
    for await (const page of paymentRunPages(client, status, { onLeave })) {
      runs.push(...page.map((run) => toPaymentRun(run, status, timeZone)));
    }
  }
  return runs;
};

const readAccountsBeingPaid = async (
  client: ZuoraClient,
  isTooMany: (count: number) => boolean,
): Promise<ReadonlySet<AccountId> | "too-many"> => {
  const accounts = new Set<AccountId>();
  const query = "select Id, AccountId from Payment where Status = 'Processing'";
  for await (const { AccountId } of queryRecords(client, "a payment", paymentRecord, [query])) {
    accounts.add(AccountId);
    if (isTooMany(accounts.size)) return "too-many";
  }
  return accounts;
};

const paymentRecord = z.object({ Id: id, AccountId: id });
