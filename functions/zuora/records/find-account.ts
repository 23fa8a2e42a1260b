import type { AccountId } from "../../domain/account.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { accountReference } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";

/**
 * The id of an account that a person named by its id or its number; undefined where Zuora knows neither.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const findAccount = async (
  connection: Connection,
  invocation: Invocation,
  idOrNumber: string,
): Promise<AccountId | undefined> => {
  const client = createClient(connection, invocation);
  const keys = [[`Id = ${quoted(idOrNumber)}`], [`AccountNumber = ${quoted(idOrNumber)}`]];
  const queries = selectAny(["Id"], "Account", keys);
  for await (const { Id } of queryRecords(client, "an account", accountReference, queries)) return Id;
  return undefined;
};
