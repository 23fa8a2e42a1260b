import type { z } from "zod";
import type { AccountId } from "../../domain/account.ts";
import type { ZuoraClient } from "../http/client.ts";
import { canceledAdjustmentRecord } from "../query/account-records.ts";
import { queryAll } from "../query/query.ts";
import { type OwnedRecord, readRecords, type SharedRead } from "../query/shared-read.ts";
import { quoted, selectAny } from "../query/zoql.ts";

export type CanceledAdjustment = z.output<typeof canceledAdjustmentRecord>;

/** Canceled adjustments of a whole tenant, as all batches of one execution environment see them. */
type Seen = {
  /** Zuora's own clock when it was read, in epoch milliseconds; absent where Zuora does not tell. */
  readonly readAt: number | undefined;
  /** By account; absent where there are too many to be kept. */
  readonly byAccount: ReadonlyMap<AccountId, readonly CanceledAdjustment[]> | undefined;
  /** Accounts with a record that cannot be read: whoever settles one asks for himself. */
  readonly unreadable: ReadonlySet<AccountId>;
};

export type CanceledView = {
  /** @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError} */
  current(client: ZuoraClient): Promise<Seen>;
};

/**
 * How long after its stamp a change may become visible: a transaction that cancels much is visible as a whole when it
 * ends. What was stamped within so long before the view was read is asked for anew. Both instants are Zuora's own, so
 * no clock of ours plays a part.
 */
const visibleWithinMs = 10 * 60_000;

const ageMaxMs = 60_000;

/** People cancel few adjustments. A tenant with more is asked account by account, by every batch. */
const recordsMax = 5_000;

const fields = ["Id", "AccountId", "SourceTransactionId", "SourceTransactionNumber", "Type", "ReferenceId"];

export const createCanceledView = (now: () => number): CanceledView => {
  let view: { readonly at: number; readonly seen: Promise<Seen> } | undefined;
  let areTooMany = false;
  return {
    current: (client) => {
      if (areTooMany) return Promise.resolve({ readAt: undefined, byAccount: undefined, unreadable: new Set() });
      if (view === undefined || now() - view.at >= ageMaxMs) {
        const read = { at: now(), seen: readAll(client) };
        view = read;
        read.seen.then(
          ({ byAccount }) => {
            areTooMany = byAccount === undefined;
          },
          () => {
            if (view === read) view = undefined;
          },
        );
      }
      return view.seen;
    },
  };
};

const readAll = async (client: ZuoraClient): Promise<Seen> => {
  let readAt: number | undefined;
  const byAccount = new Map<AccountId, CanceledAdjustment[]>();
  const unreadable = new Set<AccountId>();
  let records = 0;
  const query = `select ${fields.join(", ")} from CreditBalanceAdjustment where Status = 'Canceled'`;
  const onAnswer = (answeredAt: number | undefined) => {
    readAt = answeredAt;
  };
  for await (const raw of queryAll(client, query, onAnswer)) {
    records += 1;
    if (records > recordsMax) return { readAt, byAccount: undefined, unreadable };
    const owner = raw["AccountId"];
    if (typeof owner !== "string") return { readAt, byAccount: undefined, unreadable };
    const parsed = canceledAdjustmentRecord.safeParse(raw);
    if (!parsed.success) unreadable.add(owner);
    else byAccount.set(owner, [...(byAccount.get(owner) ?? []), parsed.data]);
  }
  return { readAt, byAccount, unreadable };
};

/**
 * The canceled adjustments of accounts. Cancelling moves the invoice's balance, so an account whose invoices have not
 * changed since the view was read, and a good while before, has no other ones; only the others are asked about, in one
 * query.
 *
 * @param lastChanges of any invoice of each account, on Zuora's clock; undefined where Zuora does not tell
 */
export const canceledAdjustmentsOf = async (
  shared: SharedRead,
  { readAt, byAccount, unreadable }: Seen,
  lastChanges: ReadonlyMap<AccountId, number | undefined>,
): Promise<readonly CanceledAdjustment[]> => {
  const isSeen = (id: AccountId, changedAt: number | undefined) =>
    byAccount !== undefined &&
    readAt !== undefined &&
    changedAt !== undefined &&
    changedAt + visibleWithinMs < readAt &&
    !unreadable.has(id);
  const { seenOnes = [], asked = [] } = Object.groupBy([...lastChanges], ([id, changedAt]) =>
    isSeen(id, changedAt) ? "seenOnes" : "asked",
  );
  const seen = seenOnes.flatMap(([id]) => byAccount?.get(id) ?? []);
  if (asked.length === 0) return seen;
  const conditions = asked.map(([id]) => [`AccountId = ${quoted(id)}`, "Status = 'Canceled'"]);
  const queries = selectAny(fields, "CreditBalanceAdjustment", conditions);
  const fresh: readonly OwnedRecord<typeof canceledAdjustmentRecord>[] = await readRecords(
    shared,
    queries,
    canceledAdjustmentRecord,
    "AccountId",
  );
  return [...seen, ...fresh.map(({ record }) => record)];
};
