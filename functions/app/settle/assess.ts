import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError } from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy.ts";
import { slices } from "../slices.ts";
import type { Ledger } from "./ports.ts";
import { type Planned, readAndPlan } from "./read-and-plan.ts";

/** Two whole queries of Zuora's 200 conditions for their invoices, and few enough that whoever waits sees progress. */
const accountsPerRead = 100;

/**
 * Plans any number of accounts, a hundred at a time, and writes nothing. Where Zuora does not answer, the accounts of
 * that reading say so.
 *
 * @param onProgress told of every hundred accounts
 */
export const createAssess =
  (ledger: Ledger, policy: Policy, onProgress: (done: number, of: number) => void = () => {}): Assess =>
  async (ids) => {
    const found = new Map<AccountId, Planned | SettlementError>();
    for (const batch of slices(ids, accountsPerRead)) {
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
  const planned = await readAndPlan(ledger, policy, ids).catch(settlementError);
  return planned instanceof SettlementError ? new Map(ids.map((id) => [id, planned])) : planned;
};

/** What is to be done about each account today, or why that cannot be told. */
export type Assess = (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, Planned | SettlementError>>;
