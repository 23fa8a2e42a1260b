import { add, type Money, min, subtract, toDecimal, zero } from "../../../functions/domain/money.ts";
import type { AdjustmentRecord } from "../../zuora-simulator/records.ts";
import type { History } from "./history.ts";

/** A write that nobody waits for any more may still land, for so long after it was sent at the most. */
const inFlightMs = 70_000;

/** Reasons that keep a part of an account's credit, and say nothing of the rest. */
export const keepsPartOfCredit: ReadonlySet<string> = new Set(["standing-credit-left", "cancelled-by-person"]);

type Ledgered = Pick<History, "tenant" | "front" | "movements" | "policy" | "hasSecondRun" | "decreasesSent">;

/** A Decrease of ours that took more than was ours to apply. */
type Overspent = {
  readonly sentence: string;
  /**
   * Another run made the very same one a moment before: what two runs may do at one time, and one never does. Never an
   * application that a person had taken back: that is done again by no run.
   */
  readonly isDoubled: boolean;
};

/**
 * Whose an account's credit is in the end, or was at an instant, as the tenant's records themselves tell, and what we
 * spent that was not ours.
 */
export const creditLedger = (history: Ledgered, accountId: string, until = Number.POSITIVE_INFINITY) => {
  const { tenant, front, movements, policy } = history;
  const own = tenant.store.adjustments.where("AccountId", accountId);
  const others = movements.filter((each) => each.accountId === accountId).map(({ at }) => at);
  const cancellations = movements.filter(({ kind, accountId: id }) => kind === "cancellation" && id === accountId);
  /** What is canceled in one long transaction is stamped before anybody can see it. */
  const isUnseen = (at: number) =>
    cancellations.some((each) => {
      const stamps = own.filter(({ SourceTransactionId }) => SourceTransactionId === each.invoiceId);
      return each.at > at && stamps.some(({ Status, UpdatedDate }) => Status === "Canceled" && UpdatedDate <= at);
    });
  /** The beginning of the invocation that read for it; of the first, where several sent it. */
  const readSince = ({ SourceTransactionId, CreatedDate: at }: AdjustmentRecord) =>
    Math.min(
      at,
      ...history.decreasesSent
        .filter((sent) => sent.invoiceId === SourceTransactionId && sent.at <= at && at - sent.at < inFlightMs)
        .map((sent) => sent.readSince),
    );
  /** What others did, or a replica did not show yet, since it was read. */
  const isExcused = (row: AdjustmentRecord, at: number) => {
    const since = readSince(row);
    return isUnseen(at) || [...others, ...front.staleReadsAt].some((each) => since <= each && each <= at);
  };
  const wasTakenBack = (row: AdjustmentRecord) =>
    own.some(
      ({ SourceTransactionId, Status, UpdatedDate }) =>
        SourceTransactionId === row.SourceTransactionId && Status === "Canceled" && UpdatedDate < readSince(row),
    );
  const isDoubled = (row: AdjustmentRecord) =>
    history.hasSecondRun === true &&
    !wasTakenBack(row) &&
    own.some(
      ({ Type, SourceTransactionId, Amount, ReferenceId, CreatedDate }) =>
        Type === "Decrease" &&
        SourceTransactionId === row.SourceTransactionId &&
        Amount.eq(row.Amount) &&
        ReferenceId !== undefined &&
        ReferenceId !== row.ReferenceId &&
        CreatedDate <= row.CreatedDate &&
        row.CreatedDate - CreatedDate < inFlightMs,
    );
  const overspent: Overspent[] = [];
  let [standing, ours, freed] = [zero, zero, zero];
  const takeFrom = (held: Money, amount: Money): readonly [Money, Money] => {
    const taken = min(held, amount);
    return [subtract(held, taken), subtract(amount, taken)];
  };
  const change = (row: AdjustmentRecord, at: number, isUndone: boolean) => {
    const { Type, Amount, ReferenceId, Number: number } = row;
    let left = Amount;
    if (ReferenceId === undefined) {
      if (Type === "Increase") standing = add(standing, Amount);
      else {
        [standing, left] = takeFrom(standing, left);
        [ours, left] = takeFrom(ours, left);
        [freed] = takeFrom(freed, left);
      }
    } else if (Type === "Increase" && !isUndone) ours = add(ours, Amount);
    else if (Type === "Increase") {
      [ours, left] = takeFrom(ours, left);
      [freed, left] = takeFrom(freed, left);
      [standing] = takeFrom(standing, left);
    } else if (isUndone) freed = add(freed, Amount);
    else {
      const allowed = policy.standingCredit === "leave" ? ours : add(ours, standing);
      if (Amount.gt(allowed) && !isExcused(row, at)) {
        overspent.push({
          sentence: `${number} spent ${toDecimal(Amount)} of ${accountId}, where ${toDecimal(allowed)} was ours to apply`,
          isDoubled: isDoubled(row),
        });
      }
      [ours, left] = takeFrom(ours, left);
      [standing, left] = takeFrom(standing, left);
      [freed] = takeFrom(freed, left);
    }
  };
  const events = own
    .filter(({ Status, ReferenceId }) => Status === "Processed" || ReferenceId !== undefined)
    .flatMap((each) => [
      { each, at: each.CreatedDate, isUndone: false },
      ...(each.Status === "Canceled"
        ? [{ each, at: Math.max(each.UpdatedDate, each.CreatedDate + 1), isUndone: true }]
        : []),
    ])
    .filter(({ at }) => at <= until);
  const isGain = ({ each, isUndone }: (typeof events)[number]) => (each.Type === "Increase") !== isUndone;
  for (const { each, at, isUndone } of events.toSorted(
    (a, b) => a.at - b.at || Number(isGain(b)) - Number(isGain(a)),
  )) {
    change(each, at, isUndone);
  }
  const isLeft = policy.standingCredit === "leave";
  return {
    kept: isLeft ? add(standing, freed) : freed,
    oursToApply: isLeft ? ours : add(ours, standing),
    overspent,
  };
};

/** Credit that was spent although others had put it there, or a person had taken it back. */
export const overspentCredit = (history: History): readonly Overspent[] =>
  history.tenant.store.accounts.rows.flatMap(({ Id }) => creditLedger(history, Id).overspent);

/** Adjustments of ours on accounts that said no. */
export const touchedOptOuts = ({ tenant: { store } }: History): readonly string[] =>
  store.accounts.rows
    .filter(({ custom }) => Object.keys(custom).length > 0)
    .flatMap(({ Id }) =>
      store.adjustments.where("AccountId", Id).filter(({ ReferenceId }) => ReferenceId !== undefined),
    )
    .map(({ Number: number, AccountId }) => `${number} touched ${AccountId}, which had opted out`);

/**
 * Accounts with an open invoice that takes nothing any more, since its period is closed: others get what was meant for
 * it.
 */
export const accountsWithClosedDebt = ({ tenant: { store }, front }: History): ReadonlySet<string> =>
  new Set(
    store.invoices.rows
      .filter(({ Id, Amount }) => Amount.gt(0) && front.closed.has(Id))
      .map(({ AccountId }) => AccountId),
  );
