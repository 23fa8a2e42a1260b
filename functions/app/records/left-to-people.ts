import {
  type AccountId,
  type AccountState,
  type CreditMemoRef,
  type Invoice,
  type InvoiceId,
  isNegative,
  type LocalDate,
  type PaymentRef,
  payersOf,
  unappliedIn,
} from "../../domain/account.ts";
import { stepsOf } from "../../domain/credit/step.ts";
import { SettlementError } from "../../domain/errors.ts";
import { type HoldReason, heldPayer } from "../../domain/hold.ts";
import { earliest } from "../../domain/instant.ts";
import { type Money, negate, sum, zero } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import { stepsInAll } from "../../domain/plan.ts";
import { findAccounts } from "../scan/find-accounts.ts";
import { asNegative } from "../scan/finding/owed.ts";
import type { Candidates, MemoCandidates, NegativeInvoice } from "../scan/ports.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";
import {
  accountForNegatives,
  type ExplainedInvoice,
  type NegativePart,
  partsOf,
  type Surroundings,
} from "./negatives-accounted-for.ts";

/** One invoice, credit memo, unapplied payment or account that is held, with what is owed to the customer on it. */
export type Held = {
  readonly reason: HoldReason;
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly invoiceId: InvoiceId | undefined;
  /** Absent where a memo, a payment or the whole account is held. */
  readonly invoiceNumber: string | undefined;
  readonly creditMemo?: CreditMemoRef | undefined;
  readonly payment?: PaymentRef | undefined;
  readonly currency: string;
  /** What is negative of the invoice, unapplied of the memo or the payment, or all of the account. */
  readonly amount: Money;
  /** Of the invoice, or of the account's oldest negative one: when it was posted, in epoch milliseconds, and is due. */
  readonly postedAt: number | undefined;
  readonly dueDate: LocalDate | undefined;
};

/** Credit balance, or what a customer paid, that is to be applied and is not yet. */
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
  /** Credit memos beside an open invoice are counted among these. */
  readonly countsCreditMemos: boolean;
  /** Unapplied payments pay as well; absent where the policy leaves them. */
  readonly appliesPayments?: boolean | undefined;
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
  const owed = new Map<string, NegativeInvoice>();
  const note = (row: NegativeInvoice) => {
    if (only === undefined || row.accountId === only) owed.set(row.id, row);
  };
  const memos = new Map<string, NegativeInvoice>();
  const owing = new Set<AccountId>();
  const noting: Candidates = {
    ...candidates,
    async *negativeInvoices(since, before) {
      for await (const invoice of candidates.negativeInvoices(since, before)) {
        note(invoice);
        yield invoice;
      }
    },
    async *accountsOfOpenInvoices(since, before) {
      for await (const accountId of candidates.accountsOfOpenInvoices(since, before)) {
        owing.add(accountId);
        yield accountId;
      }
    },
    creditMemos: candidates.creditMemos && notingMemos(candidates.creditMemos, (memo) => memos.set(memo.id, memo)),
  };
  const { accounts: found } = await findAccounts(noting, { since: undefined });
  // A memo of an account that owes nothing waits for nobody.
  for (const memo of memos.values()) if (owing.has(memo.accountId)) note(memo);
  const accounts = only === undefined ? found : new Set([only]);
  const ids = [...accounts].slice(0, accountsMax);
  const planned = await assess(ids);
  const negative = accountForNegatives([...owed.values()], planned, { ...around, now });
  return {
    held: [...planned.values()].flatMap(heldOf),
    negative: partsOf(negative),
    countsCreditMemos: candidates.creditMemos !== undefined,
    appliesPayments: candidates.creditMemos?.hasPayments === true,
    pending: pendingOf(negative),
    idle: [...planned.values()].flatMap(idleOf),
    unreadable: [...planned.values()].filter((each) => each instanceof SettlementError).length,
    planned: ids.length,
    of: accounts.size,
  };
};

const notingMemos = (memos: MemoCandidates, note: (memo: NegativeInvoice) => void): MemoCandidates => ({
  ...memos,
  async *unapplied(since, before) {
    for await (const memo of memos.unapplied(since, before)) {
      if (!memo.isPayment) note(asNegative(memo, memo.unapplied));
      yield memo;
    }
  },
});

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
  // What waits to be transferred, and what is on memos, is told as owed.
  const applications = stepsOf(steps, "ApplyCreditBalance", "ApplyPayment");
  if (applications.length === 0 || steps.some(({ kind }) => kind === "TransferToCreditBalance")) return [];
  const paid = new Set(applications.map(({ invoice }) => invoice.id));
  const postedAt = state.invoices.flatMap((each) => (paid.has(each.id) ? each.postedAt : []));
  return [
    {
      accountId: state.id,
      currency: state.currency,
      amount: sum(applications.map(({ amount }) => amount)),
      postedAt: earliest(postedAt),
    },
  ];
};

const heldOf = (planned: Planned | SettlementError): readonly Held[] => {
  if (planned instanceof SettlementError) return [];
  const { state, plan } = planned;
  return plan.holds.map((hold) => {
    const { reason, invoice, creditMemo, payment } = hold;
    const apart = payersOf(state).find(({ id }) => id === heldPayer(hold)?.id);
    if (apart !== undefined) {
      return {
        reason,
        accountId: state.id,
        accountNumber: state.number,
        invoiceId: undefined,
        invoiceNumber: undefined,
        ...(creditMemo === undefined ? { payment } : { creditMemo }),
        currency: apart.currency,
        amount: apart.unapplied,
        postedAt: apart.postedAt,
        dueDate: undefined,
      };
    }
    const negative = negativeOf(state, invoice?.id);
    const unapplied = invoice === undefined ? unappliedIn(payersOf(state)) : zero;
    const oldest = negative.toSorted((a, b) => (a.postedOn < b.postedOn ? -1 : 1))[0];
    const about = state.invoices.find(({ id }) => id === invoice?.id) ?? oldest;
    return {
      reason,
      accountId: state.id,
      accountNumber: state.number,
      invoiceId: invoice?.id,
      invoiceNumber: invoice?.number,
      currency: (invoice === undefined ? undefined : about?.currency) ?? state.currency,
      amount: sum([...negative.map(({ balance }) => negate(balance)), unapplied]),
      postedAt: about?.postedAt,
      dueDate: about?.dueDate,
    };
  });
};

const negativeOf = ({ invoices }: AccountState, invoiceId: string | undefined): readonly Invoice[] =>
  invoices.filter((each) => isNegative(each) && (invoiceId ?? each.id) === each.id);
