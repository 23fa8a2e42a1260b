import { namesOf } from "../../app/records/account-names.ts";
import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import { UsageError } from "../exit-code.ts";
import { didYouMean } from "../nearest.ts";
import type { OpenSystem } from "./open-system.ts";

/**
 * The id of the account that a person named by id or number.
 *
 * @throws {UsageError} where Zuora knows no such account
 */
export const accountIdFor = async (system: OpenSystem, idOrNumber: string): Promise<AccountId> => {
  const id = await system.accountId(idOrNumber);
  if (id !== undefined) return id;
  const nearest = didYouMean(idOrNumber, await likelyMeant(system));
  throw new UsageError(`Zuora knows no account with the id or number ${idOrNumber}${nearest}`);
};

/** As many accounts as may be meant: one query, and the look-up of their numbers. */
const likelyMax = 1_000;

/** Those that somebody has a reason to ask about: a negative invoice. By number and id; none where Zuora is silent. */
const likelyMeant = async (system: OpenSystem): Promise<readonly string[]> => {
  const ids = new Set<AccountId>();
  try {
    for await (const { accountId } of system.candidates().negativeInvoices(undefined)) {
      if (ids.size >= likelyMax) break;
      ids.add(accountId);
    }
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
  }
  const nameOf = await namesOf(system, [...ids]);
  return [...ids].flatMap((id) => [nameOf(id), id]);
};
