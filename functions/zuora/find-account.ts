import type { AccountId } from "../domain/account.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { createClient } from "./client.ts";
import type { Connection, Invocation } from "./connection.ts";
import { queryAll } from "./query.ts";
import { accountReference, contractProblem } from "./schemas.ts";
import { quoted, selectAny } from "./zoql.ts";

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
  for (const query of selectAny(["Id"], "Account", keys)) {
    for await (const raw of queryAll(client, query)) {
      const parsed = accountReference.safeParse(raw);
      if (parsed.success) return parsed.data.Id;
      throw new ZuoraContractError(`an account: ${contractProblem(parsed.error)}`, { scope: "envelope" });
    }
  }
  return undefined;
};
