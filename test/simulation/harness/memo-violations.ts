import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { hasCreditBalance, hasCreditMemos } from "../../../functions/domain/credit/mode.ts";
import { type Money, sum, toDecimal } from "../../../functions/domain/money.ts";
import { apiUserId } from "../../zuora-simulator/authentication.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { applicationsIn, areApplied, isOurs, payersIn, paymentsToApply } from "./applied.ts";
import { accountsWithClosedDebt } from "./credit-watch.ts";
import type { History, HistoryOptions } from "./history.ts";

/** A reading made before a person said no may still lead to one write after it, for this long at the most. */
const inFlightMs = 60_000;

/** What we applied of memos and payments in all. */
export const appliedByUs = (store: Store): Money =>
  sum(
    applicationsIn(store)
      .filter(isOurs)
      .map(({ amount }) => amount),
  );

type Holds = NonNullable<AccountOutcomeLine["holds"]>;

/** Payments with money left beside an open invoice that nobody held, where the policy applies them. */
export const idlePayments = (
  { tenant: { store }, mode, policy, endedAt }: History,
  accountId: string,
  open: readonly InvoiceRecord[],
  holds: Holds,
): readonly string[] => {
  const today = new Date(endedAt).toISOString().slice(0, 10);
  return paymentsToApply(store, accountId, { policy, mode })
    .filter(({ effectiveDate }) => effectiveDate <= today)
    .filter((payment) => !holds.some(({ paymentNumber }) => paymentNumber === payment.number))
    .flatMap((payment) => {
      const beside = open.find(({ Currency, InvoiceDate }) => Currency === payment.currency && InvoiceDate <= today);
      return beside === undefined ? [] : [`${payment.number} lies idle beside ${beside.InvoiceNumber}`];
    });
};

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
        ...touchedPayments(history),
        ...brokenIdentities(history),
        ...touchedNegatives(history),
        ...(outsideMovements ? [] : repeatedApplications(history)),
      ]
    : [];

const noes: ReadonlySet<string> = new Set(["memo-unapplied", "memo-excluded", "payment-unapplied"]);

/** Applications of ours of a memo or payment that a person had taken back or excluded. */
const refusedByPeople = ({ tenant: { store }, movements }: History): readonly string[] =>
  movements
    .filter(({ kind }) => noes.has(kind))
    .flatMap(({ kind, memoId = "", at }) =>
      applicationsIn(store)
        .filter((each) => each.payerId === memoId && isOurs(each) && each.createdDate > at + inFlightMs)
        .map(({ id }) => `${id} applied ${memoId} after ${kind}`),
    );

/** Payments that the policy leaves where they are. */
const touchedPayments = ({ tenant: { store }, policy, mode }: History): readonly string[] =>
  areApplied({ policy, mode })
    ? []
    : store.paymentApplications.rows
        .filter(({ createdById }) => createdById === apiUserId)
        .map(({ id, paymentId }) => `${id} applied ${paymentId}, which is to be left`);

const touchedOptOuts = ({ tenant: { store } }: History): readonly string[] =>
  store.accounts.rows
    .filter(({ custom, Status }) => Object.keys(custom).length > 0 || Status !== "Active")
    .flatMap(({ Id }) => applicationsIn(store).filter((each) => each.accountId === Id && isOurs(each)))
    .map(({ id, accountId }) => `${id} touched ${accountId}, which is to be left alone`);

/** What is on invoices, what is left and what there was in the beginning: nothing ever pays more than it has. */
const brokenIdentities = ({ tenant: { store } }: History): readonly string[] => {
  const rows = Map.groupBy(applicationsIn(store), ({ payerId }) => payerId);
  const partsOf = (id: string) => [
    ...store.creditMemoParts.where("creditMemoId", id),
    ...store.paymentParts.where("paymentId", id),
  ];
  return payersIn(store).flatMap(({ id, number, isPosted, amount: whole, unappliedAmount, refundAmount }) => {
    const applied = sum(partsOf(id).map(({ amount }) => amount));
    const events = sum((rows.get(id) ?? []).map(({ amount }) => amount));
    const isWhole = !isPosted || sum([applied, unappliedAmount, refundAmount]).eq(whole);
    return isWhole && applied.eq(events)
      ? []
      : [`${number} of ${toDecimal(whole)} has ${toDecimal(applied)} applied, and says otherwise`];
  });
};

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
 * One memo or payment pays one invoice once, unless the reading before was a stale one, or what it was to pay of
 * another invoice was refused, since the period of that is closed.
 */
const repeatedApplications = (history: History): readonly string[] => {
  const {
    tenant: { store },
    front,
  } = history;
  const wasStaleBefore = (at: number) => front.staleReadsAt.some((stale) => stale <= at && at - stale < roundMs);
  const closed = accountsWithClosedDebt(history);
  const own = applicationsIn(store).filter((row) => isOurs(row) && !closed.has(row.accountId));
  return [...Map.groupBy(own, ({ payerId, invoiceId }) => `${payerId} ${invoiceId}`)]
    .filter(([, pair]) => pair.slice(0, -1).some(({ createdDate }) => !wasStaleBefore(createdDate)))
    .map(([pair, applications]) => `${pair} has ${applications.length} applications`);
};
