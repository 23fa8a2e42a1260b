import type { AccountId, CreditMemo, InvoiceId } from "../../domain/account.ts";
import type { ZuoraClient } from "../http/client.ts";
import { isIn, objectQueryAll } from "../query/object-query.ts";
import type { RawRecord } from "../query/query.ts";
import { readOwned, type SharedRead } from "../query/shared-read.ts";
import { withAllChildren } from "./all-children.ts";
import { memoRecord } from "./memo-records.ts";
import { takenBackFrom, toCreditMemo } from "./to-credit-memo.ts";

/** What is asked of every memo that may pay. */
export const withMoneyLeft = ["status.EQ:Posted", "balance.GT:0"] as const;

/** The credit memos of one account that have money left. */
export type OwnMemos = {
  readonly memos: readonly CreditMemo[];
  /** Invoices that a person took the money of one of these memos back from. */
  readonly takenBackFrom: readonly InvoiceId[];
};

/**
 * Reads the posted credit memos with money left, each with its items and its applications. A memo that cannot be read,
 * or whose amounts do not add up, condemns its own account.
 */
export const readCreditMemos = async (
  shared: SharedRead,
  timeZone: string,
): Promise<ReadonlyMap<AccountId, OwnMemos>> => {
  const streams = isIn("accountid", shared.ids).map((some) => whole(shared.client, some));
  const reading = { schema: memoRecord, ownerField: "accountId", idOf, what: "a credit memo" };
  const memos = await readOwned(shared, streams, reading);
  return new Map(
    [...Map.groupBy(memos, ({ owner }) => owner)].map(([owner, own]) => [
      owner,
      {
        memos: own.map(({ record }) => toCreditMemo(record, timeZone)),
        takenBackFrom: own.flatMap(({ record }) => takenBackFrom(record)),
      },
    ]),
  );
};

async function* whole(client: ZuoraClient, some: string): AsyncGenerator<RawRecord> {
  const expand = ["creditmemoitems", "creditmemoapplications"];
  const memos = objectQueryAll(client, "credit-memos", { filters: [...withMoneyLeft, some], expand });
  for await (const raw of memos) yield withAllChildren(client, raw);
}

const idOf = ({ id }: { readonly id: string }): string => id;
