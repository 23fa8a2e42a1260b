import type { AccountId, AccountState, InvoiceId } from "../domain/account.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { needsSubscriptionNumbers, type Plan, plan } from "../domain/plan.ts";
import type { Policy } from "../domain/policy.ts";
import type { Ledger } from "./ports.ts";

/** An account as it was read, with what is to be done about it. */
export type Planned = { readonly state: AccountState; readonly plan: Plan };

/**
 * Reads accounts afresh and plans each. Subscription numbers are looked up only for the accounts whose order of
 * application depends on them, all in one query.
 *
 * @throws as {@link Ledger.readAccounts}
 */
export const readAndPlan = async (
  ledger: Ledger,
  policy: Policy,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, Planned | ZuoraContractError>> => {
  const read = await ledger.readAccounts(ids);
  const states = [...read.values()].filter(isState);
  const undecided = states.filter((state) => needsSubscriptionNumbers(state, policy));
  const invoiceIds = undecided.flatMap((state) => state.invoices.map((invoice) => invoice.id));
  const numbers =
    invoiceIds.length === 0
      ? new Map<InvoiceId, ReadonlySet<string>>()
      : await ledger.readSubscriptionNumbers(invoiceIds);
  const complete = (state: AccountState): AccountState =>
    undecided.includes(state)
      ? {
          ...state,
          invoices: state.invoices.map((each) => ({ ...each, subscriptionNumbers: numbers.get(each.id) ?? new Set() })),
        }
      : state;
  const planOf = (state: AccountState): Planned => {
    const completed = complete(state);
    return { state: completed, plan: plan(completed, policy) };
  };
  return new Map([...read].map(([id, state]) => [id, isState(state) ? planOf(state) : state]));
};

const isState = (read: AccountState | ZuoraContractError): read is AccountState =>
  !(read instanceof ZuoraContractError);
