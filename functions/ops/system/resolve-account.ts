import type { AccountId } from "../../domain/account.ts";
import { UsageError } from "../exit-code.ts";
import type { OpenSystem } from "./open-system.ts";

/**
 * The id of the account that a person named by id or number.
 *
 * @throws {UsageError} where Zuora knows no such account
 */
export const accountIdFor = async (system: OpenSystem, idOrNumber: string): Promise<AccountId> => {
  const id = await system.accountId(idOrNumber);
  if (id === undefined) throw new UsageError(`Zuora knows no account with the id or number ${idOrNumber}`);
  return id;
};
