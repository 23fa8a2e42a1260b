import type { z } from "zod";
import type { AccountId } from "../domain/account.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { localHourIn } from "../domain/local-date.ts";
import type { PaymentRun } from "../domain/payment-run.ts";
import type { ZuoraClient } from "./client.ts";
import { queryAll } from "./query.ts";
import { contractProblem, paymentRecord, paymentRunPage, type paymentRunRecord } from "./schemas.ts";

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
 * How old the view may be, in milliseconds. A scheduled run counts as running five minutes before its start, so the
 * age only matters for a run that a person starts at once.
 */
const ageMaxMs = 15_000;

export const createCollectionsView = (now: () => number, timeZone: string): CollectionsView => {
  let cached: { readonly readAt: number; readonly collections: Promise<Collections> } | undefined;
  return {
    current: (client) => {
      const readAt = now();
      if (cached === undefined || readAt - cached.readAt >= ageMaxMs) {
        const collections = readCollections(client, timeZone);
        cached = { readAt, collections };
        collections.catch(() => {
          cached = undefined;
        });
      }
      return cached.collections;
    },
  };
};

const readCollections = async (client: ZuoraClient, timeZone: string): Promise<Collections> => {
  const [processing, pending, accountsBeingPaid] = await Promise.all([
    readRuns(client, "Processing", timeZone),
    readRuns(client, "Pending", timeZone),
    readAccountsBeingPaid(client),
  ]);
  return { runs: [...processing, ...pending], accountsBeingPaid };
};

/** Zuora's largest page of payment runs. */
const pageSize = 40;

const readRuns = async (
  client: ZuoraClient,
  status: PaymentRun["status"],
  timeZone: string,
): Promise<readonly PaymentRun[]> => {
  const runs: PaymentRun[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/v1/payment-runs?status=${status}&pageSize=${pageSize}&page=${page}`;
    const answer = await client.get(path).catch(notOffered);
    if (answer === undefined) return runs;
    const parsed = paymentRunPage.safeParse(answer.body);
    if (!parsed.success) {
      throw new ZuoraContractError(`payment runs: ${contractProblem(parsed.error)}`, { scope: "envelope" });
    }
    runs.push(...parsed.data.paymentRuns.map((run) => toRun(run, status, timeZone)));
    if (parsed.data.paymentRuns.length < pageSize) return runs;
  }
};

const readAccountsBeingPaid = async (client: ZuoraClient): Promise<ReadonlySet<AccountId>> => {
  const accounts = new Set<AccountId>();
  const readAll = async () => {
    for await (const raw of queryAll(client, "select Id, AccountId from Payment where Status = 'Processing'")) {
      const parsed = paymentRecord.safeParse(raw);
      if (!parsed.success) {
        throw new ZuoraContractError(`a payment: ${contractProblem(parsed.error)}`, { scope: "envelope" });
      }
      accounts.add(parsed.data.AccountId);
    }
  };
  await readAll().catch(notOffered);
  return accounts;
};

/**
 * A tenant without electronic payments offers no payment runs: the address or the object is unknown, which is
 * different from being busy, from refusing us and from an answer that nobody understands.
 */
const notOffered = (error: unknown): undefined => {
  const unknownCodes = /^(\d{6}40|INVALID_TYPE|MALFORMED_QUERY|HTTP_404)$/;
  if (error instanceof ZuoraContractError && unknownCodes.test(error.zuoraCode ?? "")) return undefined;
  throw error;
};

const toRun = (
  record: z.output<typeof paymentRunRecord>,
  status: PaymentRun["status"],
  timeZone: string,
): PaymentRun => {
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
