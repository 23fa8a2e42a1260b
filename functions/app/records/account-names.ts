import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { Records } from "./ports.ts";

/** What people call an account: its number, or its id where Zuora does not say. */
export type NameOf = (id: AccountId) => string;

/** Looks up the numbers of accounts. Where Zuora does not answer, ids have to do. */
export const namesOf = async (
  { records }: { readonly records: Pick<Records, "accounts"> },
  ids: readonly AccountId[],
): Promise<NameOf> => {
  const numbers = new Map<AccountId, string>();
  try {
    const labels = ids.length === 0 ? [] : await records.accounts([...new Set(ids)]);
    for (const [id, { number }] of labels) numbers.set(id, number);
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
  }
  return (id) => numbers.get(id) ?? id;
};
