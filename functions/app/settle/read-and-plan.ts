import type { AccountId, AccountState, InvoiceId } from "../../domain/account.ts";
import { SettlementError, settlementError, type ZuoraContractError } from "../../domain/errors.ts";
import { needsInvoiceItems, type Plan, plan } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import { type InvoiceItems, itemsOfInvoiceMax, type Ledger } from "./ports.ts";

/** An account as it was read, with what is to be done about it. */
export type Planned = { readonly state: AccountState; readonly plan: Plan };

/** What Zuora's refusals told of invoices, which no reading does. */
export type KnownOfInvoices = {
  /** To be planned without. */
  readonly setAside: ReadonlySet<InvoiceId>;
  /** No credit memo can be applied to them. */
  readonly tooManyItems: ReadonlySet<InvoiceId>;
};

type ItemsOf = ReadonlyMap<InvoiceId, InvoiceItems | ZuoraContractError>;

const nothingKnown: KnownOfInvoices = { setAside: new Set(), tooManyItems: new Set() };

/**
 * Reads accounts afresh and plans each. Items of invoices are looked up only for the accounts whose order of
 * application depends on them, all in one query; where that fails, the others are planned all the same. Where they were
 * looked up, they are counted as well; elsewhere Zuora says that there are too many.
 *
 * @throws as {@link Ledger.readAccounts}
 */
export const readAndPlan = async (
  ledger: Ledger,
  policy: Policy,
  ids: readonly AccountId[],
  known = nothingKnown,
): Promise<ReadonlyMap<AccountId, Planned | SettlementError>> => {
  const answered = await ledger.readAccounts(ids);
  const read = new Map([...answered].map(([id, account]) => [id, marked(known, account)]));
  const undecided = new Set([...read.values()].filter(isState).filter((each) => needsInvoiceItems(each, policy)));
  const items = await readItems(ledger, undecided);
  const planOf = (account: AccountState | ZuoraContractError): Planned | SettlementError => {
    const state = isState(account) && undecided.has(account) ? withItems(account, items) : account;
    return state instanceof SettlementError ? state : { state, plan: plan(state, policy) };
  };
  return new Map([...read].map(([id, account]) => [id, planOf(account)]));
};

const marked = ({ setAside, tooManyItems }: KnownOfInvoices, account: AccountState | ZuoraContractError) => {
  if (setAside.size + tooManyItems.size === 0 || !isState(account)) return account;
  const invoices = account.invoices.map((each) => ({
    ...each,
    ...(setAside.has(each.id) ? { isSetAside: true } : {}),
    ...(tooManyItems.has(each.id) ? { hasTooManyItems: true } : {}),
  }));
  return { ...account, invoices };
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
    const { ids: itemIds, subscriptionNumbers, charged = 0 } = own;
    const isTooMany = charged > itemsOfInvoiceMax;
    invoices.push({ ...invoice, subscriptionNumbers, itemIds, ...(isTooMany ? { hasTooManyItems: true } : {}) });
  }
  return { ...state, invoices };
};

const none: InvoiceItems = { ids: new Set(), subscriptionNumbers: new Set() };

const isState = (read: AccountState | ZuoraContractError): read is AccountState => !(read instanceof SettlementError);
