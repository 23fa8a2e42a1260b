import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Ledger } from "./ports.ts";
import { type Planned, readAndPlan } from "./read-and-plan.ts";

/** Few enough that whoever waits sees how far it has come. */
const accountsPerRead = 10;

/**
 * Plans any number of accounts, ten at a time, and writes nothing. Where Zuora does not answer, the accounts of that
 * reading say so.
 *
 * @param onProgress told of every ten accounts
 */
export const createAssess =
  (ledger: Ledger, policy: Policy, onProgress: (done: number, of: number) => void = () => {}): Assess =>
  async (ids) => {
    const found = new Map<AccountId, Planned | SettlementError>();
    for (let start = 0; start < ids.length; start += accountsPerRead) {
      const batch = ids.slice(start, start + accountsPerRead);
      for (const [id, planned] of await readOrSay(ledger, policy, batch)) found.set(id, planned);
      onProgress(found.size, ids.length);
    }
    return found;
  };

const readOrSay = async (
  ledger: Ledger,
  policy: Policy,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, Planned | SettlementError>> => {
  try {
    return await readAndPlan(ledger, policy, ids);
  } catch (error) {
    if (error instanceof SettlementError) return new Map(ids.map((id) => [id, error]));
    throw error;
  }
};

/** What is to be done about each account today, or why that cannot be told. */
export type Assess = (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, Planned | SettlementError>>;
