import { type Money, toDecimal } from "../../../../functions/domain/money.ts";
import type { Store } from "../../../zuora-simulator/store.ts";
import { applicationsIn, isOurs, payersIn } from "../applied.ts";
import { isMeant, type Undoing, type Undone } from "./undo-by-person.ts";

/**
 * Every balance of a tenant, by name: of invoices, of memos and payments what is not applied, and of accounts their
 * credit.
 *
 * @param except accounts that are left out
 */
export const balancesOf = (store: Store, except: ReadonlySet<string> = new Set()): ReadonlyMap<string, Money> =>
  new Map(
    [
      ...store.invoices.rows.map((each) => [each.AccountId, each.InvoiceNumber, each.Balance] as const),
      ...payersIn(store).map((each) => [each.accountId, each.number, each.unappliedAmount] as const),
      ...store.accounts.rows.map((each) => [each.Id, each.Id, each.CreditBalance] as const),
    ].flatMap(([accountId, name, balance]) => (except.has(accountId) ? [] : [[name, balance] as const])),
  );

/** What is not as it was, one sentence each. */
export const changedBalances = (
  before: ReadonlyMap<string, Money>,
  after: ReadonlyMap<string, Money>,
): readonly string[] =>
  [...before].flatMap(([name, balance]) => {
    const now = after.get(name);
    return now?.eq(balance) ? [] : [`${name} had ${toDecimal(balance)}, and then ${now && toDecimal(now)}`];
  });

/** Accounts of which all that we ever did is undone, and nobody else did anything, and that are not as at first. */
export const notAsBefore = (
  first: ReadonlyMap<string, Money>,
  { tenant: { store }, movements, takenBack }: Undoing,
  undone: readonly Undone[],
): readonly string[] => {
  const others = movements.filter((each) => each.kind !== "new-invoice" && !takenBack.has(each));
  const moved = new Set(others.map(({ accountId }) => accountId));
  return store.accounts.rows.flatMap(({ Id, CreditBalance }) => {
    const adjustments = store.adjustments.where("AccountId", Id).filter(({ ReferenceId }) => ReferenceId !== undefined);
    const applications = applicationsIn(store).filter((each) => each.accountId === Id && isOurs(each));
    const isAllUndone =
      adjustments.every(({ Status }) => Status === "Canceled") &&
      applications.every((row) => undone.some((window) => isMeant(row, window)));
    if (moved.has(Id) || !isAllUndone) return [];
    const invoices = store.invoices.where("AccountId", Id).filter(({ Status }) => Status === "Posted");
    const memos = payersIn(store).filter(({ accountId, isPosted }) => accountId === Id && isPosted);
    return [
      ...invoices.filter(({ Amount, Balance }) => !Balance.eq(Amount)).map(({ InvoiceNumber }) => InvoiceNumber),
      ...memos.filter(({ amount, unappliedAmount }) => !unappliedAmount.eq(amount)).map(({ number }) => number),
      ...(first.get(Id)?.eq(CreditBalance) ? [] : [`the credit of ${Id}`]),
    ].map((name) => `${name} is not as it was before what we did, all of which is undone`);
  });
};
