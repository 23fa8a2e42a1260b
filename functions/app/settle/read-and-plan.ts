import type { AccountId, AccountState, InvoiceId } from "../../domain/account.ts";
import { SettlementError, type ZuoraContractError } from "../../domain/errors.ts";
import { needsSubscriptionNumbers, type Plan, plan } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Ledger } from "./ports.ts";

/** An account as it was read, with what is to be done about it. */
export type Planned = { readonly state: AccountState; readonly plan: Plan };

type NumbersOf = ReadonlyMap<InvoiceId, ReadonlySet<string> | ZuoraContractError>;

/**
 * Reads accounts afresh and plans each. Subscription numbers are looked up only for the accounts whose order of
 * application depends on them, all in one query; where that fails, the others are planned all the same.
 *
 * @param setAside invoices to plan without
 * @throws as {@link Ledger.readAccounts}
 */
export const readAndPlan = async (
  ledger: Ledger,
  policy: Policy,
  ids: readonly AccountId[],
  setAside: ReadonlySet<InvoiceId> = new Set(),
): Promise<ReadonlyMap<AccountId, Planned | SettlementError>> => {
  const answered = await ledger.readAccounts(ids);
  const read = new Map([...answered].map(([id, account]) => [id, without(setAside, account)]));
  const undecided = new Set(
    [...read.values()].filter(isState).filter((each) => needsSubscriptionNumbers(each, policy)),
  );
  const numbers = await readNumbers(ledger, undecided);
  const planOf = (account: AccountState | ZuoraContractError): Planned | SettlementError => {
    const state = isState(account) && undecided.has(account) ? withNumbers(account, numbers) : account;
    return state instanceof SettlementError ? state : { state, plan: plan(state, policy) };
  };
  return new Map([...read].map(([id, account]) => [id, planOf(account)]));
};

const without = (setAside: ReadonlySet<InvoiceId>, account: AccountState | ZuoraContractError) => {
  if (setAside.size === 0 || !isState(account)) return account;
  const marked = account.invoices.map((each) => (setAside.has(each.id) ? { ...each, isSetAside: true } : each));
  return { ...account, invoices: marked };
};

const readNumbers = async (
  ledger: Ledger,
  undecided: ReadonlySet<AccountState>,
): Promise<NumbersOf | SettlementError> => {
  if (undecided.size === 0) return new Map();
  try {
    return await ledger.readSubscriptionNumbers([...undecided].flatMap(({ invoices }) => invoices.map(({ id }) => id)));
  } catch (error) {
    if (error instanceof SettlementError) return error;
    throw error;
  }
};

const withNumbers = (state: AccountState, numbers: NumbersOf | SettlementError): AccountState | SettlementError => {
  if (numbers instanceof SettlementError) return numbers;
  const invoices: AccountState["invoices"][number][] = [];
  for (const invoice of state.invoices) {
    const subscriptionNumbers = numbers.get(invoice.id) ?? new Set<string>();
    if (subscriptionNumbers instanceof SettlementError) return subscriptionNumbers;
    invoices.push({ ...invoice, subscriptionNumbers });
  }
  return { ...state, invoices };
};

const isState = (read: AccountState | ZuoraContractError): read is AccountState => !(read instanceof SettlementError);
