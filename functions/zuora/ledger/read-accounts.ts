import type { z } from "zod";
import type { AccountId, AccountState, InvoiceId } from "../../domain/account.ts";
import { hasCreditBalance, hasCreditMemos } from "../../domain/credit/mode.ts";
import { UnknownAccountError, type ZuoraContractError } from "../../domain/errors.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { maySelect, pendingLeadMs } from "../../domain/payment-run.ts";
import { isOurs } from "../../domain/run-id.ts";
import { readCreditMovements } from "../adjustments/credit-movements.ts";
import { readCreditMemos } from "../credit-memos/read-credit-memos.ts";
import type { ZuoraClient } from "../http/client.ts";
import { accountsBeingPaidAmong } from "../payment-runs/collections.ts";
import { accountRecord, accountRecordWithoutCredit, invoiceRecord } from "../query/account-records.ts";
import { instantOf } from "../query/fields.ts";
import type { RawRecord } from "../query/query.ts";
import { readRecords, type SharedRead } from "../query/shared-read.ts";
import { dateTime, quoted, selectAny } from "../query/zoql.ts";
import { type OwnPayments, readUnappliedPayments } from "../unapplied-payments/read-unapplied-payments.ts";
import type { AccountReading } from "./account-reading.ts";
import { toAccountState } from "./account-state.ts";
import { type CanceledAdjustment, canceledAdjustmentsOf } from "./canceled-view.ts";

/** A source stays a source for this long after its last change, so a transfer does not erase it. */
const sourceMemoryMs = 14 * 24 * 60 * 60_000;

/** Our clock, and an instant of it on Zuora's: payment runs begin by that one. Both in epoch milliseconds. */
export type Clocks = { readonly now: () => number; readonly zuoraTime: (ours: number) => number };

/** Zuora's clock is told in whole seconds, so it may be ahead of what it told by nearly one. */
const dateHeaderMs = 1_000;

/**
 * Reads accounts with their posted invoices: at once a query for two hundred accounts and one for the invoices of each
 * fifty, then one for the canceled adjustments of those whose invoices changed just now, and one for the credit of
 * those whose credit may not be all ours to apply. Where there are credit memos, a query for those of each fifty
 * accounts, and where the policy applies unapplied payments, one for those; where there is no credit balance, none for
 * adjustments.
 */
export const readAccounts = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
  reading: AccountReading,
  { now, zuoraTime }: Clocks,
): Promise<ReadonlyMap<AccountId, AccountState | ZuoraContractError>> => {
  const shared: SharedRead = { client, ids, problems: new Map() };
  const { mode } = reading;
  const [accounts, invoices, seen, { runs, accountsBeingPaid }, memosOf, paymentsOf] = await Promise.all([
    readRecords(
      shared,
      accountQueries(ids, reading),
      hasCreditBalance(mode) ? accountRecord : accountRecordWithoutCredit,
      "Id",
    ),
    readRecords(shared, invoiceQueries(ids, zuoraTime(now())), invoiceRecord, "AccountId", isPosted),
    hasCreditBalance(mode) ? reading.canceled.current(client) : undefined,
    collectionsAmong(reading, client, ids),
    hasCreditMemos(mode) ? readCreditMemos(shared, reading.timeZone) : undefined,
    reading.readsPayments ? readUnappliedPayments(shared) : undefined,
  ]);
  const invoicesOf = Map.groupBy(invoices, ({ owner }) => owner);
  const changedAt = new Map([...invoicesOf].map(([id, own]) => [id, lastChangeOf(own.map(({ record }) => record))]));
  const canceled = seen === undefined ? [] : await canceledAdjustmentsOf(shared, seen, changedAt);
  const canceledSources = sourcesOf(canceled);
  const gaveBack = new Set(canceled.filter(isOurApplication).map(({ AccountId }) => AccountId));
  const movements = await readCreditMovements(
    shared,
    accounts
      .filter(({ record }) => record.CreditBalance.gt(0))
      .filter(({ owner }) => reading.separatesStandingCredit || gaveBack.has(owner))
      .map(({ owner }) => owner),
  );
  // Whether a run is near is judged last: however long reading took, what is left to write in is counted from here.
  const judgedAt = now();
  const inZuora = zuoraTime(judgedAt);
  const soon = inZuora + dateHeaderMs + pendingLeadMs;
  const today = localDateIn(reading.timeZone, inZuora);

  const found = new Map<AccountId, AccountState | ZuoraContractError>();
  for (const { owner, record, raw } of accounts) {
    const { Currency: currency, Batch: batch } = record;
    const charged = { id: owner, currency, batch };
    const state = toAccountState({
      record,
      raw,
      invoices: (invoicesOf.get(owner) ?? []).map((each) => each.record).filter(isOfUse),
      canceledSources: canceledSources.union(takenBackIn(memosOf, paymentsOf, owner)),
      mode,
      creditMemos: memosOf === undefined ? undefined : (memosOf.get(owner)?.memos ?? []),
      unappliedPayments: paymentsIn(paymentsOf, owner),
      creditMovements: movements.get(owner) ?? (reading.separatesStandingCredit ? [] : undefined),
      isPaymentProcessing: accountsBeingPaid.has(owner),
      isBeingCollected: (dueDate) => runs.some((run) => maySelect(run, charged, dueDate, soon)),
      judgedAt,
      changedAt: onOurClock(changedAt.get(owner), inZuora - judgedAt),
      optOutField: reading.optOutField,
      timeZone: reading.timeZone,
      today,
    });
    found.set(owner, state);
  }
  for (const id of ids) {
    const problem = shared.problems.get(id);
    if (problem !== undefined) found.set(id, problem);
    else if (!found.has(id)) found.set(id, new UnknownAccountError(id));
  }
  return found;
};

const onOurClock = (inZuora: number | undefined, aheadMs: number): number | undefined =>
  inZuora === undefined ? undefined : inZuora - aheadMs;

type OwnersOf = ReadonlyMap<AccountId, { readonly takenBackFrom: readonly InvoiceId[] }> | undefined;

const paymentsIn = (paymentsOf: ReadonlyMap<AccountId, OwnPayments> | undefined, owner: AccountId) =>
  paymentsOf && (paymentsOf.get(owner)?.payments ?? []);

/** Invoices of an account that a person took the money of a memo or a payment back from. */
const takenBackIn = (memosOf: OwnersOf, paymentsOf: OwnersOf, owner: AccountId): ReadonlySet<InvoiceId> =>
  new Set([memosOf, paymentsOf].flatMap((of) => of?.get(owner)?.takenBackFrom ?? []));

/** The tenant's view, and of payments only those of these accounts where the tenant has too many. */
const collectionsAmong = async ({ collections }: AccountReading, client: ZuoraClient, ids: readonly AccountId[]) => {
  const { runs, accountsBeingPaid } = await collections.current(client);
  return { runs, accountsBeingPaid: accountsBeingPaid ?? (await accountsBeingPaidAmong(client, ids)) };
};

const accountQueries = (ids: readonly AccountId[], { mode, optOutField }: AccountReading) =>
  selectAny(
    [
      ...["Id", "AccountNumber", "Status", "Currency", "Batch"],
      ...(hasCreditBalance(mode) ? ["CreditBalance"] : []),
      ...(optOutField ? [optOutField] : []),
    ],
    "Account",
    ids.map((id) => [`Id = ${quoted(id)}`]),
  );

/** Four conditions an account, so fifty of them in a query: the status is told of each invoice, and asked of none. */
const invoiceQueries = (ids: readonly AccountId[], now: number) => {
  const recently = dateTime(now - sourceMemoryMs);
  return selectAny(
    [
      "Id",
      "AccountId",
      "InvoiceNumber",
      "Status",
      "Amount",
      "Balance",
      "Currency",
      "InvoiceDate",
      "DueDate",
      "PostedDate",
      "UpdatedDate",
    ],
    "Invoice",
    ids.flatMap((id) => {
      const own = `AccountId = ${quoted(id)}`;
      return [
        [own, "Balance != 0"],
        // Also what was paid lately: somebody may have canceled an adjustment of it before.
        [own, `UpdatedDate >= ${recently}`],
      ];
    }),
  );
};

/** Told before anything else of it is looked at: what is still being made of a draft condemns nobody. */
const isPosted = ({ Status }: RawRecord): boolean => typeof Status !== "string" || Status === "Posted";

/** Settlement knows open invoices, negative ones, and those that were. */
const isOfUse = ({ Amount, Balance }: z.output<typeof invoiceRecord>): boolean => Amount.lt(0) || !Balance.eq(0);

const lastChangeOf = (invoices: readonly z.output<typeof invoiceRecord>[]): number | undefined => {
  const changes = invoices.map(({ UpdatedDate }) => instantOf(UpdatedDate));
  return changes.includes(undefined) ? undefined : Math.max(...changes.map((change) => change ?? 0));
};

/** Ids and numbers of the invoices that adjustments were made on. */
const sourcesOf = (adjustments: readonly CanceledAdjustment[]): ReadonlySet<string | undefined> =>
  new Set(adjustments.flatMap((each) => [each.SourceTransactionId, each.SourceTransactionNumber]));

const isOurApplication = ({ Type, ReferenceId }: CanceledAdjustment): boolean =>
  Type === "Decrease" && isOurs(ReferenceId);
