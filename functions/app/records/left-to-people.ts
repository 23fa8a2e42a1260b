import {
  type AccountId,
  type AccountState,
  type Invoice,
  type InvoiceId,
  isNegative,
  type LocalDate,
} from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { type Money, negate, sum } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import { paysInvoice, stepsInAll } from "../../domain/plan.ts";
import { findAccounts } from "../scan/find-accounts.ts";
import type { Candidates, NegativeInvoice } from "../scan/ports.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";
import {
  accountForNegatives,
  type ExplainedInvoice,
  type NegativePart,
  partsOf,
  type Surroundings,
} from "./negatives-accounted-for.ts";

/** One invoice or account that is held, with what is owed to the customer on it. */
export type Held = {
  readonly reason: HoldReason;
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly invoiceId: InvoiceId | undefined;
  /** Absent where the whole account is held. */
  readonly invoiceNumber: string | undefined;
  readonly currency: string;
  /** What is negative of the invoice, or of the account. */
  readonly amount: Money;
  /** Of the invoice, or of the account's oldest negative one: when it was posted, in epoch milliseconds, and is due. */
  readonly postedAt: number | undefined;
  readonly dueDate: LocalDate | undefined;
};

/** Credit that is to be applied and is not yet. */
export type IdleCredit = {
  readonly accountId: AccountId;
  readonly currency: string;
  readonly amount: Money;
  /** Epoch milliseconds; when the oldest of the invoices that it will pay was posted. */
  readonly postedAt: number | undefined;
};

/** What is owed to one account and waits through no decision of anybody's. */
export type PendingCredit = { readonly accountId: AccountId; readonly currency: string; readonly amount: Money };

export type LeftToPeople = {
  readonly held: readonly Held[];
  /** Every invoice that is negative now, by what is known of it; whatever else a report says, these are there. */
  readonly negative: readonly NegativePart[];
  /** Accounts that are owed something which nobody has decided to hold, an amount for each currency. */
  readonly pending: readonly PendingCredit[];
  readonly idle: readonly IdleCredit[];
  /** Accounts that were read and could not be. */
  readonly unreadable: number;
  /** Accounts that were planned, of how many that have a negative invoice or idle credit. */
  readonly planned: number;
  readonly of: number;
};

export type Extent = {
  /** As many are planned at most: a report is not to take hours. */
  readonly accountsMax: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** This account alone; absent: all. */
  readonly only?: AccountId | undefined;
  /** What else explains a negative invoice; absent: only Zuora is asked, and what nothing holds waits. */
  readonly around?: Omit<Surroundings, "now"> | undefined;
};

/**
 * Plans the accounts that a scan of everything finds, and tells what is held of them and why, and what should have been
 * settled. Writes nothing.
 */
export const leftToPeople = async (
  candidates: Candidates,
  assess: Assess,
  { accountsMax, now, only, around = nothingElse }: Extent,
): Promise<LeftToPeople> => {
  const invoices = new Map<string, NegativeInvoice>();
  const noting: Candidates = {
    ...candidates,
    async *negativeInvoices(since, before) {
      for await (const invoice of candidates.negativeInvoices(since, before)) {
        if (only === undefined || invoice.accountId === only) invoices.set(invoice.id, invoice);
        yield invoice;
      }
    },
  };
  const { accounts: found } = await findAccounts(noting, { since: undefined });
  const accounts = only === undefined ? found : new Set([only]);
  const ids = [...accounts].slice(0, accountsMax);
  const planned = await assess(ids);
  const negative = accountForNegatives([...invoices.values()], planned, { ...around, now });
  return {
    held: [...planned.values()].flatMap(heldOf),
    negative: partsOf(negative),
    pending: pendingOf(negative),
    idle: [...planned.values()].flatMap(idleOf),
    unreadable: [...planned.values()].filter((each) => each instanceof SettlementError).length,
    planned: ids.length,
    of: accounts.size,
  };
};

/** Only Zuora is asked here: what is neither held nor unreadable waits. */
const nothingElse = {
  setAside: new Set<AccountId>(),
  messages: Number.POSITIVE_INFINITY,
  position: "on",
  lastScanAt: undefined,
} as const;

const pendingOf = (negative: readonly ExplainedInvoice[]): readonly PendingCredit[] => {
  const waits = negative.filter(({ explanation }) => explanation !== "held" && explanation !== "unread");
  return [...Map.groupBy(waits, ({ accountId }) => accountId)].flatMap(([accountId, own]) =>
    byCurrency(own).map(([currency, each]) => ({ accountId, currency, amount: sum(each.map(({ amount }) => amount)) })),
  );
};

const idleOf = (planned: Planned | SettlementError): readonly IdleCredit[] => {
  if (planned instanceof SettlementError) return [];
  const { state, plan } = planned;
  const steps = stepsInAll(plan);
  const applications = steps.filter(paysInvoice);
  if (applications.length === 0 || applications.length < steps.length) return [];
  const paid = new Set(applications.map(({ invoice }) => invoice.id));
  const postedAt = state.invoices.flatMap((each) => (paid.has(each.id) ? (each.postedAt ?? []) : []));
  return [
    {
      accountId: state.id,
      currency: state.currency,
      amount: sum(applications.map(({ amount }) => amount)),
      postedAt: postedAt.toSorted((a, b) => a - b)[0],
    },
  ];
};

const heldOf = (planned: Planned | SettlementError): readonly Held[] => {
  if (planned instanceof SettlementError) return [];
  const { state, plan } = planned;
  return plan.holds.map(({ reason, invoice }) => {
    const negative = negativeOf(state, invoice?.id);
    const oldest = negative.toSorted((a, b) => (a.postedOn < b.postedOn ? -1 : 1))[0];
    const about = state.invoices.find(({ id }) => id === invoice?.id) ?? oldest;
    return {
      reason,
      accountId: state.id,
      accountNumber: state.number,
      invoiceId: invoice?.id,
      invoiceNumber: invoice?.number,
      currency: (invoice === undefined ? undefined : about?.currency) ?? state.currency,
      amount: negate(sum(negative.map(({ balance }) => balance))),
      postedAt: about?.postedAt,
      dueDate: about?.dueDate,
    };
  });
};

const negativeOf = ({ invoices }: AccountState, invoiceId: string | undefined): readonly Invoice[] =>
  invoices.filter((each) => isNegative(each) && (invoiceId ?? each.id) === each.id);
