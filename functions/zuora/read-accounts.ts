import type { z } from "zod";
import type { AccountId, AccountState, Invoice, LocalDate } from "../domain/account.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { localDateIn } from "../domain/local-date.ts";
import { add, type Money, subtract, zero } from "../domain/money.ts";
import type { ZuoraClient } from "./client.ts";
import { queryAll, type RawRecord } from "./query.ts";
import {
  accountRecord,
  canceledAdjustmentRecord,
  contractProblem,
  invoiceRecord,
  ownAdjustmentRecord,
} from "./schemas.ts";
import { dateTime, quoted, selectAny } from "./zoql.ts";

/** What the policy and the stage make of the reading. */
export type AccountReading = {
  readonly timeZone: string;
  readonly optOutField?: string;
  /** Whether credit is to be split into ours and what stood there before. */
  readonly separatesStandingCredit: boolean;
};

/** A source stays a source for this long after its last change, so a transfer does not erase it. */
const sourceMemoryMs = 14 * 24 * 60 * 60_000;

/** Reads accounts with their posted invoices and canceled adjustments: three queries at once for ten accounts. */
export const readAccounts = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
  reading: AccountReading,
  now: number,
): Promise<ReadonlyMap<AccountId, AccountState | ZuoraContractError>> => {
  const problems = new Map<AccountId, ZuoraContractError>();
  const [accounts, invoices, canceled] = await Promise.all([
    readRecords(client, accountQueries(ids, reading), accountRecord, ownerIs("Id", ids), problems),
    readRecords(client, invoiceQueries(ids, now), invoiceRecord, ownerIs("AccountId", ids), problems),
    readRecords(client, canceledQueries(ids), canceledAdjustmentRecord, ownerIs("AccountId", ids), problems),
  ]);
  const withCredit = accounts.filter(({ record }) => record.CreditBalance.gt(0)).map(({ owner }) => owner);
  const ours = reading.separatesStandingCredit ? await readOurCredit(client, withCredit, problems) : undefined;

  const today = localDateIn(reading.timeZone, now);
  const canceledSources = new Set(
    canceled.flatMap(({ record }) => [record.SourceTransactionId, record.SourceTransactionNumber]),
  );
  const invoicesOf = Map.groupBy(invoices, ({ owner }) => owner);
  const states = accounts.map(({ record, raw, owner }): [AccountId, AccountState] => [
    owner,
    {
      id: record.Id,
      number: record.AccountNumber,
      status: record.Status,
      currency: record.Currency,
      ...(record.Batch === undefined ? {} : { batch: record.Batch }),
      optedOut: reading.optOutField !== undefined && saysYes(raw[reading.optOutField]),
      creditBalance: record.CreditBalance,
      ...(ours === undefined ? {} : { standingCredit: subtract(record.CreditBalance, ours.get(owner) ?? zero) }),
      today,
      invoices: (invoicesOf.get(owner) ?? []).map((each) =>
        toInvoice(each.record, record.Currency, reading.timeZone, (keys) =>
          keys.some((key) => canceledSources.has(key)),
        ),
      ),
    },
  ]);
  const found = new Map<AccountId, AccountState | ZuoraContractError>([...states, ...problems]);
  for (const id of ids) {
    if (!found.has(id)) found.set(id, new ZuoraContractError(`Zuora knows no account ${id}`, { scope: "record" }));
  }
  return found;
};

const accountQueries = (ids: readonly AccountId[], { optOutField }: AccountReading) =>
  selectAny(
    [
      "Id",
      "AccountNumber",
      "Status",
      "Currency",
      "Batch",
      "CreditBalance",
      ...(optOutField === undefined ? [] : [optOutField]),
    ],
    "Account",
    ids.map((id) => [`Id = ${quoted(id)}`]),
  );

const invoiceQueries = (ids: readonly AccountId[], now: number) => {
  const recently = dateTime(now - sourceMemoryMs);
  return selectAny(
    ["Id", "AccountId", "InvoiceNumber", "Amount", "Balance", "Currency", "InvoiceDate", "DueDate", "PostedDate"],
    "Invoice",
    ids.flatMap((id) => {
      const posted = [`AccountId = ${quoted(id)}`, "Status = 'Posted'"];
      return [
        [...posted, "Balance < 0"],
        [...posted, "Balance > 0"],
        [...posted, "Amount < 0", `UpdatedDate >= ${recently}`],
      ];
    }),
  );
};

const canceledQueries = (ids: readonly AccountId[]) =>
  selectAny(
    ["Id", "AccountId", "SourceTransactionId", "SourceTransactionNumber"],
    "CreditBalanceAdjustment",
    ids.map((id) => [`AccountId = ${quoted(id)}`, "Status = 'Canceled'"]),
  );

/** What our own processed adjustments made of the credit: Increases less Decreases. Ours carry a run id. */
const readOurCredit = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
  problems: Map<AccountId, ZuoraContractError>,
): Promise<ReadonlyMap<AccountId, Money>> => {
  const queries = selectAny(
    ["Id", "AccountId", "Type", "Amount"],
    "CreditBalanceAdjustment",
    ids.map((id) => [`AccountId = ${quoted(id)}`, "Status = 'Processed'", "ReferenceId like 'zcs-%'"]),
  );
  const credit = new Map<AccountId, Money>();
  for (const { owner, record } of await readRecords(
    client,
    queries,
    ownAdjustmentRecord,
    ownerIs("AccountId", ids),
    problems,
  )) {
    const before = credit.get(owner) ?? zero;
    credit.set(owner, record.Type === "Increase" ? add(before, record.Amount) : subtract(before, record.Amount));
  }
  return credit;
};

const toInvoice = (
  record: z.output<typeof invoiceRecord>,
  accountCurrency: string,
  timeZone: string,
  hasCanceledAdjustment: (keys: readonly string[]) => boolean,
): Invoice => ({
  id: record.Id,
  number: record.InvoiceNumber,
  amount: record.Amount,
  balance: record.Balance,
  currency: record.Currency ?? accountCurrency,
  invoiceDate: record.InvoiceDate,
  dueDate: record.DueDate ?? record.InvoiceDate,
  postedOn: record.PostedDate === undefined ? record.InvoiceDate : dayOf(record.PostedDate, timeZone),
  hasCanceledAdjustment: hasCanceledAdjustment([record.Id, record.InvoiceNumber]),
  beingCollected: false,
});

const dayOf = (dateTimeText: string, timeZone: string): LocalDate => {
  const instant = dateTimeText.length > 10 ? Date.parse(dateTimeText) : Number.NaN;
  return Number.isNaN(instant) ? dateTimeText.slice(0, 10) : localDateIn(timeZone, instant);
};

const saysYes = (value: unknown): boolean => /^(true|yes|y|1)$/i.test(String(value ?? ""));

type Read<S extends z.ZodType> = { readonly owner: AccountId; readonly record: z.output<S>; readonly raw: RawRecord };

/** The account that a record belongs to, or nothing where it was not asked for. */
const ownerIs = (field: string, ids: readonly AccountId[]) => {
  const asked = new Set(ids);
  return (record: RawRecord): AccountId | undefined => {
    const value = record[field];
    return typeof value === "string" && asked.has(value) ? value : undefined;
  };
};

/**
 * Parses record by record: one that does not match condemns its own account, with the path that did not match.
 * A record that comes twice, since paging is live, counts once.
 */
const readRecords = async <S extends z.ZodType<{ Id: string }>>(
  client: ZuoraClient,
  queries: readonly string[],
  schema: S,
  ownerOf: (record: RawRecord) => AccountId | undefined,
  problems: Map<AccountId, ZuoraContractError>,
): Promise<readonly Read<S>[]> => {
  const records = new Map<string, Read<S>>();
  const readOne = async (query: string) => {
    for await (const raw of queryAll(client, query)) {
      const owner = ownerOf(raw);
      if (owner === undefined)
        throw new ZuoraContractError("a record of an account that was not asked for", { scope: "envelope" });
      const parsed = schema.safeParse(raw);
      if (parsed.success) records.set(parsed.data.Id, { owner, record: parsed.data, raw });
      else problems.set(owner, new ZuoraContractError(contractProblem(parsed.error), { scope: "record" }));
    }
  };
  await Promise.all(queries.map(readOne));
  return [...records.values()];
};
