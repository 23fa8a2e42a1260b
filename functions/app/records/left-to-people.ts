import type { AccountId } from "../../domain/account.ts";
import { stepsOf } from "../../domain/credit/step.ts";
import { SettlementError } from "../../domain/errors.ts";
import { earliest } from "../../domain/instant.ts";
import { type Money, sum } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import { stepsInAll } from "../../domain/plan.ts";
import { findAccounts } from "../scan/find-accounts.ts";
import { asNegative } from "../scan/finding/owed.ts";
import type { Candidates, MemoCandidates, NegativeInvoice } from "../scan/ports.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";
import { type Held, heldOf } from "./held.ts";
import {
  accountForNegatives,
  type ExplainedInvoice,
  type NegativePart,
  partsOf,
  type Surroundings,
} from "./negatives-accounted-for.ts";

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
