import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { hasCreditBalance, hasCreditMemos } from "../../../functions/domain/credit/mode.ts";
import { type Money, sum, toDecimal } from "../../../functions/domain/money.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import type { CreditMemoApplicationRecord, InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { accountsWithClosedDebt } from "./credit-watch.ts";
import type { History, HistoryOptions } from "./history.ts";

/** A reading made before a person said no may still lead to one write after it, for this long at the most. */
const inFlightMs = 60_000;

/** An application that we made, whatever became of it. */
export const isOurs = ({ createdById, amount }: CreditMemoApplicationRecord): boolean =>
  createdById === apiUserId && amount.gt(0);

/** What we applied of memos in all. */
export const appliedByUs = ({ creditMemoApplications }: Store): Money =>
  sum(creditMemoApplications.rows.filter(isOurs).map(({ amount }) => amount));

type Holds = NonNullable<AccountOutcomeLine["holds"]>;

/**
 * Memos with money left beside an open invoice that nobody held. Computed from the tenant's records alone: what may be
 * applied is what Zuora itself would take.
 */
export const idleMemos = (
  { tenant: { store }, mode, endedAt }: History,
  accountId: string,
  open: readonly InvoiceRecord[],
  holds: Holds,
): readonly string[] => {
  const today = new Date(endedAt).toISOString().slice(0, 10);
  if (!hasCreditMemos(mode)) return [];
  return store.creditMemos
    .where("accountId", accountId)
    .filter((memo) => memo.status === "Posted" && memo.unappliedAmount.gt(0) && memo.creditMemoDate <= today)
    .filter((memo) => !holds.some(({ creditMemoNumber }) => creditMemoNumber === memo.number))
    .flatMap((memo) => {
      const beside = open.find(({ Currency, InvoiceDate }) => Currency === memo.currency && InvoiceDate <= today);
      return beside === undefined ? [] : [`${memo.number} lies idle beside ${beside.InvoiceNumber}`];
    });
};

/** What must hold of credit memos at the end of any history, and does not: one sentence each. */
export const memoViolationsOf = (
  history: History,
  { outsideMovements }: Pick<HistoryOptions, "outsideMovements">,
): readonly string[] =>
  hasCreditMemos(history.mode)
    ? [
        ...refusedByPeople(history),
        ...touchedOptOuts(history),
        ...brokenIdentities(history),
        ...touchedNegatives(history),
        ...(outsideMovements ? [] : repeatedApplications(history)),
      ]
    : [];

/** Applications of ours of a memo that a person had taken back or excluded. */
const refusedByPeople = ({ tenant: { store }, movements }: History): readonly string[] =>
  movements
    .filter(({ kind }) => kind === "memo-unapplied" || kind === "memo-excluded")
    .flatMap(({ kind, memoId = "", at }) =>
      store.creditMemoApplications
        .where("creditMemoId", memoId)
        .filter((each) => isOurs(each) && each.createdDate > at + inFlightMs)
        .map(({ id }) => `${id} applied ${memoId} after ${kind}`),
    );

const touchedOptOuts = ({ tenant: { store } }: History): readonly string[] =>
  store.accounts.rows
    .filter(({ custom, Status }) => Object.keys(custom).length > 0 || Status !== "Active")
    .flatMap(({ Id }) => store.creditMemoApplications.where("accountId", Id).filter(isOurs))
    .map(({ id, accountId }) => `${id} touched ${accountId}, which is to be left alone`);

/** What is on invoices, what is left and what there was in the beginning: a memo never pays more than it has. */
const brokenIdentities = ({ tenant: { store } }: History): readonly string[] =>
  store.creditMemos.rows.flatMap((memo) => {
    const applied = sum(store.creditMemoParts.where("creditMemoId", memo.id).map(({ amount }) => amount));
    const events = sum(store.creditMemoApplications.where("creditMemoId", memo.id).map(({ amount }) => amount));
    const isWhole = memo.status !== "Posted" || applied.plus(memo.unappliedAmount).eq(memo.amount);
    return isWhole && applied.eq(events)
      ? []
      : [`${memo.number} of ${toDecimal(memo.amount)} has ${toDecimal(applied)} applied, and says otherwise`];
  });

/** With Invoice Settlement alone a negative invoice goes nowhere. */
const touchedNegatives = ({ tenant: { store }, mode }: History): readonly string[] =>
  hasCreditBalance(mode)
    ? []
    : store.invoices.rows
        .filter(({ Amount, Balance }) => Amount.lt(0) && !Balance.eq(Amount))
        .map(({ InvoiceNumber }) => `${InvoiceNumber} is negative in a tenant with memos alone, and was touched`);

/** How long a reading may lead to writes. */
const roundMs = 30_000;

/**
 * One memo pays one invoice once, unless the reading before was a stale one, or what it was to pay of another invoice
 * was refused, since the period of that is closed.
 */
const repeatedApplications = (history: History): readonly string[] => {
  const {
    tenant: { store },
    front,
  } = history;
  const wasStaleBefore = (at: number) => front.staleReadsAt.some((stale) => stale <= at && at - stale < roundMs);
  const closed = accountsWithClosedDebt(history);
  const own = store.creditMemoApplications.rows.filter((row) => isOurs(row) && !closed.has(row.accountId));
  return [...Map.groupBy(own, ({ creditMemoId, invoiceId }) => `${creditMemoId} ${invoiceId}`)]
    .filter(([, pair]) => pair.slice(0, -1).some(({ createdDate }) => !wasStaleBefore(createdDate)))
    .map(([pair, applications]) => `${pair} has ${applications.length} applications`);
};
