import { type AccountId, type AccountState, isNegative } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { type Money, negate, sum } from "../../domain/money.ts";
import { findAccounts } from "../scan/find-accounts.ts";
import type { Candidates } from "../scan/ports.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";

/** One invoice or account that is held, with what is owed to the customer on it. */
export type Held = {
  readonly reason: HoldReason;
  readonly accountId: AccountId;
  readonly accountNumber: string;
  /** Absent where the whole account is held. */
  readonly invoiceNumber: string | undefined;
  readonly currency: string;
  /** What is negative of the invoice, or of the account. */
  readonly amount: Money;
};

export type LeftToPeople = {
  readonly held: readonly Held[];
  /** Accounts that were planned, of how many that have a negative invoice or idle credit. */
  readonly planned: number;
  readonly of: number;
};

/**
 * Plans the accounts that a scan of everything finds, and tells what is held of them and why. Writes nothing.
 *
 * @param accountsMax as many are planned at most: a report is not to take hours
 */
export const leftToPeople = async (
  candidates: Candidates,
  assess: Assess,
  accountsMax: number,
): Promise<LeftToPeople> => {
  const { accounts } = await findAccounts(candidates, { since: undefined });
  const ids = [...accounts].slice(0, accountsMax);
  const planned = await assess(ids);
  return { held: [...planned.values()].flatMap(heldOf), planned: ids.length, of: accounts.size };
};

const heldOf = (planned: Planned | SettlementError): readonly Held[] => {
  if (planned instanceof SettlementError) return [];
  const { state, plan } = planned;
  return plan.holds.map(({ reason, invoice }) => ({
    reason,
    accountId: state.id,
    accountNumber: state.number,
    invoiceNumber: invoice?.number,
    currency: state.invoices.find(({ id }) => id === invoice?.id)?.currency ?? state.currency,
    amount: owedOn(state, invoice?.id),
  }));
};

const owedOn = ({ invoices }: AccountState, invoiceId: string | undefined): Money =>
  negate(
    sum(
      invoices.filter((each) => isNegative(each) && (invoiceId ?? each.id) === each.id).map(({ balance }) => balance),
    ),
  );
