import type { z } from "zod";
import type { ItemisedPair, RevenueAccount } from "../../app/revenue/ports.ts";
import type { AccountId } from "../../domain/account.ts";
import { UnknownAccountError, ZuoraContractError } from "../../domain/errors.ts";
import { add, type Money } from "../../domain/money.ts";
import { lookBackMs } from "../../domain/revenue/look-back.ts";
import { type BilledInvoice, findPairs, type MirrorState, toCompare } from "../../domain/revenue/mirrored-pair.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem, instantOf, saysYes } from "../query/fields.ts";
import { queryAll } from "../query/query.ts";
import { readRecords, type SharedRead } from "../query/shared-read.ts";
import { quoted, selectAny } from "../query/zoql.ts";
import { applicationConditions, mayBeOfPair } from "./applications.ts";
import { accountTermsRecord, applicationRecord, pairInvoiceRecord, pairItemRecord } from "./records.ts";

type Item = z.output<typeof pairItemRecord>;

/**
 * Reads accounts with the pairs that our credit settled lately: three queries at once for ten accounts, and one for the
 * items of the invoices whose amounts mirror one another.
 */
export const readRevenueAccounts = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
  { optOutField, now }: { readonly optOutField: string | undefined; readonly now: number },
): Promise<ReadonlyMap<AccountId, RevenueAccount | ZuoraContractError>> => {
  const shared: SharedRead = { client, ids, problems: new Map() };
  const [accounts, applications, invoices] = await Promise.all([
    readRecords(shared, accountQueries(ids, optOutField), accountTermsRecord, "Id"),
    readRecords(shared, applicationQueries(ids, now - lookBackMs), applicationRecord, "AccountId"),
    readRecords(shared, invoiceQueries(ids), pairInvoiceRecord, "AccountId"),
  ]);
  const currencyOf = new Map(accounts.map(({ owner, record }) => [owner, record.Currency]));
  const states = new Map(
    ids.map((id): [AccountId, MirrorState] => [
      id,
      {
        invoices: invoices
          .filter(({ owner }) => owner === id)
          .map(({ record }) => toInvoice(record, currencyOf.get(id) ?? "")),
        applied: appliedOf(applications.filter(({ owner }) => owner === id).map(({ record }) => record)),
      },
    ]),
  );
  const ownerOf = new Map([...states].flatMap(([id, state]) => toCompare(state).map((each) => [each.id, id] as const)));
  const items = Map.groupBy(await readItems(shared, ownerOf), ({ InvoiceId }) => InvoiceId);

  const found = new Map<AccountId, RevenueAccount | ZuoraContractError>();
  for (const { owner, record, raw } of accounts) {
    const optedOut = optOutField !== undefined && saysYes(raw[optOutField]);
    const state = states.get(owner) ?? { invoices: [], applied: new Map() };
    found.set(
      owner,
      toAccount(record, optedOut, state, (invoiceId) => items.get(invoiceId) ?? []),
    );
  }
  for (const id of ids) {
    const problem = shared.problems.get(id);
    if (problem !== undefined) found.set(id, problem);
    else if (!found.has(id)) found.set(id, new UnknownAccountError(id));
  }
  return found;
};

/**
 * The items that must have a schedule of the invoices that are, or mirror, an invoice that our credit paid.
 *
 * @param applied the invoices that our credit paid, by account
 */
export const readItemsBeside = async (
  client: ZuoraClient,
  applied: ReadonlyMap<AccountId, ReadonlySet<string>>,
): Promise<ReadonlyMap<AccountId, readonly string[] | ZuoraContractError>> => {
  const ids = [...applied.keys()];
  const shared: SharedRead = { client, ids, problems: new Map() };
  const invoices = await readRecords(shared, invoiceQueries(ids), pairInvoiceRecord, "AccountId");
  const ownerOf = new Map(
    ids.flatMap((id) => {
      const own = invoices.filter(({ owner }) => owner === id).map(({ record }) => toInvoice(record, ""));
      const paid = new Map([...(applied.get(id) ?? [])].map((invoiceId) => [invoiceId, ""]));
      return toCompare({ invoices: own, applied: paid }).map((each) => [each.id, id] as const);
    }),
  );
  const items = Map.groupBy(
    (await readItems(shared, ownerOf)).filter(hasSchedule),
    ({ InvoiceId }) => ownerOf.get(InvoiceId) ?? "",
  );
  return new Map(ids.map((id) => [id, shared.problems.get(id) ?? (items.get(id) ?? []).map((item) => item.Id)]));
};

const toAccount = (
  record: z.output<typeof accountTermsRecord>,
  optedOut: boolean,
  state: MirrorState,
  itemsOf: (invoiceId: string) => readonly Item[],
): RevenueAccount => {
  const { Id: id, AccountNumber: number, Status: status, Currency: currency, Batch: batch } = record;
  const { pairs, holds } = findPairs(state, (invoiceId) => subscriptionsIn(itemsOf(invoiceId)));
  return {
    terms: { id, number, status, currency, ...(batch === undefined ? {} : { batch }), optedOut },
    pairs: pairs.map((pair): ItemisedPair => {
      const idsOf = (invoice: BilledInvoice) =>
        itemsOf(invoice.id)
          .filter(hasSchedule)
          .map((item) => item.Id);
      return { ...pair, itemIds: { original: idsOf(pair.original), mirror: idsOf(pair.mirror) } };
    }),
    holds,
  };
};

const subscriptionsIn = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(items.flatMap(({ SubscriptionNumber }) => SubscriptionNumber ?? []));

/** Tax has no revenue, nor has an item of nothing. */
const hasSchedule = ({ ProcessingType, ChargeAmount }: Item): boolean => ProcessingType !== "3" && !ChargeAmount.eq(0);

/** By the invoice that was paid; of several runs, the one that paid last. */
const appliedOf = (records: readonly z.output<typeof applicationRecord>[]): ReadonlyMap<string, string> =>
  new Map(
    records
      .filter(mayBeOfPair)
      .toSorted((a, b) => (instantOf(a.CreatedDate) ?? 0) - (instantOf(b.CreatedDate) ?? 0))
      .map(({ SourceTransactionId, ReferenceId }) => [SourceTransactionId, ReferenceId]),
  );

const toInvoice = (record: z.output<typeof pairInvoiceRecord>, currency: string): BilledInvoice => {
  const postedAt = instantOf(record.PostedDate);
  return {
    id: record.Id,
    number: record.InvoiceNumber,
    amount: record.Amount,
    balance: record.Balance,
    paid: add(record.PaymentAmount.abs() as Money, record.RefundAmount.abs() as Money),
    currency: record.Currency ?? currency,
    invoiceDate: record.InvoiceDate,
    createdAt: instantOf(record.CreatedDate) ?? 0,
    ...(postedAt === undefined ? {} : { postedAt }),
  };
};

/** An item that does not match condemns the account of its invoice. */
const readItems = async (
  { client, problems }: SharedRead,
  ownerOf: ReadonlyMap<string, AccountId>,
): Promise<readonly Item[]> => {
  const items = new Map<string, Item>();
  const groups = [...ownerOf.keys()].map((id) => [`InvoiceId = ${quoted(id)}`]);
  for (const query of selectAny(Object.keys(pairItemRecord.shape), "InvoiceItem", groups)) {
    for await (const raw of queryAll(client, query)) {
      const owner = ownerOf.get(String(raw["InvoiceId"]));
      const parsed = pairItemRecord.safeParse(raw);
      if (owner === undefined) {
        throw new ZuoraContractError("an item of an invoice that was not asked for", { scope: "envelope" });
      }
      if (parsed.success) items.set(parsed.data.Id, parsed.data);
      else
        problems.set(
          owner,
          new ZuoraContractError(`an invoice item: ${contractProblem(parsed.error)}`, { scope: "record" }),
        );
    }
  }
  return [...items.values()];
};

const accountQueries = (ids: readonly AccountId[], optOutField: string | undefined) =>
  selectAny(
    [...Object.keys(accountTermsRecord.shape), ...(optOutField === undefined ? [] : [optOutField])],
    "Account",
    ids.map((id) => [`Id = ${quoted(id)}`]),
  );

const applicationQueries = (ids: readonly AccountId[], since: number) =>
  selectAny(
    Object.keys(applicationRecord.shape),
    "CreditBalanceAdjustment",
    ids.map((id) => [`AccountId = ${quoted(id)}`, ...applicationConditions(since)]),
  );

const invoiceQueries = (ids: readonly AccountId[]) =>
  selectAny(
    Object.keys(pairInvoiceRecord.shape),
    "Invoice",
    ids.map((id) => [`AccountId = ${quoted(id)}`, "Status = 'Posted'"]),
  );
