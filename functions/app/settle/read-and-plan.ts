import type { AccountId, AccountState, InvoiceId } from "../../domain/account.ts";
import { SettlementError, settlementError, type ZuoraContractError } from "../../domain/errors.ts";
import { needsInvoiceItems, type Plan, plan } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import type { InvoiceItems, Ledger } from "./ports.ts";

/** An account as it was read, with what is to be done about it. */
export type Planned = { readonly state: AccountState; readonly plan: Plan };

type ItemsOf = ReadonlyMap<InvoiceId, InvoiceItems | ZuoraContractError>;

/**
 * Reads accounts afresh and plans each. Items of invoices are looked up only for the accounts whose order of
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
  const undecided = new Set([...read.values()].filter(isState).filter((each) => needsInvoiceItems(each, policy)));
  const items = await readItems(ledger, undecided);
  const planOf = (account: AccountState | ZuoraContractError): Planned | SettlementError => {
    const state = isState(account) && undecided.has(account) ? withItems(account, items) : account;
    return state instanceof SettlementError ? state : { state, plan: plan(state, policy) };
  };
  return new Map([...read].map(([id, account]) => [id, planOf(account)]));
};

const without = (setAside: ReadonlySet<InvoiceId>, account: AccountState | ZuoraContractError) => {
  if (setAside.size === 0 || !isState(account)) return account;
  const marked = account.invoices.map((each) => (setAside.has(each.id) ? { ...each, isSetAside: true } : each));
  return { ...account, invoices: marked };
};

const readItems = async (ledger: Ledger, undecided: ReadonlySet<AccountState>): Promise<ItemsOf | SettlementError> => {
  if (undecided.size === 0) return new Map();
  const ids = [...undecided].flatMap(({ invoices }) => invoices.map(({ id }) => id));
  return ledger.readInvoiceItems(ids).catch(settlementError);
};

const withItems = (state: AccountState, items: ItemsOf | SettlementError): AccountState | SettlementError => {
  if (items instanceof SettlementError) return items;
  const invoices: AccountState["invoices"][number][] = [];
  for (const invoice of state.invoices) {
    const own = items.get(invoice.id) ?? none;
    if (own instanceof SettlementError) return own;
    invoices.push({ ...invoice, subscriptionNumbers: own.subscriptionNumbers, itemIds: own.ids });
  }
  return { ...state, invoices };
};

const none: InvoiceItems = { ids: new Set(), subscriptionNumbers: new Set() };

const isState = (read: AccountState | ZuoraContractError): read is AccountState => !(read instanceof SettlementError);
