import { add, type Money, sum } from "../../../../functions/domain/money.ts";
import { type AppliedRow, applicationsIn, isOurs, payersIn } from "../applied.ts";
import type { Movement } from "../people.ts";
import { violationsOf } from "../violations.ts";
import { isMeant } from "./undo-by-person.ts";
import type { UndoHistory, UndoHistoryOptions } from "./undo-history.ts";

/** What must hold at the end of a history in which runs were undone, and does not: one sentence each. */
export const undoViolationsOf = (
  history: UndoHistory,
  { faultProbability }: Pick<UndoHistoryOptions, "faultProbability">,
): readonly string[] => [
  ...violationsOf(history, { faultProbability, outsideMovements: true }),
  ...stillThere(history),
  ...notSpent(history),
  ...doneAgain(history),
  ...notSaid(history),
];

/** What an undo said was done, and is not: adjustments of the run that stand, and memos that still pay. */
const stillThere = ({ tenant: { store }, undone }: UndoHistory): readonly string[] =>
  undone.flatMap((each) => {
    const { runId, spent, saidAt } = each;
    // What of the run was still queued is settled when the system goes on, and is nothing that was undone.
    const standing = store.adjustments.rows
      .filter(({ ReferenceId, CreatedDate }) => ReferenceId === runId && CreatedDate <= saidAt)
      .filter(({ Status, AccountId }) => Status !== "Canceled" && !spent.has(AccountId));
    const until = applicationsIn(store).filter(({ createdDate }) => createdDate <= saidAt);
    const pairs = Map.groupBy(until, ({ payerId, invoiceId }) => `${payerId} to ${invoiceId}`);
    const isOfTheRun = (row: AppliedRow) => isMeant(row, each);
    const paying = [...pairs].filter(([, rows]) => {
      const byOthers = rows.filter((row) => row.amount.gt(0) && !isOfTheRun(row));
      return rows.some(isOfTheRun) && totalOf(rows).gt(totalOf(byOthers));
    });
    return [
      ...standing.map(({ Number: number }) => `${number} of ${runId} stands, which was said to be undone`),
      ...paying.map(([pair]) => `${pair} is applied by ${runId}, which was said to be undone`),
    ];
  });

const totalOf = (rows: readonly AppliedRow[]): Money => sum(rows.map(({ amount }) => amount));

/** Accounts that an undo left alone for credit that was spent, which it was not. */
const notSpent = ({ tenant: { store }, undone, movements }: UndoHistory): readonly string[] =>
  undone.flatMap(({ runId, spent, balances, saidAt }) =>
    [...spent].flatMap((accountId) => {
      // What anybody did to the credit since may be canceled by now; what stands of the run is as it was.
      const own = store.adjustments
        .where("AccountId", accountId)
        .filter(
          ({ ReferenceId, Status, UpdatedDate }) =>
            ReferenceId === runId && (Status === "Processed" || UpdatedDate > saidAt),
        );
      const of = (type: "Increase" | "Decrease") =>
        sum(own.filter(({ Type }) => Type === type).map(({ Amount }) => Amount));
      const there = add(balances.get(accountId) ?? sum([]), of("Decrease"));
      const wasThere = there.gte(of("Increase")) && movements.every((each) => each.accountId !== accountId);
      return wasThere ? [`${accountId} was left alone by the undo of ${runId} although its credit was there`] : [];
    }),
  );

/** What we did once more of what was taken back by an undo. */
const doneAgain = ({ tenant: { store }, takenBack }: UndoHistory): readonly string[] =>
  takenBack.flatMap(({ invoiceId, memoId, at }) => {
    if (memoId !== undefined)
      return applicationsIn(store)
        .filter((row) => row.payerId === memoId && isOurs(row) && row.createdDate > at)
        .map(({ id }) => `${id} applied ${memoId} although an undo had taken it back`);
    return store.adjustments
      .where("SourceTransactionId", invoiceId)
      .filter(({ ReferenceId, CreatedDate }) => ReferenceId !== undefined && CreatedDate > at)
      .map(({ Number: number }) => `${number} was made although an undo had taken the same back`);
  });

/** What was undone, is open still, and of which the account's last word is not that a person took it back. */
const notSaid = ({ tenant: { store }, lines, deadLetters, takenBack }: UndoHistory): readonly string[] => {
  const dead = new Set(deadLetters.messages.map(({ groupId }) => groupId));
  return takenBack.flatMap(({ accountId, invoiceId, memoId }: Movement) => {
    const invoice = store.invoices.one("Id", invoiceId);
    const memo = memoId === undefined ? undefined : payersIn(store).find(({ id }) => id === memoId);
    const isOpen = memo === undefined ? invoice?.Balance.lt(0) : memo.unappliedAmount.gt(0) && invoice?.Balance.gt(0);
    if (
      dead.has(accountId) ||
      !isOpen ||
      (memo !== undefined && "excludeFromAutoApplyRules" in memo && memo.excludeFromAutoApplyRules)
    )
      return [];
    const holds = lines.findLast((line) => line.accountId === accountId)?.holds ?? [];
    const isSaid = holds.some(
      ({ reason, invoiceNumber, creditMemoNumber, paymentNumber }) =>
        (reason === "cancelled-by-person" &&
          (memo === undefined
            ? invoiceNumber === invoice?.InvoiceNumber
            : (creditMemoNumber ?? paymentNumber) === memo.number)) ||
        ((invoiceNumber ?? creditMemoNumber ?? paymentNumber) === undefined && reason.startsWith("account-")),
    );
    return isSaid ? [] : [`nobody says that ${memo?.number ?? invoice?.InvoiceNumber} was taken back by a person`];
  });
};
