import { firstWindowMs } from "../../../functions/app/scan/runs-in-window.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { applicationsIn } from "./applied.ts";
import { creditLedger } from "./credit-watch.ts";
import type { NegativeLine } from "./open-world.ts";
import type { PaymentRunHistory } from "./payment-run-history.ts";
import { lagMaxMs } from "./zuora-front.ts";

/**
 * Accounts that a run charged while they were negative, or beside credit that we should have applied, and that no scan
 * named although it could see it; and accounts that were named although neither was so, or the run could not charge
 * them. A payment that no run made has no target date, and nobody is named for it. Instants are told in seconds, so
 * whose invoice or credit came in the very second that a run began in may be named.
 */
export const misnamed = (history: PaymentRunHistory): string[] => {
  const { collections, named, tenant } = history;
  return collections
    .filter(({ filters, beganAt }) => filters.targetDate !== undefined && beganAt !== undefined)
    .filter(({ beganAt = 0 }) => beganAt >= watchedSince(history))
    .flatMap((collection) => {
      const { name, payments, negative, beganAt = 0, exposed, withCredit } = collection;
      const hadIdleCredit = (id: string) => withCredit?.has(id) && creditLedger(history, id, beganAt).oursToApply.gt(0);
      const changedThen = (id: string) =>
        postedIn(tenant.store, id, second(beganAt)) || movedIn(tenant.store, id, second(beganAt));
      const told = (event: NegativeLine["event"]) =>
        new Set(
          named.filter((line) => line.paymentRun === name && line.event === event).flatMap((line) => line.accountIds),
        );
      const [toldNegative, toldIdle] = [
        told("negative when a payment run began"),
        told("credit idle when a payment run began"),
      ];
      const paying = new Set(payments.map(({ AccountId }) => AccountId));
      const charged = [...paying].filter(
        (id) => negative.has(id) && !toldNegative.has(id) && !wasHidden(history, id, beganAt),
      );
      const idle = [...paying].filter(
        (id) => hadIdleCredit(id) && !changedThen(id) && !toldIdle.has(id) && !toldNegative.has(id),
      );
      const neverNegative = [...toldNegative].filter((id) => !negative.has(id) && !changedThen(id));
      const notIdle = [...toldIdle].filter((id) => !hadIdleCredit(id) && !changedThen(id));
      const neverCharged = [...toldIdle].filter(
        (id) => !exposed?.has(id) || (waited(tenant.store, id, beganAt) && !paying.has(id)),
      );
      return [
        ...charged.map((id) => `${name} charged ${id} while negative: not named`),
        ...idle.map((id) => `${name} charged ${id} with credit idle: not named`),
        ...neverNegative.map((id) => `${id} was named for ${name} and was not negative`),
        ...notIdle.map((id) => `${id} was named for ${name} and had no idle credit`),
        ...neverCharged.map((id) => `${id} was named for ${name}, which could not charge it`),
      ];
    });
};

/** A system that has never completed a look at payment runs looks back for an hour when it does. */
const watchedSince = ({ firstMark }: PaymentRunHistory): number => (firstMark() ?? 0) - firstWindowMs;

/** One may be under way when a run begins, and the next tells of it. */
const scansThatTell = 2;

/**
 * What no scan could see: a page passed it by where it looked; a lagging replica showed it neither the balance nor
 * the transfer; or a person had settled all that was negative before it looked, which no transfer tells of.
 */
const wasHidden = (
  { tenant: { store }, front, scans }: PaymentRunHistory,
  accountId: string,
  instant: number,
): boolean => {
  const telling = scans.filter(({ endedAt }) => endedAt >= instant).slice(0, scansThatTell);
  const during = (at: number) => telling.some(({ beganAt, endedAt }) => beganAt <= at && at <= endedAt);
  const transfers = store.adjustments.where("AccountId", accountId).filter(({ Type }) => Type === "Increase");
  const isLagging = (transferredAt: number) => (at: number) => transferredAt <= at && at - transferredAt <= lagMaxMs;
  const lagged = front.staleReadsAt.filter(during);
  if (front.rowsPassedBy.some(({ at, accountIds }) => during(at) && accountIds.has(accountId))) return true;
  if (transfers.some(({ CreatedDate }) => lagged.some(isLagging(CreatedDate)))) return true;
  const negative = store.invoices
    .where("AccountId", accountId)
    .filter(({ Amount, PostedDate = 0 }) => Amount.lt(0) && PostedDate <= instant)
    .filter(({ Balance, UpdatedDate }) => Balance.lt(0) || UpdatedDate >= instant);
  const isTransferred = (id: string) => transfers.some(({ SourceTransactionId }) => SourceTransactionId === id);
  return negative.length > 0 && negative.every(({ Id, Balance }) => Balance.eq(0) && !isTransferred(Id));
};

/** Whether a payment of an account was under way. */
const waited = ({ payments }: Store, accountId: string, instant: number): boolean =>
  payments
    .where("AccountId", accountId)
    .some(
      ({ Status, CreatedDate, UpdatedDate }) =>
        second(CreatedDate) < second(instant) && (Status === "Processing" || second(UpdatedDate) > second(instant)),
    );

const second = (at: number): number => Math.floor(at / 1000);

const postedIn = ({ invoices, creditMemos }: Store, accountId: string, inSecond: number): boolean =>
  invoices
    .where("AccountId", accountId)
    .some(({ Amount, PostedDate }) => Amount.lt(0) && second(PostedDate ?? 0) === inSecond) ||
  creditMemos.where("accountId", accountId).some(({ postedOn }) => second(postedOn ?? 0) === inSecond);

const movedIn = (store: Store, accountId: string, inSecond: number): boolean =>
  store.adjustments.where("AccountId", accountId).some(({ CreatedDate }) => second(CreatedDate) === inSecond) ||
  applicationsIn(store).some((each) => each.accountId === accountId && second(each.createdDate) === inSecond);
