import * as z from "zod";
import type { CreditBook } from "../../app/scan/ports.ts";
import type { AccountId } from "../../domain/account.ts";
import { recordedCredit } from "../../domain/credit/credit-book.ts";
import { readCreditMovements } from "../adjustments/credit-movements.ts";
import type { ZuoraClient } from "../http/client.ts";
import { amount, id } from "../query/fields.ts";
import { readRecords, type SharedRead } from "../query/shared-read.ts";
import { quoted, selectAny } from "../query/zoql.ts";

/**
 * The credit of accounts with everything that moved it: two queries for each 150 accounts or more. An account that has
 * less than its records say is asked about once more: it may have moved between the two queries.
 */
export const readCreditBooks = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, CreditBook>> => {
  const books = await readOnce(client, ids);
  const lacking = [...books].filter(([, { movements, balance }]) => recordedCredit(movements).gt(balance));
  return new Map([
    ...books,
    ...(await readOnce(
      client,
      lacking.map(([id]) => id),
    )),
  ]);
};

const readOnce = async (
  client: ZuoraClient,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, CreditBook>> => {
  const shared: SharedRead = { client, ids, problems: new Map() };
  const groups = ids.map((each) => [`Id = ${quoted(each)}`]);
  const accounts = await readRecords(shared, selectAny(["Id", "CreditBalance"], "Account", groups), creditRecord, "Id");
  const movements = await readCreditMovements(shared, ids);
  return new Map(
    accounts
      .filter(({ owner }) => !shared.problems.has(owner))
      .map(({ owner, record }) => [owner, { balance: record.CreditBalance, movements: movements.get(owner) ?? [] }]),
  );
};

const creditRecord = z.object({ Id: id, CreditBalance: amount });
